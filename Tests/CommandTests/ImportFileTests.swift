import Diagnostics
import Foundation
import Imports
import TestSupport
import Testing
import Values

/// Files of other tools, and what an import makes of them.
struct ImportFileTests {
  static let inputs: [URL] = {
    let folder = Repository.file("Tests/Corpus/imports")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let files = names.filter { !$0.hasSuffix(".txt") && !$0.hasPrefix(".") }.sorted()
      .map(folder.appendingPathComponent)
    // A folder has a file with those that it names.
    return files.flatMap { file in
      let isFolder = (try? file.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
      let main = ["compose.yaml", "serve.sh"].map(file.appendingPathComponent)
      return isFolder
        ? main.filter { FileManager.default.fileExists(atPath: $0.path) } : [file]
    }
  }()

  /// The file with the expected report of an input.
  static func expected(of input: URL) -> URL { input.appendingPathExtension("txt") }

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func run(_ words: String..., in place: URL? = nil) throws -> Finished {
    try Program.amm(words, in: place, environment: ["HOME": "/home/me", "AMM_WORKSPACE": ""])
  }

  @Test(arguments: inputs) func `a file becomes what is written here`(input: URL) throws {
    let result = try run(
      "import", input.lastPathComponent, "--dry-run", "--into", folder.file("w").path,
      in: input.deletingLastPathComponent())
    let place = input.deletingLastPathComponent().resolvingSymlinksInPath()
    let above = place.deletingLastPathComponent().path
    let text = "[\(result.status)]\n\(result.errors)\n\(result.output)"
      .replacing(folder.url.path, with: "~").replacing(place.path, with: "/here")
      .replacing(above, with: "/above")
    let difference = try Golden.difference(of: text, from: Self.expected(of: input))
    #expect(difference == nil)
  }

  @Test func `there are enough inputs`() {
    #expect(Self.inputs.count >= 120)
  }

  @Test(arguments: inputs) func `a check tells the same problems`(input: URL) throws {
    let kind = ["yaml", "json"].contains(input.pathExtension) ? ["--as", "foreign"] : []
    let result = try Program.amm(
      ["validate"] + kind + [input.lastPathComponent], in: input.deletingLastPathComponent())
    let imported = try run(
      "import", input.lastPathComponent, "--dry-run", "--into", folder.file("w").path,
      in: input.deletingLastPathComponent())
    #expect(result.errors == imported.errors || imported.errors.contains("has no server"))
  }

  /// Each input, cut, repeated and mixed with signs that mean something to a reader: none ends amm.
  @Test(arguments: inputs) func `no damaged file ends an import`(input: URL) throws {
    let bytes = Array(try Data(contentsOf: input))
    let signs = [
      "$", "${", "\\", "\"", "'", "\n", "&a", "*a", "<<: ", "- ", ": ", "=", "#", "\u{0}", "-", "😀",
    ]
    var seed: UInt64 = 24
    func next(_ limit: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % max(1, limit)
    }
    for _ in 0..<(Sampling.isExhaustive ? 150 : 6) {
      var damaged = bytes
      for _ in 0...next(3) {
        let place = next(damaged.count)
        switch next(4) {
        case 0: damaged.removeSubrange(place..<min(damaged.count, place + 1 + next(20)))
        case 1: damaged.insert(contentsOf: Array(signs[next(signs.count)].utf8), at: place)
        case 2: damaged = Array(damaged.prefix(place))
        default:
          damaged.insert(
            contentsOf: damaged[place..<min(damaged.count, place + next(60))], at: place)
        }
      }
      let source = SourceFile(path: "damaged", bytes: damaged)
      // Its own kind, and another.
      let kinds = Import.Kind.allCases
      let own = Import.kind(of: SourceFile(path: input.path, bytes: bytes))
      for kind in [own ?? kinds[next(kinds.count)], kinds[next(kinds.count)]] {
        let read = Import.read(source, as: kind, in: "/srv", from: "damaged")
        #expect(Set(read.servers.map(\.name)).count == read.servers.count)
      }
      _ = Import.kind(of: source)
    }
  }

  @Test func `a thousand services are imported`() throws {
    var text = "services:\n"
    for number in 0..<1000 {
      text +=
        "  s\(number): {image: \"docker.io/vllm/vllm-openai:v0.31.0\", command: [Qwen/Qwen3-8B, --max-model-len, \"8192\"], ports: [\"127.0.0.1:\(2000 + number):8000\"], gpus: all}\n"
    }
    try folder.write(text, to: "compose.yaml")
    let result = try run("import", "compose.yaml", "--into", "w", in: folder.url)
    #expect(result.status == 0, "\(result.errors.prefix(300))")
    #expect(result.output.contains("1000 servers: 6000 carried"))
  }

  /// Many options, variables, words that belong to no option, and unknown options.
  @Test(
    .timeLimit(.minutes(2)),
    arguments: [("--enforce-eager w", ""), ("--x", ""), ("", "-e A")])
  func `a command of thousands of words is read`(argument: String, option: String) throws {
    let numbers = 0..<20_000
    let options = option.isEmpty ? "" : numbers.map { "\(option)\($0)=1" }.joined(separator: " ")
    let arguments =
      argument.isEmpty ? "" : numbers.map { argument + "\($0)" }.joined(separator: " ")
    try folder.write(
      "docker run -d --gpus all \(options) vllm/vllm-openai:v0.31.0 Qwen/Qwen3-8B \(arguments)\n",
      to: "start.sh")
    let result = try run("import", "start.sh", "--dry-run", "--json", "--into", "w", in: folder.url)
    let read = try #require(JSONValue(parsing: result.output), "\(result.errors.prefix(300))")
    let found = [read["servers"], read["left_out"]].compactMap { $0?.list?.count }.reduce(0, +)
    #expect(found == 1 && [0, 1].contains(result.status))
  }

  @Test func `servers of one name are numbered in their order`() {
    let lines = (0..<60).map { "llama-server -m /srv/chat.gguf --port \(9000 + $0) &\n" }
    let source = SourceFile(path: "start.sh", text: lines.joined())
    let read = Import.read(source, as: .command, in: "/srv", from: "start.sh")
    #expect(read.servers.map(\.name) == ["chat"] + (2...60).map { "chat-\($0)" })
  }

  /// A text that is repeated until it would take minutes is read up to a limit.
  @Test func `commands have a limited number of words together`() throws {
    try folder.write(
      "A='\(String(repeating: "-x ", count: 20_000))'\n"
        + String(repeating: "vllm serve a/b $A\n", count: 20),
      to: "start.sh")
    let told = try run("import", "start.sh", "--dry-run", "--into", "w", in: folder.url)
    let left = told.output.matches(of: /the commands of the file have too many words/)
    #expect(left.count == 19)
    #expect(told.errors.matches(of: /more than 32768 words/).count == 1)
  }

  @Test func `what is left out is named with its program`() throws {
    let input = Repository.file("Tests/Corpus/imports/rows.sh").path
    let json = try run("import", input, "--dry-run", "--json", "--into", "w", in: folder.url)
    let value = try #require(JSONValue(parsing: json.output), "\(json.errors)")
    let keys = try #require(value["servers"]?.list?.first?["keys"]?.list)
    #expect(
      keys.compactMap { $0["key"]?.text }
        == ["Qwen/Qwen3-8B", "--max-model-len", "--enforce-eager", "--port"])
    let program = try #require(value["left_out_keys"]?.list?.first)
    #expect(program["program"]?.text == "web")
    #expect(program["keys"]?.list?.compactMap(\.text).contains("-p") == true)
  }

