import Foundation
import TestSupport
import Testing
import Values

/// Companions that amm makes from files of other tools, and from its own.
struct ImportCompanionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func amm(_ words: String..., path: String? = nil) throws -> Finished {
    var environment = ["HOME": "/home/me", "AMM_WORKSPACE": ""]
    if let path { environment["PATH"] = path }
    return try Program.amm(words, in: folder.url, environment: environment)
  }

  // MARK: Round trips

  private static let page =
    """
      page: {kind: open-webui, port: 3000, description: "Chats", bind: 192.168.1.2, environment: \
    {ENABLE_PERSISTENT_CONFIG: "true", WEBUI_NAME: "A $b %c \\"q\\""}}

    """
  private static let tool =
    """
      tool: {kind: custom, image: "ghcr.io/acme/tool:1", port: 5000, container_port: 80, for: [chat], \
    environment: {CHAT: "http://chat:8000/v1"}, volumes: ["stuff:/s:ro"], arguments: [serve, "a b"], \
    health_command: "curl -fsS http://127.0.0.1/health"}

    """

  /// Writes a workspace with servers and companions, and generates its files.
  private func generate(target: String?, instances: String, companions: String) throws {
    let files = FileManager.default
    let origin = Repository.file("Tests/Corpus/accepted-workspaces/companions")
    try folder.write(
      "version: 1\n\(target.map { "targets: {own: {\($0)}}\n" } ?? "")defaults: {gpus: []}\ninstances:\n"
        + instances + "companions:\n" + companions, to: "w/instances.yaml")
    try files.copyItem(
      at: origin.appendingPathComponent("profiles"), to: folder.file("w/profiles"))
    try files.createDirectory(at: folder.file("w/active"), withIntermediateDirectories: true)
    for name in ["chat", "embed", "rank"] where instances.contains("  \(name):") {
      try files.createSymbolicLink(
        atPath: folder.file("w/active/\(name).yaml").path,
        withDestinationPath: "../profiles/x/\(name).yaml")
    }
    try folder.write(
      "version: 1\n\(target.map { "targets: {own: {\($0)}}\n" } ?? "")instances: {}\n",
      to: "again/instances.yaml")
    let result = try amm("generate", "--workspace", "w")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
  }

  /// Imports a file into the other workspace, without a warning and without a loss of its companions.
  private func take(_ file: String, path: String? = nil) throws {
    let result = try amm("import", file, "--into", "again", path: path)
    #expect(result.status == 0 && result.errors.isEmpty, "\(file): \(result.errors)")
    #expect(result.output.contains(" 0 not understood"), "\(file): \(result.output)")
    let second = try amm("import", file, "--into", "again", path: path)
    #expect(second.output.contains("nothing written"), "\(file): \(second.output)")
  }

  /// Expects that the other workspace generates the same files, apart from the names of profiles.
  private func expectSame() throws {
    let result = try amm("generate", "--workspace", "again")
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    var count = 0
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder.file("w/generated").path)
    where name.contains(".") && !name.hasSuffix(".amm-manifest") {
      // The hash of a cluster's objects includes the name of the profile.
      let texts = try ["w", "again"].map { place in
        try folder.read("\(place)/generated/\(name)").replacing("x/", with: "imported/")
          .split(separator: "\n").filter { !$0.contains("ai-models.generated") }
      }
      let (before, after) = (texts[0], texts[1])
      #expect(before == after, "\(name)")
      count += 1
    }
    #expect(count > 0)
  }

  private static let withSecrets =
    page.replacing(
      "}}\n", with: "}, start: manual, secrets: {OAUTH_CLIENT_SECRET: oauth}}\n")
    + "  lite: {kind: litellm, port: 4000, api_key: lite-key, for: [chat, embed]}\n"
    + tool.replacing("\"stuff:/s:ro\"", with: "\"~/tool:/data\", \"stuff:/s:ro\"")
    + "  router: {kind: llama-swap, port: 9292, for: [chat, embed], stop_after_idle: 30m}\n"

  private static let podman =
    "  chat: {port: 8001, model_name: best, api_key: chat-key, start: manual}\n"
    + "  embed: {port: 8002}\n  rank: {port: 8003}\n"

  @Test func `quadlet files become the same companions`() throws {
    try generate(target: nil, instances: Self.podman, companions: Self.withSecrets)
    for name in ["chat", "embed", "rank", "page", "lite", "tool"] {
      try take("w/generated/quadlet/\(name).container")
    }
    try take("w/generated/quadlet/router.yaml")
    try expectSame()
  }

  @Test(.needs(.tool("nix-instantiate")))
  func `the file for Nix becomes the same companions`() throws {
    try generate(target: nil, instances: Self.podman, companions: Self.withSecrets)
    let tools = try #require(Program.tool("nix-instantiate")).deletingLastPathComponent().path
    try take("w/generated/instances.nix", path: "\(tools):/usr/bin:/bin")
    try expectSame()
  }

  @Test func `a file for Compose becomes the same companions`() throws {
    try generate(
      target: "kind: compose",
      instances: "  chat: {port: 8001}\n  embed: {port: 8002}\n  rank: {port: 8003}\n",
      companions: Self.page + Self.tool
        + "  lite: {kind: litellm, port: 4000, api_key: {environment_file: ~/.config/l.env}}\n")
    try take("w/generated/own/compose.yaml")
    try expectSame()
  }

  @Test func `objects of a cluster become the same companions`() throws {
    try generate(
      target: "kind: kubernetes, namespace: ai",
      instances:
        "  chat: {port: 8001, api_key: {secret: chat-key, key: k}}\n  embed: {port: 8002}\n",
      companions: Self.page.replacing(", bind: 192.168.1.2", with: "") + Self.tool
        + "  lite: {kind: litellm, port: 4000, api_key: {secret: lite-key, key: k}}\n")
    var all = ""
    for name in ["chat", "embed", "lite", "page", "tool"] {
      all += try folder.read("w/generated/own/kubernetes/objects/\(name).yaml") + "---\n"
    }
    try folder.write(all, to: "all.yaml")
    try take("all.yaml")
    try expectSame()
  }

  // MARK: Workspaces

  static let server =
    "  chat: {image: 'docker.io/vllm/vllm-openai:v0.31.0', command: [Qwen/Qwen3-8B], gpus: all, ports: ['127.0.0.1:8000:8000']}\n"
  private static func page(_ port: Int, _ address: String = "http://chat:8000/v1") -> String {
    "  page: {image: 'ghcr.io/open-webui/open-webui:v0.12.4', ports: ['127.0.0.1:\(port):8080'], environment: {OPENAI_API_BASE_URL: '\(address)'}}\n"
  }

  @Test func `companions of several files have their own names and ports`() throws {
    try folder.write("services:\n" + Self.server + Self.page(3000), to: "one.yaml")
    try folder.write("services:\n" + Self.page(3000), to: "two.yaml")
    // The server of the second file is an instance of the workspace.
    for _ in 0..<2 {
      for name in ["one.yaml", "two.yaml"] {
        let result = try amm("import", name, "--into", "w", "--from", "compose")
        #expect(result.status == 0, "\(result.errors)")
        let told = result.errors.contains("'page' of the workspace has port 3000 already")
        #expect(told == (name == "two.yaml"), "\(result.errors)")
      }
    }
    let text = try folder.read("w/instances.yaml")
    #expect(text.split(separator: "\n").count { $0.contains("kind: open-webui") } == 2)
    #expect(text.contains("  # Imported from two.yaml.\n  page-2:\n"))
    #expect(text.contains("    port: 3001\n    for: [chat]\n"))
    let valid = try amm("validate", "--workspace", "w")
    #expect(valid.status == 0, "\(valid.errors)")
  }

  @Test func `companions are added to those of the workspace`() throws {
    try folder.write("services:\n" + Self.server + Self.page(3000), to: "compose.yaml")
    try folder.write(
      """
      version: 1
      # mine
      companions:
          page: {kind: custom, image: 'ghcr.io/acme/tool:1', port: 3000, container_port: 80, for: []}

      # the servers
      instances:
          own: {port: 9999}
      # the end

      """, to: "w/instances.yaml")
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    let text = try folder.read("w/instances.yaml")
    #expect(text.contains("for: []}\n    # Imported from compose.yaml.\n    page-2:\n"), "\(text)")
    #expect(text.contains("      port: 3001\n"), "\(text)")
    #expect(
      text.hasSuffix("    chat:\n      port: 8000\n      gpus: [nvidia]\n# the end\n"), "\(text)")
    #expect(try amm("import", "compose.yaml", "--into", "w").output.contains("nothing written"))
  }

  @Test func `an address of the workspace needs its port`() throws {
    try folder.write("services:\n" + Self.server, to: "one.yaml")
    _ = try amm("import", "one.yaml", "--into", "w", "--from", "compose")
    for (address, isKnown) in [
      ("http://chat:8000/v1", true), ("http://chat:8001/v1", false),
      ("http://host.docker.internal:8000", true), ("http://other:8000/v1", false),
    ] {
      try folder.write("services:\n" + Self.page(3000, address), to: "two.yaml")
      let result = try amm(
        "import", "two.yaml", "--into", "w", "--from", "compose", "--dry-run")
      #expect(result.output.contains("companion open-webui for chat") == isKnown, "\(address)")
      #expect(result.status == (isKnown ? 0 : 1))
    }
  }

  @Test func `a companion does not take the name of an instance of an earlier import`() throws {
    try folder.write("services:\n" + Self.server.replacing("chat:", with: "page:"), to: "c.yaml")
    _ = try amm("import", "c.yaml", "--into", "w", "--from", "compose")
    try folder.write(
      "services:\n" + Self.page(3000, "http://host.docker.internal:8000/v1"), to: "c.yaml")
    let result = try amm("import", "c.yaml", "--into", "w", "--from", "compose")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("added 1 companion: 'page-2'\n"), "\(result.output)")
    #expect(try amm("validate", "--workspace", "w").status == 0)
  }

  @Test func `companions are added to a file of Windows and below a mapping in braces`() throws {
    try folder.write("services:\n" + Self.server + Self.page(3000), to: "compose.yaml")
    for (text, expected) in [
      ("version: 1\r\ninstances:\r\n", "    gpus: [nvidia]\r\ncompanions:\r\n  # Imported"),
      ("version: 1\ncompanions: {}\ninstances: {}\n", "companions:\n  # Imported"),
      (
        "version: 1\ninstances: {}\ncompanions: {a: {kind: custom, image: 'x/y:1', port: 1500, container_port: 80, for: []}}\n",
        "  a: {kind: custom, image: 'x/y:1', port: 1500, container_port: 80, for: []}\n  # Imported"
      ),
    ] {
      try folder.write(text, to: "w/instances.yaml")
      let result = try amm("import", "compose.yaml", "--into", "w")
      #expect(result.status == 0, "\(result.errors)")
      let new = try folder.read("w/instances.yaml")
      #expect(new.contains(expected), "\(new)")
      #expect(try amm("import", "compose.yaml", "--into", "w").output.contains("nothing written"))
      try FileManager.default.removeItem(at: folder.file("w"))
    }
  }

  @Test func `what is imported is valid`() throws {
    for name in ["webui.compose.yaml", "custom.compose.yaml", "webui.kubernetes.yaml", "webui.sh"] {
      let input = Repository.file("Tests/Corpus/imports/" + name).path
      let result = try amm("import", input, "--into", name)
      #expect(result.status == 0, "\(name): \(result.errors)")
      let second = try amm("import", input, "--into", name)
      #expect(second.output.contains("nothing written"), "\(name): \(second.output)")
      let generated = try amm("generate", "--workspace", name)
      #expect(generated.status == 0, "\(name): \(generated.errors)")
    }
  }

  @Test func `programs get companions as JSON`() throws {
    let input = Repository.file("Tests/Corpus/imports/webui.compose.yaml").path
    let result = try amm("import", input, "--dry-run", "--json", "--into", "w")
    let value = try #require(JSONValue(parsing: result.output), "\(result.errors)")
    let companions = try #require(value["companions"]?.list)
    #expect(companions.compactMap { $0["kind"]?.text } == ["open-webui", "open-webui", "litellm"])
    #expect(companions[0]["for"]?.list?.compactMap(\.text) == ["chat", "embed"])
    #expect(companions[0]["section"]?.text?.contains("  page:\n    kind: open-webui\n") ?? false)
  }
}
