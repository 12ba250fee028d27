// swift-tools-version:6.2
import PackageDescription

// Warnings are errors in CI only: a newer compiler must not break a user's build.
let warnings: [SwiftSetting] =
  Context.environment["AMM_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]

let strict: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + warnings

/// Links libc and libyaml statically, which halves the start-up time.
///
/// The Makefile sets AMM_STATIC where static archives of both exist.
let whole: [LinkerSetting] =
  Context.environment["AMM_STATIC"] == nil
  ? [] : [.unsafeFlags(["-static-executable"], .when(platforms: [.linux], configuration: .release))]

/// Declares a module of amm.
///
/// Leaves come first, followed by the modules that depend on them.
///
/// Each dependency below is an arrow in docs/architecture.md, and the build refuses an import that
/// is not declared here (`--explicit-target-dependency-import-check error`).
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, swiftSettings: strict + [.strictMemorySafety()])
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: strict)
}

/// The fuzzer of `make fuzz`.
///
/// It needs a sanitizer runtime, so no other build includes it. What it runs is in `FuzzTargets`, which
/// every build of the tests compiles.
let fuzzer: [Target] =
  Context.environment["AMM_FUZZ"] == nil
  ? []
  : [
    .target(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "Fuzz", dependencies: ["CFuzzer", "FuzzTargets"], path: "Tests/Fuzz/Driver",
      swiftSettings: strict),
  ]

