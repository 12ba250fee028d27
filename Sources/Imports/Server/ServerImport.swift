import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Makes a profile and an instance from a recognised server.
struct ServerImport {
  var server: ForeignServer
  let recognised: Recognition.Server
  let source: SourceFile
  let runtime: any Runtime.Type
  let name: String
  /// The options of the image's version; nil if the runtime has no table.
  let table: LauncherTable?
  /// The folder of the source, for relative paths; nil if it is not known.
  let folder: String?

  var words: ForeignWords { runtime.foreign }
  var findings: [Diagnostic] = []
  var fates: [Fate] = []
  var secrets: [String] = []
  /// Whether the server names a model, so that it can be imported.
  var hasModel = true

  // What is found.
  var model: Located<String>?
  var repository: Located<String>?
  var file: Located<String>?
  var revision: Located<String>?
  var servedNames: [Located<String>] = []
  var port: Int?
  /// Whether the port comes from a variable that the file does not set.
  var hasOpenPort = false
  /// The address that the server listens on, as the file says it.
  var address: Located<String>?
  /// The folder for downloads, as an option or a variable says it.
  var cacheFolder: String?
  /// Whether the folder for downloads has the hub's files in a folder `hub`.
  var hasHubFolder = true
  /// Whether its model is known only when it starts, which its fates tell.
  var isLeftOut = false
  /// Whether the server finds its models in a folder.
  var findsModels = false
  /// The secret with the hub's token, and that with the key for clients, as an instance writes them.
  var token: (secret: String, origin: SourceRange)?
  var key: (secret: String, origin: SourceRange)?
  /// Lines of the runtime's section, by key, in order.
  var options: [(key: String, value: String, origin: SourceRange)] = []
  /// The names that the file has for the keys of the runtime's section.
  var spellings: [String: String] = [:]
  var arguments: [Located<String>] = []
  var environment: [(name: Located<String>, value: String)] = []
  var environmentNames: Set<String> = []
  /// The volume in which amm keeps the models of several instances; nil if each has its own.
  var sharedStore: String?
  var ownSecrets: [(variable: String, secret: String, origin: SourceRange)] = []
  /// Files of the machine that a server without a container reads, and that its container needs.
  var files: [Located<String>] = []

  init(
    _ server: ForeignServer, _ recognised: Recognition.Server, of source: SourceFile,
    as name: String, in folder: String?
  ) {
    self.server = server
    self.recognised = recognised
    self.source = source
    runtime = recognised.runtime
    table = LauncherTable(
      runtime, image: server.image.flatMap { ImageReference(Self.qualified($0.value)) })
    self.name = name
    self.folder = folder
    fates = server.fates
    findings = server.findings
    self.server.open.formUnion(recognised.open)
    for other in recognised.others {
      fates.append(
        Fate(
          key: other, kind: .dropped,
          reason: "the container only runs the server; build an image for what it needs"))
    }
    if runtime.pullsModels { model = server.pulled.first }
    servedNames = server.modelName.map { [$0] } ?? []
    options = server.options.map { key, text, isPath, origin in
      (key, isPath ? ImportedText.scalar(absolute(text)) : text, origin)
    }
    tellStart()
    if runtime == Custom.self {
      readCustom()
    } else {
      readArguments(recognised.arguments)
    }
    readVariables()
    readSecrets()
  }

  /// Reports a command that names the program which the image starts, or none where it starts none.
  mutating func tellStart() {
    switch recognised.start {
    case .plain: break
    case .doubled(let first):
      tell(
        ImportRules.program, first.range,
        "the image starts the server itself, so '\(first.value.abbreviatedName)' becomes an argument of it",
        help: "write only the arguments, or set the entry point")
    case .missing:
      let program = words.programs.first.map { $0.joined(separator: " ") } ?? runtime.name
      tell(
        ImportRules.program, server.command.first?.range ?? server.name.range,
        "the image does not start a server, and the command does not either",
        help: "begin the command with '\(program)'")
    }
  }

  // MARK: Arguments

  var image: ImageReference? {
    server.image.flatMap { ImageReference(Self.qualified($0.value)) }
  }

  /// Returns an image's name with the registry that Docker and Compose assume.
  static func qualified(_ text: String) -> String {
    let host = text.split(separator: "/").first ?? ""
    guard text.contains("/") else { return "docker.io/library/" + text }
    return host.contains(".") || host.contains(":") || host == "localhost"
      ? text : "docker.io/" + text
  }

  mutating func add(
    _ key: String, _ text: String, _ option: CatalogueOption, at range: SourceRange,
    asVariable: Bool = false
  ) {
    if let index = options.firstIndex(where: { $0.key == key }) {
      // Arguments override variables.
      if asVariable { return }
      // Launchers use the last one; a repeated option has a list.
      if option.count == .repeated, options[index].value.hasPrefix("["), text.hasPrefix("[") {
        options[index].value = options[index].value.dropLast() + ", " + text.dropFirst()
      } else {
        options[index] = (key, text, range)
      }
      return
    }
    options.append((key, text, range))
  }

  mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Records a value that is known only when the server starts.
  mutating func tellOpen(_ name: Located<String>, _ value: Located<String>) {
    fates.append(
      Fate(
        key: name, kind: .unknown,
        reason: "its value '\(value.value.abbreviatedName)' is known only when the server starts"))
  }

  /// Returns an option's value as YAML; nil if it has none that a field takes.
  static func value(
    of given: GivenOption, _ option: CatalogueOption, _ values: [Located<String>]
  ) -> String? {
    func single(_ text: String) -> String {
      switch option.kind {
      case .integer, .number, .size: Double(text) != nil ? text : ImportedText.quoted(text)
      case .json:
        text.hasPrefix("{") || text.hasPrefix("[") ? text : ImportedText.quoted(text)
      case .flag:
        ["true", "false"].contains(text.lowercased())
          ? text.lowercased() : ImportedText.quoted(text)
      case .text: ImportedText.scalar(text)
      }
    }
    // A key of an object stays with the other arguments.
    guard !given.name.hasPrefix("--") || !given.name.dropFirst(2).contains(".") else { return nil }
    // A parser refuses a value after `=` where it expects none.
    if given.isJoined, option.count == .none { return nil }
    if given.isOff { return "false" }
    guard let first = values.first else {
      return option.kind == .flag ? "true" : nil
    }
    switch option.count {
    case .some, .any, .repeated, .two:
      return "[" + values.map { single($0.value) }.joined(separator: ", ") + "]"
    default: return values.count == 1 ? single(first.value) : nil
    }
  }
}

extension String {
  /// The name for a message, without control characters.
  var abbreviatedName: String { String(prefix(60)).filter { !$0.isNewline } }
}
