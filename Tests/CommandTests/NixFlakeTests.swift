import Foundation
import TestSupport
import Testing

/// nix/lib.nix under the real Nix: values, and builds in a store of the test's own.
@Suite(.needs(.tool("nix-instantiate")))
struct NixFlakeTests {
  private let folder: TemporaryFolder
  private let workspace: URL

  init() throws {
    folder = try TemporaryFolder()
    workspace = folder.file("ai-models")
    #expect(try Program.amm("init", "--example", workspace.path).status == 0)
    #expect(try Program.amm("generate", "--workspace", workspace.path).status == 0)
    // As a package has it.
    try FileManager.default.createDirectory(
      at: folder.file("amm/bin"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: Program.amm, to: folder.file("amm/bin/amm"))
  }

  private func build(_ what: String, policy: String = "null") throws -> Finished {
    let expression = """
      let lib = import \(Repository.file("nix/lib.nix").path); in
      lib.\(what) { amm = "\(folder.file("amm").path)"; system = builtins.currentSystem; }
        { workspace = \(workspace.path); policy = \(policy); }
      """
    return try Program.run(
      try #require(Program.tool("nix-build")), ["--no-out-link", "-E", expression],
      environment: [
        "NIX_STORE_DIR": folder.file("nix/store").path,
        "NIX_STATE_DIR": folder.file("nix/state").path, "NIX_LOG_DIR": folder.file("nix/log").path,
        "HOME": folder.url.path,
      ])
  }

  private func edit(_ file: String, _ old: String, _ new: String) throws {
    let text = try folder.read("ai-models/" + file)
    try #require(text.contains(old))
    try folder.write(text.replacing(old, with: new), to: "ai-models/" + file)
  }

  @Test func `the functions compute what their tests expect`() throws {
    let result = try Program.run(
      try #require(Program.tool("nix-instantiate")),
      [
        "--eval", "--strict", "--json", "--expr",
        "import \(Repository.file("Tests/Nix/lib.nix").path) { }",
      ])
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func `compile builds what generate writes`() throws {
    let result = try build("compile")
    #expect(result.status == 0, "\(result.errors)")
    let store = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
    let difference = try Program.run(
      URL(fileURLWithPath: "/usr/bin/diff"),
      ["-r", store, folder.file("ai-models/generated").path])
    #expect(difference.status == 0 && difference.output == "", "\(difference)")
  }

  @Test func `a wrong profile is a failed build with amm's words`() throws {
    try edit("profiles/coding/starcoder2.yaml", "context_length: 8192", "context_lenght: 8192")
    for what in ["compile", "check"] {
      let result = try build(what)
      #expect(result.status != 0)
      #expect(
        result.errors.contains("\nprofiles/coding/starcoder2.yaml:")
          && result.errors.contains(
            "error: unknown key 'context_lenght' in 'parameters' [unknown-key]\n    context_lenght: "
          )
          && result.errors.contains("help: did you mean 'context_length'?"), "\(result.errors)")
    }
  }

  @Test func `check passes on a fresh tree and fails on a stale one`() throws {
    #expect(try build("check").status == 0)
    try edit("instances.yaml", "8085", "8086")
    let result = try build("check")
    #expect(result.status != 0)
    #expect(result.errors.contains("run 'amm generate' in the workspace and commit generated/"))
    #expect(try build("compile").status == 0)
  }

  @Test func `a policy fails the build of what it forbids`() throws {
    try folder.write("version: 1\nruntimes: [vllm, ollama]\n", to: "policies/loose.yaml")
    try folder.write("version: 1\nruntimes: [llama-cpp]\n", to: "policies/strict.yaml")
    let policies = folder.file("policies").path
    for what in ["compile", "check"] {
      let loose = try build(what, policy: "\(policies)/loose.yaml")
      #expect(loose.status == 0, "\(loose.errors)")
      let strict = try build(what, policy: "\"${\(policies)}/strict.yaml\"")
      #expect(strict.status != 0)
      #expect(strict.errors.contains("strict.yaml:2:11: note: the policy's rule is here"))
    }
  }

  @Test func `the template is complete and up to date`() throws {
    let template = Repository.file("nix/template/ai-models").path
    #expect(try Program.amm("generate", "--check", "--workspace", template).status == 0)
    #expect(try Program.amm("validate", "--strict", "--workspace", template).status == 0)
  }

  @Test func `the pins and the version are those of the package`() throws {
    let pins =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: Repository.file("nix/pins.json"))) as? [String: Any]
    let pinned = (pins?["pins"] as? [[String: Any]] ?? []).compactMap { $0["location"] as? String }
    let manifest = try String(contentsOf: Repository.file("Package.swift"), encoding: .utf8)
    let declared = manifest.matches(of: /\.package\(url: "([^"]+)"/).map { String($0.output.1) }
    #expect(Set(pinned) == Set(declared))
    let version = try String(contentsOf: Repository.file("nix/version"), encoding: .utf8)
    #expect(try Program.amm("--version").output == version)
  }

  @Test func `every flake output is there`() throws {
    // Without inputs: what the outputs need of nixpkgs is not evaluated.
    let expression = """
      let
        flake = import \(Repository.file("flake.nix").path);
        genAttrs = names: make:
          builtins.listToAttrs (map (name: { inherit name; value = make name; }) names);
        self = flake.outputs {
          inherit self;
          nixpkgs = {
            lib = { inherit genAttrs; };
            legacyPackages = genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: { });
          };
        };
      in builtins.mapAttrs (_: builtins.attrNames) self
      """
    let result = try Program.run(
      try #require(Program.tool("nix-instantiate")),
      ["--eval", "--strict", "--json", "--expr", expression])
    #expect(result.status == 0, "\(result.errors)")
    let outputs = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: [String]])
    let systems = ["aarch64-linux", "x86_64-linux"]
    for name in ["packages", "apps", "checks", "devShells", "formatter"] {
      #expect(outputs[name] == systems)
    }
    for name in ["overlays", "homeModules", "homeManagerModules", "templates"] {
      #expect(outputs[name] == ["default"])
    }
    #expect(
      Set(["mkTgiService", "mkModelService", "compile", "check"]).isSubset(of: outputs["lib"] ?? [])
    )
  }
}