let package = Package(
  name: "ai-model-manager",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "amm", targets: ["amm"]),
    .executable(name: "amm-compare", targets: ["amm-compare"]),
    .executable(name: "amm-fetch", targets: ["amm-fetch"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CLibCurl", pkgConfig: "libcurl",
      providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(
      name: "CLibCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .target(name: "CSystem"),
    .target(name: "CCatalogues", exclude: ["data", "models"]),
    module("Text"),
    module("Values", ["Text"]),
    module("Pages", ["Values"]),
    module("Diagnostics", ["Text"]),
    module("Deployments", ["Text"]),
    module("Host", ["CSystem"]),
    module("YAML", ["CLibYAML", "Diagnostics", "Text"]),
    module("Models", ["CCatalogues", "Text", "Values"]),
    module("Memory", ["Models", "Text"]),
    module("Schema", ["YAML", "Diagnostics", "Text", "Values"]),
    module("Locks", ["Models", "YAML", "Deployments", "Diagnostics", "Text", "Values"]),
    module("Catalogues", ["CCatalogues", "Diagnostics", "Schema", "Text"]),
    module("Targets", ["Deployments", "Diagnostics", "Text", "Values"]),
    module(
      "Profiles",
      [
        "Catalogues", "Locks", "Memory", "Models", "Schema", "YAML", "Diagnostics", "Deployments",
        "Text", "Values",
      ]),
    module(
      "Workspaces",
      [
        "Profiles", "Memory", "Locks", "Targets", "Schema", "YAML", "Diagnostics", "Deployments",
        "Values",
      ]),
    module(
      "Policies",
      [
        "Workspaces", "Profiles", "Locks", "Models", "Schema", "YAML", "Diagnostics", "Deployments",
        "Text", "Values",
      ]),
    module("Experiments", ["Schema", "YAML", "Diagnostics", "Text", "Values"]),
    module(
      "Comparison",
      ["Pages", "Schema", "YAML", "Diagnostics", "Deployments", "Text", "Values"]),
    module(
      "Reference",
      [
        "Catalogues", "Imports", "Experiments", "Comparison", "Locks", "Models", "Policies",
        "Workspaces",
        "Profiles", "Targets", "Schema", "YAML", "Diagnostics", "Deployments", "Values",
      ]),
    module(
      "Imports",
      [
        "Catalogues", "Deployments", "Diagnostics", "Profiles", "Schema", "Targets", "Text",
        "Values", "Workspaces", "YAML",
      ]),
    module(
      "Operations",
      [
        "Imports", "Comparison", "Deployments", "Diagnostics", "Experiments", "Host", "Locks",
        "Memory",
        "Models", "Policies", "Profiles", "Schema", "Targets", "Text", "Values", "Workspaces",
        "YAML",
      ]),
    module(
      "Reports",
      [
        "Imports",
        "Comparison", "Deployments", "Diagnostics", "Experiments", "Memory", "Operations", "Pages",
        "Profiles", "Schema", "Text", "Values", "YAML", "Workspaces",
      ]),
    // Shared by the commands of both programs.
    module(
      "CommandSupport",
      [
        "Operations", "Reports",
        "Deployments", "Diagnostics", "Experiments", "Host", "Profiles", "Schema", "Workspaces",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    module(
      "Commands",
      [
        "CommandSupport", "Imports", "Memory", "Operations", "Reports",
        "Diagnostics", "YAML", "Schema", "Profiles", "Workspaces", "Experiments", "Comparison",
        "Deployments",
        "Targets", "Reference", "Locks", "Text", "Values",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "amm", dependencies: ["Commands"], swiftSettings: strict, linkerSettings: whole),
    // A separate program, so that amm itself starts without libcurl.
    .executableTarget(
      name: "amm-compare",
      dependencies: [
        "CLibCurl", "CommandSupport", "Comparison", "Deployments", "Diagnostics", "Experiments",
        "Host",
        "Operations", "Profiles", "Reports", "Schema", "Text", "Values", "Workspaces", "YAML",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict + [.strictMemorySafety()]),
    // A separate program, so that amm itself has no network access.
    .executableTarget(
      name: "amm-fetch",
      dependencies: [
        "CLibCrypto", "CLibCurl", "Deployments", "Diagnostics", "Host", "Locks", "Models",
        "Operations", "Text", "Values",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict + [.strictMemorySafety()]),
    .target(
      name: "TestSupport", path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "FuzzTargets",
      dependencies: [
        "Deployments", "Diagnostics", "Experiments", "Imports", "Locks", "Memory", "Models",
        "Profiles", "Schema", "Targets", "Values", "Workspaces", "YAML",
      ],
      path: "Tests/Fuzz/Targets", swiftSettings: strict),
    tests("CataloguesTests", ["Catalogues", "Schema"]),
    tests(
      "ModelsTests", ["Models", "Deployments", "Profiles", "Diagnostics", "Schema", "Values"],
      exclude: ["configurations.json"]),
    tests("MemoryTests", ["amm", "Memory", "Models", "Values"], exclude: ["rows.jsonl"]),
    tests("LocksTests", ["Locks", "Models", "Diagnostics", "Values"]),
    tests("ReadingTests", ["Profiles", "Diagnostics", "YAML", "Schema", "Values"]),
    tests(
      "ProfilesTests",
      [
        "Catalogues", "Profiles", "Targets", "Workspaces", "Schema", "Deployments", "Diagnostics",
      ]),
    tests(
      "WorkspacesTests",
      [
        "amm", "Catalogues", "Workspaces", "Profiles", "Targets", "Schema", "YAML", "Diagnostics",
        "Deployments", "Values",
      ]),
    tests("ExperimentsTests", ["Experiments", "Schema", "Diagnostics", "Values"]),
    tests("TargetsTests", ["Targets", "Deployments", "Diagnostics", "Values"]),
    tests("HostTests", ["Host"]),
    tests(
      "OperationsTests",
      [
        "amm", "Operations", "Deployments", "Diagnostics", "Host", "Memory", "Models", "Profiles",
        "Schema", "Targets", "Values", "Workspaces", "YAML",
      ]),
    tests("ComparisonTests", ["amm-compare", "Comparison", "Diagnostics", "Values"]),
    tests(
      "CommandTests",
      [
        "amm", "amm-fetch", "FuzzTargets", "Imports", "Operations", "Policies", "Reports",
        "Reference",
        "Comparison",
        "Profiles",
        "Workspaces", "Targets", "Schema",
        "YAML", "Diagnostics", "Host", "Values",
      ]),
  ] + fuzzer,
  swiftLanguageModes: [.v6]
)