  @Test func `what is imported is valid, and a second import changes nothing`() throws {
    let good = ["anchors.compose.yaml", "chat.container", "podman.sh"]
    let place = folder.file("w").path
    for name in good {
      let input = Repository.file("Tests/Corpus/imports/" + name).path
      let first = try run("import", input, "--into", place)
      #expect(first.status == 0, "\(name): \(first.errors)")
      #expect(first.output.contains("created") || first.output.contains("changed"))
      let second = try run("import", input, "--into", place)
      #expect(second.status == 0 && second.output.contains("nothing written"), "\(second.output)")
    }
    let valid = try run("validate", "--workspace", place)
    #expect(valid.status == 0, "\(valid.errors)")
    let generated = try run("generate", "--workspace", place)
    #expect(generated.status == 0, "\(generated.errors)")
    let unit = try folder.read("w/generated/quadlet/chat-2.container")
    #expect(unit.contains("--max-model-len 16384") && unit.contains("Secret=hf,"))
  }

  @Test func `a workspace keeps what it has`() throws {
    try folder.write(
      "# mine\nversion: 1\ninstances:\n    own: {port: 9999}  # stays\n\n# the end\nnetwork: lab\n",
      to: "w/instances.yaml")
    let input = Repository.file("Tests/Corpus/imports/podman.sh").path
    let result = try run("import", input, "--into", folder.file("w").path)
    #expect(result.status == 0, "\(result.errors)")
    let text = try folder.read("w/instances.yaml")
    #expect(
      text.hasPrefix("# mine\nversion: 1\ninstances:\n    own: {port: 9999}  # stays\n    embed:\n")
    )
    #expect(text.hasSuffix("\n\n# the end\nnetwork: lab\n"))
    try folder.write("version: 1\ninstances: {own:\n  {port: 9999}}\n", to: "v/instances.yaml")
    let refused = try run("import", input, "--into", folder.file("v").path)
    #expect(refused.status == 1 && refused.errors.contains("are in braces"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("v/profiles").path))
  }

  @Test func `a server without a port gets one that no instance has`() throws {
    try folder.write(
      "version: 1\ninstances:\n  own:\n    port: 8000\n", to: "w/instances.yaml")
    try folder.write(
      "services: {chat: {image: 'docker.io/vllm/vllm-openai:v0.31.0', command: [a/b], gpus: all}}\n",
      to: "compose.yaml")
    for _ in 0..<2 {
      let result = try run("import", "compose.yaml", "--into", "w", in: folder.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains("amm opens 127.0.0.1:8001"), "\(result.output)")
    }
    #expect(try folder.read("w/instances.yaml").contains("  chat:\n    port: 8001\n"))
  }

  /// The kind of a file is found with the line ends of other systems, and below other keys.
  @Test(arguments: [
    ("x.yaml", "name: x\nservices:\n  chat: {image: a}\n", Import.Kind.compose),
    (
      "x.yaml", "{\n  \"name\": \"x\",\n  \"services\": {\"chat\": {\"image\": \"a\"}}\n}\n",
      .compose
    ),
    ("x.yaml", "metadata: {name: x}\napiVersion: v1\nkind: Pod\n", .kubernetes),
    ("x.yaml", "ttl: 1\nmodels:\n  chat:\n    cmd: llama-server -m a.gguf\n", .llamaSwap),
    ("x", "# unit\n[Container]\nImage=a\n", .quadlet),
  ])
  func `a kind is found with any line ends`(name: String, text: String, kind: Import.Kind) {
    for end in ["\n", "\r\n"] {
      let source = SourceFile(path: name, text: text.replacing("\n", with: end))
      #expect(Import.kind(of: source) == kind, "\(end.count)")
    }
  }

  @Test func `secrets are never shown or written`() throws {
    let input = Repository.file("Tests/Corpus/imports/secret.compose.yaml").path
    let place = folder.file("w").path
    let result = try run("import", input, "--into", place)
    #expect(result.status == 0, "\(result.errors)")
    var all = result.output + result.errors
    for name in try FileManager.default.subpathsOfDirectory(atPath: place) {
      all += (try? folder.read("w/" + name)) ?? ""
    }
    for secret in ["hunter2", "hf_0123456789", "sk-0123456789"] {
      #expect(!all.contains(secret), "\(secret)")
    }
    #expect(all.contains("podman secret create chat-key FILE"))
  }

  @Test func `JSON, strict and errors have their statuses`() throws {
    func path(_ name: String) -> String { Repository.file("Tests/Corpus/imports/" + name).path }
    let json = try run(
      "import", path("chat.container"), "--dry-run", "--json", "--into", "w",
      in: folder.url)
    let value = try #require(JSONValue(parsing: json.output), "\(json.errors)")
    let keys = try #require(value["servers"]?.list?.first?["keys"]?.list)
    #expect(keys.contains { $0["key"]?.text == "ShmSize" && $0["fate"]?.text == "carried" })
    #expect(value["kind"]?.text == "quadlet")
    let strict = try run(
      "import", path("typo.container"), "--dry-run", "--strict", "--into", "w",
      in: folder.url)
    #expect(strict.status == 1)
    let wrong = try run("import", path("wrong.sh"), "--into", "w", in: folder.url)
    #expect(wrong.status == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.file("w/instances.yaml").path))
    let none = try run("import", path("others.compose.yaml"), "--into", "w", in: folder.url)
    #expect(none.status == 1 && none.output.contains("left out"))
  }
}
