import Diagnostics
import Foundation
import Operations
import Schema
import TestSupport
import Testing
import Values
import YAML

@testable import Imports

/// Compose files as amm reads them and as Docker Compose and podman-compose do (`config`).
@Suite(.serialized) struct ComposeConfigTests {
  static let all = ImportFileTests.inputs.filter { $0.path.hasSuffix("compose.yaml") }
  /// Each run of Docker Compose takes a tenth of a second.
  static let inputs = all.enumerated().filter {
    $0.offset % Sampling.every(3) == 0 || isProject($0.element)
  }
  .map(\.element)

  /// Whether a file has a folder with the files that it names.
  static func isProject(_ input: URL) -> Bool { input.lastPathComponent == "compose.yaml" }

  private static func config(of input: URL) throws -> Finished {
    // Without a name, Docker Compose also reads the file that overrides it.
    let name = isProject(input) ? [] : ["-f", input.path]
    return try Program.run(
      try #require(Program.tool("docker-compose")),
      name + ["config", "--format", "json", "--no-path-resolution"],
      in: input.deletingLastPathComponent(), environment: environment(of: input))
  }

  /// The variables of a shell in the folder of a file.
  static func environment(of input: URL) -> [String: String] {
    ["HOME": "/home/me", "PWD": folder(of: input)]
  }

  private static func folder(of input: URL) -> String {
    input.deletingLastPathComponent().resolvingSymlinksInPath().path
  }

  private static func read(_ input: URL) throws -> [ForeignServer] {
    let file = try #require(try ImportFile(input.path, as: .compose))
    return ComposeSource.read(file.source, with: file.nearby, in: folder(of: input)).servers
  }

  /// A file that Compose refuses has a problem that amm reports.
  @Test(.needs(.tool("docker-compose")), arguments: inputs)
  func `what Compose refuses is told`(input: URL) throws {
    let config = try Self.config(of: input)
    let found = try #require(try ImportFile(input.path, as: .compose)).read().diagnostics
    // A file of variables that is missing is left out.
    let isRefused =
      config.status != 0 && !config.errors.contains("env file") && !Self.isPart(input)
    #expect(!isRefused || !found.isEmpty, "\(config.errors)")
  }

  /// Whether a file is meant to be read together with another one.
  private static func isPart(_ input: URL) -> Bool {
    input.lastPathComponent == "overlay.compose.yaml"
  }

  @Test(.needs(.tool("docker-compose")))
  func `a part of a file is complete with the other part`() throws {
    let part = try #require(Self.all.first(where: Self.isPart))
    let folder = try TemporaryFolder()
    try folder.write(
      """
      services: {api: {image: "docker.io/library/nginx:1.27"}, database: {image: "docker.io/library/postgres:17"}}
      networks: {backend: {}}
      volumes: {models: {}}
      """, to: "compose.yaml")
    let result = try Program.run(
      try #require(Program.tool("docker-compose")),
      ["-f", folder.file("compose.yaml").path, "-f", part.path, "config", "--quiet"],
      environment: ["HOME": "/home/me"])
    #expect(result.status == 0, "\(result.errors)")
  }

  /// Returns the services that Docker Compose makes of a file, by name; none if it refuses it.
  static func services(of input: URL) throws -> [String: ComposeService] {
    let config = try config(of: input)
    let value = config.status == 0 ? JSONValue(parsing: config.output) : nil
    return (value?["services"]?.members ?? [:]).mapValues(ComposeService.init(docker:))
  }

  @Test(.needs(.tool("docker-compose")), arguments: inputs)
  func `services are read as Compose merges and replaces them`(input: URL) throws {
    let services = try Self.services(of: input)
    // What Compose refuses has no services to compare.
    let servers = services.isEmpty ? [] : try Self.read(input)
    for server in servers {
      // Services with a profile are left out, unless it is chosen.
      guard let service = services[server.name.value] else {
        let isManual = server.settings.contains { $0.key == "start" }
        #expect(server.isAlternative || server.isInstance && isManual, "\(server.name.value)")
        continue
      }
      if let image = service.image {
        // A transport is told, and left out.
        let plain = image.replacing("docker://", with: "")
        #expect(Self.same(server.image?.value ?? "", plain))
      }
      let (own, words) = (server.command.map(\.value), service.command ?? [])
      // What is meant as a comment is told, and left out; for Compose, it is words.
      let hasComment = words.contains { $0.hasPrefix("#") && !$0.contains(" ") }
      #expect(
        hasComment ? Self.isPart(own, of: words) : Self.same(own, words), "\(server.name.value)")
      if let entrypoint = service.entrypoint {
        #expect(Self.same(server.entrypoint?.map(\.value) ?? [], entrypoint))
      }
      for (name, value) in service.environment {
        let own = server.variables.last { $0.name.value == name }
        #expect(own != nil, "\(name)")
        if let value, let own = own?.value { #expect(Self.same(own, value), "\(name)") }
      }
      #expect(Set(server.variables.map(\.name.value)).count == service.environment.count)
      let isKnown = server.open.isEmpty
      #expect(!isKnown || Set(server.places.map(\.value.plainTarget)) == service.targets)
      let ports = server.ports.map { "\($0.value.host ?? 0):\($0.value.container)" }
      #expect(!isKnown || service.ports.isSubset(of: ports), "\(ports) \(service.ports)")
    }
  }

