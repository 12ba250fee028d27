import Diagnostics
import Foundation
import Schema
import TestSupport
import Testing
import Values

@testable import Imports

/// Compose files as amm reads them and as Docker Compose does (`docker-compose config`).
@Suite(.serialized) struct ComposeConfigTests {
  static let all = ImportFileTests.inputs.filter { $0.path.hasSuffix(".compose.yaml") }
  /// Each run of Docker Compose takes a tenth of a second.
  static let inputs = all.enumerated().filter { $0.offset % Sampling.every(3) == 0 }.map(\.element)

  private static func config(of input: URL) throws -> Finished {
    try Program.run(
      try #require(Program.tool("docker-compose")),
      ["-f", input.path, "config", "--format", "json", "--no-path-resolution"],
      environment: ["HOME": "/home/me"])
  }

  private static func read(_ input: URL) throws -> Outcome<[ForeignServer]> {
    let source = SourceFile(path: input.path, bytes: Array(try Data(contentsOf: input)))
    return ComposeSource.read(source, environment: nil)
  }

  /// A file that Compose refuses has a problem that amm tells.
  @Test(.needs(.tool("docker-compose")), arguments: inputs)
  func `what Compose refuses is told`(input: URL) throws {
    let config = try Self.config(of: input)
    let source = SourceFile(path: input.path, bytes: Array(try Data(contentsOf: input)))
    let found = Import.read(source, as: .compose, from: "x").diagnostics
    // A file of variables is not part of the corpus.
    let isRefused = config.status != 0 && !config.errors.contains("env file")
    #expect(!isRefused || !found.isEmpty, "\(config.errors)")
  }

  @Test(.needs(.tool("docker-compose")), arguments: inputs)
  func `services are read as Compose merges and replaces them`(input: URL) throws {
    let config = try Self.config(of: input)
    let root =
      config.status == 0
      ? try JSONSerialization.jsonObject(with: Data(config.output.utf8)) as? [String: Any] : [:]
    let services = try #require(root)["services"] as? [String: [String: Any]] ?? [:]
    // What Compose refuses has no services to compare.
    let read = config.status == 0 ? try #require(try Self.read(input).value) : []
    for server in read {
      // Services with a profile are left out, unless it is chosen.
      guard let service = services[server.name.value] else {
        #expect(server.isAlternative, "\(server.name.value)")
        continue
      }
      if let image = service["image"] as? String {
        #expect(Self.same(server.image?.value ?? "", image))
      }
      let command = (service["command"] as? [String]) ?? []
      #expect(Self.same(server.command.map(\.value), command), "\(server.name.value)")
      if let entrypoint = service["entrypoint"] as? [String] {
        #expect(Self.same(server.entrypoint?.map(\.value) ?? [], entrypoint))
      }
      let environment = (service["environment"] as? [String: Any]) ?? [:]
      for (name, value) in environment {
        let own = server.variables.last { $0.name.value == name }
        #expect(own != nil, "\(name)")
        if let text = value as? String, let value = own?.value {
          #expect(Self.same(value, text), "\(name)")
        }
      }
      #expect(Set(server.variables.map(\.name.value)).count == environment.count)
    }
  }

  private static func same(_ own: [String], _ texts: [String]) -> Bool {
    // Compose leaves out what an unset variable makes empty in a text.
    let own = own.filter { !$0.hasPrefix("${") && !$0.isEmpty }
    let texts = texts.filter { !$0.isEmpty }
    return own.count == texts.count && zip(own, texts).allSatisfy { same($0, $1) }
  }

  /// Whether two texts are equal, but for variables that nothing sets.
  private static func same(_ own: String, _ text: String) -> Bool {
    let plain = own.replacing(#/\$\{[A-Za-z_0-9]+\}/#, with: "")
    return plain == text.replacing("$$", with: "$") || own == text.replacing("$$", with: "$")
  }

  /// Commands as texts, which have the words that Docker Compose makes of them.
  @Test(
    .needs(.tool("docker-compose")),
    arguments: [
      "serve a --b c", "a 'b c' \"d e\" f\\ g", "a && b", "a; b", "a | b", "a&b", "a > out 2>&1",
      "a 2> out",
      "a # b", "a 'b;c' \"d|e\"", "a \"b\\\"c\" 'd\\e'", "a '' b", "a\n  b\tc", "a{b} [c] *",
      "a (b)", "a `b`", "a `b c`d e", "a `b",
      "a 'b", "a \"b",
    ])
  func `a command is split as Compose splits it`(text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(
      JSON.text(
        .set(["services": .set(["a": .set(["image": .text("x"), "command": .text(text)])])])),
      to: "compose.yaml")
    let config = try Self.config(of: folder.file("compose.yaml"))
    let root =
      config.status == 0
      ? try JSONSerialization.jsonObject(with: Data(config.output.utf8)) as? [String: Any] : nil
    let service = (root?["services"] as? [String: [String: Any]])?["a"]
    #expect(ComposeWords(text).words == service?["command"] as? [String], "\(config.errors)")
  }

  /// References to variables that are set, empty and not set.
  @Test(
    .needs(.tool("docker-compose")),
    arguments: [
      "$SET", "${SET}", "${SET:-d}", "${SET-d}", "${SET:+r}", "${SET+r}", "${EMPTY}", "${EMPTY:-d}",
      "${EMPTY-d}", "${EMPTY:+r}", "${EMPTY+r}", "${NONE:-d}", "${NONE-d}", "${NONE:+r}",
      "${NONE+r}",
      "${NONE:-${SET}}", "${NONE:-${NONE:-e}}", "a$$SET", "$$${SET}", "x${SET}y${EMPTY:-z}",
      "${SET:?m}",
      "${QUOTED}", "${PLAIN}",
    ])
  func `a reference is replaced as Compose replaces it`(text: String) throws {
    let folder = try TemporaryFolder()
    let variables = "SET=s\nEMPTY=\nQUOTED=\"a b\" # c\nexport PLAIN=p # c\n"
    try folder.write(variables, to: ".env")
    try folder.write(
      JSON.text(
        .set([
          "services": .set([
            "a": .set(["image": .text("x"), "environment": .set(["V": .text(text)])])
          ])
        ])), to: "compose.yaml")
    let config = try Self.config(of: folder.file("compose.yaml"))
    let root = try #require(
      JSONSerialization.jsonObject(with: Data(config.output.utf8)) as? [String: Any],
      "\(config.errors)")
    let service = try #require((root["services"] as? [String: [String: Any]])?["a"])
    let value = (service["environment"] as? [String: String])?["V"]
    var interpolation = Interpolation(environment: variables)
    let own = interpolation.apply(to: text, at: .fileStart)
    #expect(own == value?.replacing("$$", with: "$"))
  }

  @Test func `there are thirty files to compare`() {
    #expect(Self.all.count >= 90 && Self.inputs.count >= 30)
  }
}
