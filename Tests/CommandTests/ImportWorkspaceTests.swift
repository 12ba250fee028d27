import Foundation
import TestSupport
import Testing
import Values

/// What an import does to the workspace that it writes to.
struct ImportWorkspaceTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func amm(_ words: String..., in variables: [String: String] = [:]) throws -> Finished {
    try Program.amm(
      words, in: folder.url,
      environment: ["HOME": folder.url.path, "AMM_WORKSPACE": ""].merging(variables) { $1 })
  }

  private func service(_ name: String, _ rest: String) -> String {
    "  \(name): {image: 'docker.io/vllm/vllm-openai:v0.31.0', command: [org/model], gpus: all\(rest)}\n"
  }

  private func makeCompose(_ services: String..., name: String = "compose.yaml") throws {
    try folder.write("services:\n" + services.joined(), to: name)
  }

  /// Makes a valid workspace with one instance.
  private func makeWorkspace(_ rest: String = "port: 8000", more: String = "") throws {
    try folder.write(
      "name: own\nsource: {type: huggingface, model_id: org/own}\ncontainer: {runtime: vllm}\n",
      to: "w/profiles/chat/own.yaml")
    try FileManager.default.createDirectory(
      at: folder.file("w/active"), withIntermediateDirectories: true)
    try folder.link("w/active/own.yaml", to: "../profiles/chat/own.yaml")
    try folder.write(
      "version: 1\n\(more)instances:\n  own: {\(rest)}\n", to: "w/instances.yaml")
    let valid = try amm("validate", "-w", "w")
    #expect(valid.status == 0, "\(valid.errors)")
  }

  /// Checks the workspace after an import.
  private func expectValid() throws {
    let valid = try amm("validate", "-w", "w")
    #expect(valid.status == 0, "\(valid.errors)")
  }

  /// Podman counts shared memory in the limit of the container, and amm adds it for a cluster.
  @Test(arguments: [(target: "", ram: "12GB"), ("targets: {t: {kind: kubernetes}}\n", "10GB")])
  func `the memory of a cluster has shared memory in it`(target: String, ram: String) throws {
    try folder.write("version: 1\n\(target)instances: {}\n", to: "w/instances.yaml")
    let input = Repository.file("Tests/Corpus/imports/memory.kubernetes.yaml").path
    let result = try amm("import", input, "--dry-run", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("limits: {cpu_cores: 3, ram: \"\(ram)\"}"))
    #expect(result.output.contains("limits.memory") == !target.isEmpty)
  }

  @Test func `a fresh machine gets a workspace`() throws {
    try makeCompose(service("chat", ", ports: ['127.0.0.1:8000:8000']"))
    let first = try amm("import", "compose.yaml")
    #expect(first.status == 0, "\(first.errors)")
    #expect(first.output.contains("added 1 instance: 'chat'"))
    let text = try folder.read(".config/ai-models/instances.yaml")
    #expect(text.hasPrefix("version: 1\ninstances:\n  chat:\n    port: 8000\n"))
    let second = try amm("import", "compose.yaml")
    #expect(second.status == 0 && second.output.contains("nothing written"))
    let other = try amm(
      "import", "compose.yaml", in: ["AMM_WORKSPACE": folder.file("deep/er/x").path])
    #expect(other.status == 0, "\(other.errors)")
    #expect(try folder.read("deep/er/x/instances.yaml") == text)
    // A file with errors makes no workspace.
    try folder.write("vllm serve a/b --max-model-len x\n", to: "wrong.sh")
    let wrong = try amm("import", "wrong.sh", "--into", "none")
    #expect(wrong.status == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.file("none").path))
  }

  @Test func `a second import keeps what the user changed`() throws {
    try makeCompose(service("chat", ""))
    #expect(try amm("import", "compose.yaml", "--into", "w").status == 0)
    let path = "w/profiles/imported/chat.yaml"
    let edited = try folder.read(path) + "vllm: {max_model_len: 4096}\n"
    try folder.write(edited, to: path)
    let again = try amm("import", "compose.yaml", "--into", "w")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try folder.read(path) == edited)
    #expect(again.output.contains("kept w/\(path.dropFirst(2)), which differs"))
    #expect(again.output.contains("-vllm: {max_model_len: 4096}"))
    let json = try amm("import", "compose.yaml", "--into", "w", "--json")
    let value = try #require(JSONValue(parsing: json.output))
    #expect(value["kept"]?.list?.compactMap(\.text) == ["profiles/imported/chat.yaml"])
    // The way out.
    try FileManager.default.removeItem(at: folder.file(path))
    #expect(try amm("import", "compose.yaml", "--into", "w").status == 0)
    #expect(try folder.read(path) + "vllm: {max_model_len: 4096}\n" == edited)
  }

  @Test func `a link that points elsewhere is kept and told`() throws {
    try makeCompose(service("chat", ""))
    #expect(try amm("import", "compose.yaml", "--into", "w").status == 0)
    try folder.write(
      "name: own\nsource: {type: huggingface, model_id: org/own}\ncontainer: {runtime: vllm}\n",
      to: "w/profiles/chat/own.yaml")
    try FileManager.default.removeItem(at: folder.file("w/active/chat.yaml"))
    try folder.link("w/active/chat.yaml", to: "../profiles/chat/own.yaml")
    let again = try amm("import", "compose.yaml", "--into", "w")
    #expect(
      again.output.contains("kept w/active/chat.yaml, which points to ../profiles/chat/own.yaml"))
    // A new instance is not added with a link that no workspace has.
    try makeWorkspace()
    try makeCompose(service("odd", ""))
    try folder.link("w/active/odd.yaml", to: "/etc/passwd")
    let before = try folder.read("w/instances.yaml")
    let refused = try amm("import", "compose.yaml", "--into", "w")
    #expect(refused.status == 1 && refused.errors.contains("nothing was written"))
    #expect(try folder.read("w/instances.yaml") == before)
  }

  @Test func `a port that the workspace has is replaced and told`() throws {
    try makeWorkspace(
      "port: 8000, start: on-demand, backend_port: 8001, extra_ports: ['8002:9000']",
      more: "companions: {web: {kind: open-webui, port: 8003}}\n")
    try makeCompose(
      service("a", ", ports: ['127.0.0.1:8000:8000']"), service("b", ""),
      service("web", ", ports: ['127.0.0.1:9000:8000', '127.0.0.1:8002:7000']"))
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.errors.contains("'own' of the workspace has port 8000 already; 'a' gets 8004"),
      "\(result.errors)")
    #expect(result.errors.contains("[import-taken]"))
    let text = try folder.read("w/instances.yaml")
    #expect(text.contains("  a:\n    port: 8004\n"), "\(text)")
    #expect(text.contains("  b:\n    port: 8005\n"), "\(text)")
    #expect(text.contains("  web-2:\n    port: 9000\n"), "\(text)")
    try expectValid()
    let again = try amm("import", "compose.yaml", "--into", "w")
    #expect(again.status == 0 && again.output.contains("nothing written"), "\(again.errors)")
  }

  @Test func `an instance of another file with the same name keeps its port`() throws {
    try makeCompose(service("chat", ", ports: ['127.0.0.1:8000:8000']"))
    #expect(try amm("import", "compose.yaml", "--into", "w").status == 0)
    try makeCompose(service("other", ", ports: ['127.0.0.1:8000:8000']"))
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.read("w/instances.yaml").contains("  other:\n    port: 8001\n"))
    try expectValid()
  }

  @Test func `alternatives get the same other port`() throws {
    try makeWorkspace()
    try makeCompose(
      service("a", ", profiles: [one], ports: ['127.0.0.1:8000:8000']"),
      service("b", ", profiles: [two], ports: ['127.0.0.1:8000:8000']"))
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    let text = try folder.read("w/instances.yaml")
    #expect(text.contains("  a:\n    port: 8001\n") && text.contains("  b:\n    port: 8001\n"))
    try expectValid()
  }

  @Test func `published ports mean nothing on the network of the machine`() throws {
    try makeWorkspace("port: 9999")
    try makeCompose(service("a", ", network_mode: host, ports: ['8000:8000']"))
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("the engine opens no ports"), "\(result.output)")
    #expect(try !folder.read("w/instances.yaml").contains("extra_ports"))
    try expectValid()
  }

  @Test func `defaults of the workspace do not change an imported server`() throws {
    try makeWorkspace(
      "port: 8080",
      more:
        "defaults: {bind: 0.0.0.0, start: manual, volumes: ['/srv:/srv'], read_only: true, api_key: all}\n"
    )
    try makeCompose(service("a", ", ports: ['127.0.0.1:8000:8000']"))
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    let text = try folder.read("w/instances.yaml")
    for line in ["bind: \"127.0.0.1\"", "start: boot", "volumes: []", "read_only: false"] {
      #expect(text.contains("    \(line)\n"), "\(line): \(text)")
    }
    #expect(result.output.contains("changed  defaults.api_key"), "\(result.output)")
    try expectValid()
  }

  @Test func `an import that makes a valid workspace invalid is refused`() throws {
    try makeWorkspace("port: 8080", more: "defaults: {runtimes: [tgi, vllm]}\n")
    try folder.write("SGLANG=1 python -m sglang.launch_server --model-path a/b\n", to: "s.sh")
    let before = try folder.read("w/instances.yaml")
    let result = try amm("import", "s.sh", "--into", "w")
    #expect(result.status == 1, "\(result.output)")
    #expect(result.errors.contains("nothing was written"), "\(result.errors)")
    #expect(try folder.read("w/instances.yaml") == before)
    #expect(!FileManager.default.fileExists(atPath: folder.file("w/profiles/imported").path))
  }

  @Test func `all files are written, or none`() throws {
    try makeCompose(service("chat", ""))
    // `instances.yaml` is a link, which amm does not write through.
    try folder.write("version: 1\ninstances: {}\n", to: "elsewhere.yaml")
    try FileManager.default.createDirectory(
      at: folder.file("w"), withIntermediateDirectories: true)
    try folder.link("w/instances.yaml", to: "../elsewhere.yaml")
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 3, "\(result.errors)")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.file("w").path)
    #expect(names.filter { $0.hasSuffix(".yaml") } == ["instances.yaml"], "\(names)")
  }

  @Test func `imports at the same time lose nothing`() async throws {
    for number in 0..<6 {
      try makeCompose(
        service("s\(number)", ", ports: ['127.0.0.1:810\(number):8000']"), name: "c\(number).yaml")
    }
    try await withThrowingTaskGroup(of: Finished.self) { group in
      for number in 0..<6 {
        group.addTask { try amm("import", "c\(number).yaml", "--into", "w") }
      }
      for try await result in group { #expect(result.status == 0, "\(result.errors)") }
    }
    let text = try folder.read("w/instances.yaml")
    for number in 0..<6 { #expect(text.contains("  s\(number):\n"), "\(text)") }
    try expectValid()
  }

  @Test(arguments: [
    (
      "version: 1\ninstances: {x: {port: 9}, \"y\": {port: 10} }  # mine\nnetwork: lab\n",
      "version: 1\ninstances:  # mine\n  x: {port: 9}\n  \"y\": {port: 10}\n  chat:\n    port: 8000\n    bind: \"0.0.0.0\"\n    gpus: [nvidia]\nnetwork: lab\n"
    ),
    (
      "version: 1\ninstances: {}\n",
      "version: 1\ninstances:\n  chat:\n    port: 8000\n    bind: \"0.0.0.0\"\n    gpus: [nvidia]\n"
    ),
    (
      "version: 1\r\ninstances:\r\n  x:\r\n    port: 9\r\n\r\nnetwork: lab\r\n",
      "version: 1\r\ninstances:\r\n  x:\r\n    port: 9\r\n  chat:\r\n    port: 8000\r\n    bind: \"0.0.0.0\"\r\n    gpus: [nvidia]\r\n\r\nnetwork: lab\r\n"
    ),
    (
      "\u{FEFF}instances: {x: {port: 9}}\nversion: 1\n",
      "\u{FEFF}instances:\n  x: {port: 9}\n  chat:\n    port: 8000\n    bind: \"0.0.0.0\"\n    gpus: [nvidia]\nversion: 1\n"
    ),
  ])
  func `the rest of the file is kept`(old: String, new: String) throws {
    try folder.write(old, to: "w/instances.yaml")
    try makeCompose(service("chat", ", ports: ['8000:8000']"))
    let result = try amm("import", "compose.yaml", "--into", "w")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try folder.read("w/instances.yaml") == new)
  }

  @Test func `a file that cannot be read is told`() throws {
    try makeCompose(service("chat", ""))
    try FileManager.default.createDirectory(
      at: folder.file(".env"), withIntermediateDirectories: true)
    let compose = try amm("import", "compose.yaml", "--dry-run")
    #expect(compose.errors.contains("[import-unreadable]"), "\(compose.errors)")
    try folder.write("[Container]\nImage=docker.io/vllm/vllm-openai:v0.31.0\n", to: "a.container")
    try folder.write(String(repeating: "# x\n", count: 20_000), to: "a.container.d/x.conf")
    let unit = try amm("import", "a.container", "--dry-run")
    #expect(unit.errors.contains("it is larger than 64 KiB"), "\(unit.errors)")
  }
}
