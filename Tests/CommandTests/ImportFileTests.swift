import Foundation
import TestSupport
import Testing
import Values

/// Files of other tools, and what an import makes of them.
struct ImportFileTests {
  static let inputs: [URL] = {
    let folder = Repository.file("Tests/Corpus/imports")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasSuffix(".txt") && !$0.hasPrefix(".") }.sorted()
      .map(folder.appendingPathComponent)
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
    let home = input.deletingLastPathComponent().resolvingSymlinksInPath().path
    let text = "[\(result.status)]\n\(result.errors)\n\(result.output)"
      .replacing(folder.url.path, with: "~").replacing(home, with: "/here")
    let difference = try Golden.difference(of: text, from: Self.expected(of: input))
    #expect(difference == nil)
  }

  @Test func `there are enough inputs`() {
    #expect(Self.inputs.count >= 40)
  }

  @Test(arguments: inputs) func `a check tells the same problems`(input: URL) throws {
    let kind = input.pathExtension == "yaml" ? ["--as", "foreign"] : []
    let result = try Program.amm(
      ["validate"] + kind + [input.lastPathComponent], in: input.deletingLastPathComponent())
    let imported = try run(
      "import", input.lastPathComponent, "--dry-run", "--into", folder.file("w").path,
      in: input.deletingLastPathComponent())
    #expect(result.errors == imported.errors || imported.errors.contains("has no server"))
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
    try folder.write("version: 1\ninstances: {own: {port: 9999}}\n", to: "v/instances.yaml")
    let refused = try run("import", input, "--into", folder.file("v").path)
    #expect(refused.status == 1 && refused.errors.contains("are on one line"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("v/profiles").path))
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
      "import", path("chat.container"), "--dry-run", "--strict", "--into", "w",
      in: folder.url)
    #expect(strict.status == 1)
    let wrong = try run("import", path("wrong.sh"), "--into", "w", in: folder.url)
    #expect(wrong.status == 1)
    #expect(!FileManager.default.fileExists(atPath: folder.file("w/instances.yaml").path))
    let none = try run("import", path("others.compose.yaml"), "--into", "w", in: folder.url)
    #expect(none.status == 1 && none.output.contains("left out"))
  }
}
