import Foundation
import TestSupport
import Testing

/// `lib.modelFiles` under the real Nix, which fetches from a stand-in for the hub into a store of the test's own.
@Suite(.needs(.tool("nix-build")))
struct NixModelFilesTests {
  let hub: FakeHub
  let folder: TemporaryFolder

  init() throws {
    hub = try FakeHub()
    folder = try TemporaryFolder()
    try hub.put("{\"model_type\": \"llama\"}", at: "config.json", in: "acme/tiny")
    try hub.put("weights", at: "model.safetensors", in: "acme/tiny")
    try hub.put("{}", at: "1_Pooling/my config.json", in: "acme/tiny")
    try folder.write(
      """
      version: 1
      defaults: {gpus: []}
      instances:
        main: {port: 8080}

      """, to: "w/instances.yaml")
    try folder.write(
      "name: tiny\nsource: {type: huggingface, model_id: acme/tiny}\ncontainer: {runtime: vllm, image: \"localhost/vllm:1\"}\n",
      to: "w/profiles/chat/tiny.yaml")
    try folder.link("w/active/main.yaml", to: "../profiles/chat/tiny.yaml")
  }

  private func lock(token: String? = nil) throws {
    let result = try Program.run(
      Program.amm, ["lock", "--workspace", folder.file("w").path],
      environment: [
        "HOME": folder.url.path, "HF_ENDPOINT": hub.address, "HF_HUB_OFFLINE": "0",
        "HF_TOKEN": token ?? "",
      ])
    #expect(result.status == 0, "\(result.errors)")
  }

  /// What nixpkgs has by these names, as far as it is used: the fetching is Nix's own.
  private static let packages = #"""
    rec {
      fetchurl = args: import <nix/fetchurl.nix> args;
      requireFile = { name, sha256, message }: throw message;
      linkFarm = name: entries: derivation {
        inherit name; system = builtins.currentSystem; builder = "/bin/sh"; PATH = "/usr/bin:/bin";
        args = [ "-c" (builtins.concatStringsSep "\n" (map (entry: ''
          mkdir -p "$out/$(dirname '${entry.name}')"
          ln -s ${entry.path} "$out/${entry.name}"
        '') entries)) ];
      };
    }
    """#

  private func build(_ model: String = "huggingface:acme/tiny") throws -> Finished {
    let expression = """
      (import \(Repository.file("nix/lib.nix").path)).modelFiles {
        pkgs = \(Self.packages); lock = \(folder.file("w/models.lock.json").path); model = "\(model)";
      }
      """
    return try Program.run(
      try #require(Program.tool("nix-build")), ["--no-out-link", "-E", expression],
      environment: [
        "NIX_STORE_DIR": folder.file("nix/store").path,
        "NIX_STATE_DIR": folder.file("nix/state").path, "NIX_LOG_DIR": folder.file("nix/log").path,
        "HOME": folder.url.path,
      ])
  }

  @Test func `an open model is fetched at its commit, with its hashes`() throws {
    try lock()
    let result = try build()
    #expect(result.status == 0, "\(result.errors)")
    let store = URL(
      fileURLWithPath: result.output.trimmingCharacters(in: .whitespacesAndNewlines))
    for (file, text) in [
      ("model.safetensors", "weights"), ("1_Pooling/my config.json", "{}"),
    ] {
      let data = try Data(contentsOf: store.appendingPathComponent(file))
      #expect(String(decoding: data, as: UTF8.self) == text)
    }
    #expect(store.lastPathComponent.contains("-tiny-"))
  }

  @Test func `another content is a failed build`() throws {
    try lock()
    try hub.fail(#"[{"path": "*model.safetensors*", "kind": "wrong"}]"#)
    let result = try build()
    #expect(result.status != 0 && result.errors.contains("hash mismatch"), "\(result.errors)")
  }

  @Test func `a gated model is asked for, and not fetched`() throws {
    try hub.describe("acme/tiny", #"{"gated": "auto"}"#)
    try lock(token: "hf_test")
    let result = try build()
    #expect(result.status != 0)
    #expect(result.errors.contains("nix-store --add-fixed sha256"), "\(result.errors)")
  }

  @Test func `a model that is not locked is named, with those that are`() throws {
    try lock()
    let result = try build("huggingface:acme/other")
    #expect(
      result.errors.contains(
        "the lock has no 'huggingface:acme/other'; it has huggingface:acme/tiny"))
  }
}
