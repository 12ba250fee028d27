import Foundation
import TestSupport
import Testing

/// What amm generates for each target, imported again: the same files, without a warning.
struct ImportTargetTests {
  /// Settings of an instance for one kind of target.
  struct Variant: CustomTestStringConvertible, Sendable {
    /// The kind, with its settings.
    let target: String
    let testDescription: String
    let settings: String
    /// A part of the names of the profiles; nil for all profiles of the library.
    var only: [String]?
    /// The servers that are compared at least; the others refuse the settings.
    let least: Int
  }

  static let few = ["qwen3.5-9b-vllm", "bge-m3", "qwen3-4b", "chat/llama3.y", "sglang", "custom"]

  private static let compose = "kind: compose"
  private static let cluster = "kind: kubernetes, storage: {class: nfs, access: many}"

  static let variants: [Variant] = [
    Variant(target: compose, testDescription: "defaults", settings: "gpus: [nvidia]", least: 40),
    Variant(
      target: compose, testDescription: "many settings",
      settings: """
        gpus: ["nvidia.com/gpu=0", "nvidia.com/gpu=1"], token: {environment_file: ~/hf.env}, \
        bind: "0.0.0.0", limits: {ram: 32GB, cpu_cores: 6}, shm_size: 3GB, start: manual, \
        environment: {A_B: "x y", PERCENT: "50%", DOLLAR: "a$b${c}", QUOTE: "a\\"b'c", EMPTY: ""}, \
        volumes: ["~/files:/files:ro,z", "~/own:/own:Z", "scratch:/scratch"], \
        extra_ports: ["9NNN:9100"], labels: {a: "b $c", rule: "Host(`a`) && x"}, \
        ulimits: {memlock: unlimited, nofile: 4096}, read_only: true, start_timeout: 900, \
        description: "It is $mine", log_driver: journald
        """, least: 30),
    Variant(
      target: compose, testDescription: "caches of its own",
      settings: "cache: own, compile_cache: false, init: false, selinux: shared", only: few,
      least: 3),
    Variant(
      target: compose, testDescription: "without a GPU", settings: "gpus: []",
      only: few, least: 2),
    Variant(
      target: compose, testDescription: "a key, and other GPUs",
      settings: "gpus: [amd], api_key: {environment_file: ~/key.env}, cache: \"~/hub\"", only: few,
      least: 1),
    Variant(
      target: cluster, testDescription: "defaults",
      settings: "gpus: 8, token: {secret: hf-token, key: HF_TOKEN}", least: 40),
    Variant(
      target: cluster, testDescription: "many settings",
      settings: """
        gpus: 8, token: {secret: keys, key: hf}, api_key: {secret: keys, key: api}, \
        secrets: {EXTRA: {secret: more, key: extra}}, on_unhealthy: restart, start_timeout: 905, \
        start: manual, description: "It is 100% mine", labels: {example.org/a: "b c"}, \
        limits: {ram: 32GB, cpu_cores: 6}, volumes: ["scratch:/scratch:ro"], \
        environment: {A_B: "x y", DOLLAR: "$(A) $$"}, extra_ports: ["9NNN:9100"]
        """, least: 20),
    Variant(
      target: cluster, testDescription: "a program of its own",
      settings: """
        gpus: 8, cache: own, compile_cache: false, init: false, read_only: true
        """, only: few, least: 3),
    Variant(
      target: cluster, testDescription: "several nodes and servers",
      settings: "gpus: 1, span: 2, replicas: 3", only: ["spread"], least: 1),
    Variant(
      target: "kind: kubernetes", testDescription: "one node at a time",
      settings: "gpus: 8, cache: own", only: few, least: 4),
  ]

  /// A server that only its profile describes.
  private static let custom = """
    name: custom
    source: {type: huggingface, model_id: org/model}
    container: {runtime: custom, image: "example.org/llm/server:1.2"}
    custom: {port: 9000, model_argument: --model, health: /health, cache: /cache, token_variable: HF_TOKEN}
    arguments: [--threads, "4", "--note=a b"]
    environment: {MODE: fast}
    """

  /// A server whose program gets its key from amm's own words.
  private static let sglang = """
    name: sglang
    source: {type: huggingface, model_id: Qwen/Qwen3-8B}
    container: {runtime: sglang}
    sglang: {context_length: 4096}
    """

  /// A model in two parts.
  private static let spread = """
    name: spread
    source: {type: huggingface, model_id: Qwen/Qwen3-8B}
    container: {runtime: vllm}
    parameters: {num_shard: 2}
    """

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func amm(_ words: String...) throws -> Finished {
    try Program.amm(words, in: folder.url, environment: ["HOME": "/home/me", "AMM_WORKSPACE": ""])
  }