  /// Whether words are among others, in their order.
  private static func isPart(_ words: [String], of all: [String]) -> Bool {
    var rest = all[...]
    return words.allSatisfy { word in
      guard let index = rest.firstIndex(where: { same($0, word) }) else { return false }
      rest = rest[(index + 1)...]
      return true
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

  /// The values of a `.env` in all its forms.
  @Test(.needs(.tool("docker-compose"))) func `a file of variables is read as Compose reads it`()
    throws
  {
    let written = [
      "A=a", "EMPTY=", "COMMENT= # c", "HASH=#x", "AFTER=a #b", "WITHIN=a# b", "REF=x${A}y",
      "DOLLARS=a$$b", "DOUBLED=\"a$$b\"", "SINGLE='a$$b'", "ESCAPED=\"\\$A\"",
      "SIGNS=\"a\\nb\\tc\\\"d\\\\e\"",
      "LITERAL='raw $A \\n it\\'s'", "OCTAL=\"\\0101\"", "SPACED = s", "COLON: c", "export E=e",
      "export   F=f", "QUOTED=\"a # b\" # c", "ENDED=\"a\"b", "DEFAULT=${NONE:-d}", "UNSET=$NONE",
      "LINES=\"one\ntwo ${A}\"", "TICKS=`x`", "SELF=${SELF:-self}", "LATE=${LATER}", "LATER=l",
      "SLASH=a\\nb", "TAB=\tx\t# c", "NUMBER=$1", "CALL=$(id)", "MIXED=a\"b\"c", "UMLAUT=é",
      "HOME=/other",
      "BLANKS =  two  spaces  ", "BELLS=\"\\a\\f\\v\\$x\\q\"", "CR=cr\r", "INHERITED", "LAST=1",
    ]
    let folder = try TemporaryFolder()
    try folder.write(written.joined(separator: "\n"), to: ".env")
    let names = written.map { line in
      String(
        line.split(separator: " ").last { $0.contains("=") && line.hasPrefix("export") }
          ?? line[...]
      )
      .prefix { $0.isLetter }
    }
    let lines = names.map { "      V_\($0): '${\($0)-UNSET}'\n" }.joined()
    try folder.write(
      "services:\n  a:\n    image: x\n    environment:\n\(lines)", to: "compose.yaml")
    let service = try #require(try Self.services(of: folder.file("compose.yaml"))["a"])
    let variables = try folder.read(".env")
    for name in names {
      var interpolation = Interpolation(environment: variables)
      let own = interpolation.apply(to: "${\(name)-UNSET}", at: .fileStart)
      let wanted = name == "HOME" ? "~" : service.environment["V_" + name] ?? nil
      #expect(own == wanted?.replacing("$$", with: "$"), "\(name)")
    }
  }

  @Test(.needs(.tool("docker-compose")))
  func `files under env_file are read as Compose reads them`() throws {
    let folder = try TemporaryFolder()
    try folder.write("A=1\nE=e\n", to: ".env")
    try folder.write("A=2\nB=${A}\nC=3\nD=${C}\nC=4\nF=${C}\nO=file\nP='a$$b'\n", to: "a.env")
    try folder.write("C=5\nG=${F}\nH=${E}\nI=\"x$$y\"\nE\n", to: "b/b.env")
    try folder.write(
      "services: {a: {image: x, env_file: [a.env, ./b/b.env], environment: [O=own, A]}}\n",
      to: "compose.yaml")
    let input = folder.file("compose.yaml")
    let service = try #require(try Self.services(of: input)["a"])
    let server = try #require(try Self.read(input).first)
    let own = Dictionary(
      server.variables.map { ($0.name.value, $0.value) }, uniquingKeysWith: { $1 })
    let wanted = service.environment.mapValues { $0?.replacing("$$", with: "$") }
    #expect(own == wanted)
  }

  /// Lines at which Compose stops.
  @Test(
    .needs(.tool("docker-compose")),
    arguments: [
      "A B=1", "A%=1", "A=\"x", "A='x", "A=${B", "A=${B:?none}", "A=1", "A", "%=1", "=1", "A=$B",
    ])
  func `a file of variables is refused as Compose refuses it`(line: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("X=1\n\(line)\n", to: ".env")
    try folder.write("services: {a: {image: x}}\n", to: "compose.yaml")
    let config = try Self.config(of: folder.file("compose.yaml"))
    let read = VariableFile(
      SourceFile(path: ".env", text: "X=1\n\(line)\n"), after: Interpolation(environment: nil))
    #expect((read.fault == nil) == (config.status == 0), "\(config.errors)")
  }

  @Test func `there are thirty files to compare`() {
    #expect(Self.all.count >= 90 && Self.inputs.count >= 30)
  }
}
