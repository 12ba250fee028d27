import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Makes a profile and an instance from a recognised server.
struct ServerImport {
  let server: ForeignServer
  let source: SourceFile
  let runtime: any Runtime.Type
  let name: String
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
  var servedName: Located<String>?
  var port: Int?
  var cacheFolders: [String] = []
  /// The secret with the hub's token, and that with the key for clients.
  var token: (secret: String, origin: SourceRange)?
  var key: (secret: String, origin: SourceRange)?
  /// Lines of the runtime's section, by key, in order.
  var options: [(key: String, value: String, origin: SourceRange)] = []
  var arguments: [Located<String>] = []
  var environment: [(name: Located<String>, value: String)] = []
  var ownSecrets: [(variable: String, secret: String, origin: SourceRange)] = []

  init(
    _ server: ForeignServer, _ recognised: Recognition.Server, of source: SourceFile,
    as name: String,
    in folder: String?
  ) {
    self.server = server
    self.source = source
    runtime = recognised.runtime
    self.name = name
    self.folder = folder
    fates = server.fates
    findings = server.findings
    if runtime.sources.contains(.ollama) { model = server.pulled.first }
    servedName = server.modelName
    options = server.options.map { key, text, isPath, origin in
      (key, isPath ? ImportedText.scalar(absolute(text)) : text, origin)
    }
    tellDoubledProgram(recognised)
    readArguments(recognised.arguments)
    readVariables()
    readSecrets()
  }

  /// Reports a command that names the program which the image starts by itself.
  mutating func tellDoubledProgram(_ recognised: Recognition.Server) {
    guard words.imageStarts, server.entrypoint == nil, let first = server.command.first,
      let image, let own = words.images.first, image.name.hasSuffix(own),
      words.programs.contains(where: {
        Recognition.arguments(of: server.command, after: $0) != nil
      })
    else { return }
    tell(
      ImportRules.program, first.range,
      "the image starts the server itself, so '\(first.value)' becomes an argument of it",
      help: "write only the arguments, or set the entry point")
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

  mutating func readArguments(_ words: [Located<String>]) {
    var rest = words[...]
    if self.words.modelIsFirst, let first = rest.first, !first.value.hasPrefix("-") {
      model = first
      rest = rest.dropFirst()
    }
    guard let table = LauncherTable(runtime, image: image) else {
      arguments += rest
      return
    }
    let given = rest.compactMap { word in
      Argument(word.value).map { Located($0, word.range) }
    }
    let parsed = GivenOptions(given, runtime, table.catalogue)
    for option in parsed.options { read(option, table) }
    arguments += parsed.strays.map { Located($0.value.text, $0.range) }
  }

  mutating func read(_ given: GivenOption, _ table: LauncherTable) {
    let value = given.values.first
    if take(given.name, value, at: given.range) { return }
    guard let option = given.option, let text = Self.value(of: given, option) else {
      // What no field takes stays as it is written, and is judged there.
      arguments.append(Located(given.name, given.range))
      arguments += given.values
      return
    }
    add(option.names[0].asKey, text, option, at: given.range)
  }

  mutating func add(
    _ key: String, _ text: String, _ option: CatalogueOption, at range: SourceRange
  ) {
    if let index = options.firstIndex(where: { $0.key == key }) {
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

  /// Takes an option or variable that amm sets itself; returns whether it is one.
  mutating func take(
    _ name: String, _ value: Located<String>?, at range: SourceRange
  ) -> Bool {
    let written = Located(name, range)
    if words.models.contains(name) {
      model = value ?? model
    } else if words.repositories.contains(name) {
      repository = value ?? repository
    } else if words.files.contains(name) {
      file = value ?? file
    } else if words.names.contains(name) {
      servedName = value ?? servedName
    } else if words.revisions.contains(name) {
      revision = value ?? revision
    } else if words.keys.contains(name) {
      takeSecret(written, value, isKey: true)
    } else if words.tokens.contains(name) {
      takeSecret(written, value, isKey: false)
    } else if words.ports.contains(name) {
      port = value.flatMap { Int($0.value) } ?? port
      fates.append(Fate(key: written, kind: .changed, reason: "amm sets the port in the container"))
    } else if words.addresses.contains(name) {
      fates.append(Fate(key: written, kind: .changed, reason: "'bind' is the address"))
    } else if words.caches.contains(name) {
      if let value { cacheFolders.append(value.value) }
      fates.append(Fate(key: written, kind: .changed, reason: "'cache' is the folder"))
    } else {
      return false
    }
    return true
  }

  /// Takes a token or key, which is never written.
  mutating func takeSecret(
    _ name: Located<String>, _ value: Located<String>?, isKey: Bool
  ) {
    let secret = isKey ? self.name + "-key" : "hf-token"
    if isKey { key = (secret, name.range) } else { token = (secret, name.range) }
    if !secrets.contains(secret) { secrets.append(secret) }
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    guard let value, !value.value.isEmpty, !value.value.hasPrefix("$") else { return }
    tell(
      ImportRules.secret, value.range, "'\(name.value)' has its value in the file",
      help: "run 'podman secret create \(secret) FILE', and remove the value")
  }

  mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Returns an option's value as YAML; nil if it has none that a field takes.
  static func value(of given: GivenOption, _ option: CatalogueOption) -> String? {
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
    if given.isOff { return "false" }
    guard let first = given.values.first else {
      return option.kind == .flag ? "true" : nil
    }
    switch option.count {
    case .some, .any, .repeated, .two:
      return "[" + given.values.map { single($0.value) }.joined(separator: ", ") + "]"
    default: return given.values.count == 1 ? single(first.value) : nil
    }
  }
}

extension String {
  /// The name for a message, without control characters.
  var abbreviatedName: String { String(prefix(60)).filter { !$0.isNewline } }
}