  /// Returns the profiles by the name of their instance.
  private static func profiles(_ only: [String]?) throws -> [(name: String, text: String)] {
    let library = Repository.file("profiles")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: library.path)
    let ofLibrary = try paths.filter { $0.hasSuffix(".yaml") }.sorted()
      .filter { path in only?.contains(where: path.contains) ?? true }
      .map { path in
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return (
          stem.replacing(".", with: "-"),
          try String(contentsOf: library.appendingPathComponent(path), encoding: .utf8)
        )
      }
    let own = [("custom", custom), ("sglang", sglang), ("spread", spread)]
    return ofLibrary + own.filter { only?.contains($0.0) ?? true }
  }

  /// Writes a workspace with an instance for each profile, and leaves out those that refuse the settings.
  ///
  /// - Returns: The names of the instances.
  func generate(
    _ target: String?, _ settings: String, _ only: [String]?
  ) throws -> [String] {
    var profiles = try Self.profiles(only)
    let files = FileManager.default
    for (name, text) in profiles {
      try folder.write(text, to: "w/profiles/imported/\(name).yaml")
    }
    let head = Self.head(target)
    for _ in 0..<4 {
      try? files.removeItem(at: folder.file("w/active"))
      try files.createDirectory(at: folder.file("w/active"), withIntermediateDirectories: true)
      var text = head + "instances:\n"
      for (number, profile) in profiles.enumerated() {
        let own = settings.replacing("NNN", with: String(100 + number))
          .replacing("NAME", with: profile.name)
        text += "  \(profile.name): {port: \(8100 + number), \(own)}\n"
        try folder.link(
          "w/active/\(profile.name).yaml", to: "../profiles/imported/\(profile.name).yaml")
      }
      try folder.write(text, to: "w/instances.yaml")
      let result = try amm("generate", "--workspace", "w")
      if result.status == 0 { return profiles.map(\.name) }
      let lines = result.errors.split(separator: "\n").filter { $0.contains(": error: ") }
      let before = head.count { $0 == "\n" } + 2
      profiles = profiles.enumerated().filter { index, profile in
        !lines.contains {
          $0.contains("instances.yaml:\(index + before):") || $0.contains("/\(profile.name).yaml:")
        }
      }.map(\.element)
    }
    Issue.record("no workspace with '\(settings)' is valid")
    return []
  }

  private static func head(_ target: String?) -> String {
    "version: 1\n" + (target.map { "targets: {t: {\($0)}}\n" } ?? "")
  }

  /// Returns the lines of a target's files, by the name of the file.
  func lines(of workspace: String, below path: String) throws -> [String: [String]] {
    let root = folder.file("\(workspace)/generated/\(path)")
    var files: [String: [String]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root.path) {
      let text = try? String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
      files[name] = text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
    return files
  }

  /// Checks that two workspaces have the same files.
  func compare(below path: String) throws {
    let generated = try amm("generate", "--workspace", "again")
    #expect(generated.status == 0, "\(generated.errors)")
    let (before, after) = try (lines(of: "w", below: path), lines(of: "again", below: path))
    #expect(before.keys.sorted() == after.keys.sorted())
    for (name, lines) in before {
      let differences = lines.difference(from: after[name] ?? []).map { "\($0)" }
      #expect(differences.isEmpty, "\(name): \(differences)")
    }
  }

  /// Imports a file, without a warning or a loss.
  func importAll(_ file: String) throws {
    let checked = try amm("validate", "--as", "foreign", file)
    #expect(checked.status == 0, "\(checked.errors)")
    let result = try amm("import", file, "--into", "again")
    #expect(result.status == 0 && result.errors.isEmpty, "\(file): \(result.errors)")
    let isComplete = result.output.contains("0 dropped and 0 not understood")
    let lost = result.output.split(separator: "\n").filter {
      $0.contains("dropped  ") || $0.contains("not understood  ") || $0.hasPrefix("left out")
    }
    #expect(isComplete && lost.isEmpty, "\(lost)")
  }

  @Test(arguments: variants)
  func `what is generated for a target is imported as the same servers`(variant: Variant) throws {
    let names = try generate(variant.target, variant.settings, variant.only)
    #expect(names.count >= variant.least, "\(names)")
    try folder.write(Self.head(variant.target) + "instances: {}\n", to: "again/instances.yaml")
    guard variant.target == Self.compose else {
      let objects = try lines(of: "w", below: "t/kubernetes/objects").sorted { $0.key < $1.key }
      try folder.write(
        objects.map { $0.value.joined(separator: "\n") }.joined(separator: "\n---\n"),
        to: "all.yaml")
      try importAll("all.yaml")
      try compare(below: "t/kubernetes/objects")
      return
    }
    try importAll("w/generated/t/compose.yaml")
    try compare(below: "t")
  }

  private static let together = [
    "exclusive: all, start: manual, token: hf, secrets: {EXTRA: own}, volumes: [\"~/files:/files:ro,U\"]",
    "exclusive: all, start: manual, api_key: key, token: {environment_file: ~/hf.env}",
  ]

  @Test(arguments: together)
  func `an exclusive group and a program of its own come back from quadlet files`(
    settings: String
  ) throws {
    let names = try generate(nil, settings, ["qwen3.5-9b-vllm", "sglang", "custom"])
    #expect(names.count >= 2, "\(names)")
    try folder.write("version: 1\ninstances: {}\n", to: "again/instances.yaml")
    for name in names { try importAll("w/generated/quadlet/\(name).container") }
    let first = try #require(names.min())
    #expect(try folder.read("again/instances.yaml").contains("exclusive: \"\(first)-group\""))
    try compare(below: "quadlet")
  }

  @Test(.needs(.tool("nix-instantiate")), arguments: together)
  func `an exclusive group and a program of its own come back from Nix`(settings: String) throws {
    let names = try generate(nil, settings, ["qwen3.5-9b-vllm", "sglang", "custom"])
    try folder.write("version: 1\ninstances: {}\n", to: "again/instances.yaml")
    let tools = try #require(Program.tool("nix-instantiate")).deletingLastPathComponent().path
    let result = try Program.amm(
      ["import", "w/generated/instances.nix", "--into", "again"], in: folder.url,
      environment: ["HOME": "/home/me", "AMM_WORKSPACE": "", "PATH": tools + ":/usr/bin:/bin"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    #expect(result.output.contains("\(names.count) servers"), "\(result.output)")
    #expect(result.output.contains("0 dropped and 0 not understood"), "\(result.output)")
    try compare(below: "quadlet")
  }
}
