import Foundation
import TestSupport
import Testing

/// The files of a workspace whose servers share a machine, with their companions, through the real programs.
struct CompanionFileTests {
  private let folder: TemporaryFolder
  private static let workspace = Repository.file("Tests/Corpus/accepted-workspaces/companions")

  init() throws {
    folder = try TemporaryFolder()
    let result = try Program.amm(
      "generate", "--workspace", Self.workspace.path, "--output", folder.file("generated").path)
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.file("generated/quadlet/" + name), encoding: .utf8)
  }

  @Test func `the files are the golden ones`() throws {
    let differences = try Golden.differences(
      of: folder.file("generated"), from: Repository.file("Tests/Golden/companions"))
    #expect(differences == [])
  }

  @Test(.needs(.tool("quadlet")))
  func `the real generator passes everything on`() throws {
    let (services, _) = try Services.made(
      of: folder.file("generated/quadlet"), by: try #require(Program.tool("quadlet")))
    let expected: [(String, [String])] = [
      (
        "webui",
        [
          "--secret oauth,type=env,target=OAUTH_CLIENT_SECRET",
          "--secret chat-key,type=env,target=AMM_KEY_1", "-v webui-data:/app/backend/data",
          "--network local-ai", "--publish 192.168.1.2:3000:8080", "--entrypoint /bin/sh",
        ]
      ),
      ("lite", ["--secret lite-key,type=env,target=LITELLM_MASTER_KEY"]),
      (
        "tool",
        ["--device /dev/kfd", "-v %h/tool:/data", "--publish 127.0.0.1:5000:80", "--all", "serve"]
      ),
      ("several", ["--models-preset", "--models-max", "-v %h/models/r.gguf:/models/r.gguf:ro,z"]),
      ("lazy", ["--publish 127.0.0.1:18005:8080", "--sdnotify=healthy"]),
    ]
    for (name, words) in expected {
      let all = try #require(services.words(of: name))
      for word in words {
        let parts = word.split(separator: " ", maxSplits: 1).map(String.init)
        let isThere =
          parts.count == 1 ? all.contains(word) : all.contains(pair: parts[0], parts[1])
        #expect(isThere, "\(name) lacks '\(word)': \(all)")
      }
    }
    // A companion without a need for them gets no keys.
    #expect(try #require(services.words(of: "tool")).allSatisfy { !$0.contains("chat-key") })
  }

  /// systemd's own parser, for the units that Podman's generator does not read.
  @Test(.needs(.program("systemd-analyze")))
  func `systemd accepts the sockets and services`() throws {
    let units = ["lazy-proxy.socket", "lazy-proxy.service", "router.service"]
    for name in units {
      try folder.write(try text(name), to: "units/" + name)
    }
    // Podman's generator makes this one.
    try folder.write("[Service]\nExecStart=/bin/true\n", to: "units/lazy.service")
    let result = try Program.run(
      try #require(Program.find("systemd-analyze")),
      ["verify", "--user", "--man=no", "--recursive-errors=no"]
        + units.map { folder.file("units/" + $0).path },
      environment: ["XDG_RUNTIME_DIR": folder.url.path, "HOME": folder.url.path])
    // The programs need not be installed where the tests run.
    let problems = result.errors.split(separator: "\n").filter { line in
      !["is not executable", "not found", "No such file", "Failed to", "llama-swap"].contains {
        line.contains($0)
      }
    }
    #expect(problems == [], "\(result.errors)")
  }

  @Test func `the routers' files name every model once`() throws {
    let router = try text("router.yaml")
    for name in ["  chat:\n", "  coding:\n", "  embed:\n"] { #expect(router.contains(name)) }
    #expect(router.contains("cmd: \"amm start chat --foreground --wait 3600\""))
    #expect(router.contains("groups:\n"))
    let unit = try text("lite.container")
    let line = try #require(unit.split(separator: "\n").first { $0.contains("LITELLM_CONFIG=") })
    let quoted = line.dropFirst("Environment=\"LITELLM_CONFIG=".count).dropLast()
    let json = quoted.replacing("\\\"", with: "\"")
    let config = try #require(
      JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let models = try #require(config["model_list"] as? [[String: Any]])
    let names = models.compactMap { $0["model_name"] as? String }
    #expect(Set(names).count == names.count)
    for name in ["chat", "best", "small", "other", "second", "rr"] {
      #expect(names.contains(name), "\(names)")
    }
    // A server that starts on demand cannot be reached from the network.
    #expect(!names.contains("lazy"))
  }

  @Test(.needs(.tool("nix-instantiate")))
  func `Nix reads units and files of companions`() throws {
    let evaluated = try Program.run(
      try #require(Program.tool("nix-instantiate")),
      [
        "--eval", "--strict", "--json", "--expr",
        """
        let
          amm = import \(Repository.file("nix/lib.nix").path);
          instances = import \(folder.file("generated/instances.nix").path);
        in
        {
          sockets = amm.mkSockets instances;
          services = amm.mkServices instances;
          files = amm.mkFiles instances;
          containers = builtins.attrNames (amm.mkContainers instances);
          overridden = builtins.mapAttrs (_: container: container.image) (
            amm.mkContainers (amm.override { lite.autoStart = false; } instances));
          refused = (builtins.tryEval (builtins.deepSeq
            (amm.override { router.autoStart = false; } instances) true)).success;
          volumes = builtins.attrNames (amm.mkVolumes instances);
        }
        """,
      ])
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let all = try #require(
      JSONSerialization.jsonObject(with: Data(evaluated.output.utf8)) as? [String: Any])
    let sockets = try #require(all["sockets"] as? [String: [String: Any]])
    #expect(Set(sockets.keys) == ["lazy-proxy"])
    #expect((sockets["lazy-proxy"]?["Install"] as? [String: [String]])?["WantedBy"] != nil)
    let services = try #require(all["services"] as? [String: [String: [String: Any]]])
    #expect(Set(services.keys) == ["lazy-proxy", "router"])
    #expect(services["lazy-proxy"]?["Unit"]?["Wants"] as? String == "podman-lazy.service")
    let files = try #require(all["files"] as? [String: String])
    #expect(try files["router.yaml"] == text("router.yaml"))
    let containers = try #require(all["containers"] as? [String])
    #expect(Set(["webui", "lite", "tool", "ollama-model-2"]).isSubset(of: Set(containers)))
    #expect(!containers.contains("router"))
    // The module passes instances through overrides: a program without a container gets none.
    let overridden = try #require(all["overridden"] as? [String: String])
    #expect(Set(overridden.keys) == Set(containers))
    #expect(all["refused"] as? Bool == false)
    #expect((all["volumes"] as? [String])?.contains("webui-data") == true)
  }
}
