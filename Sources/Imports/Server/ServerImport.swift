import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Makes a profile and an instance from a recognised server.
struct ServerImport: ServiceImport {
  var server: ForeignServer
  let recognised: Recognition.Server
  let source: SourceFile
  let runtime: any Runtime.Type
  let name: String
  /// The options of the image's version; nil if the runtime has no table.
  let table: LauncherTable?
  /// The folder of the source, for relative paths; nil if it is not known.
  let folder: String?

  /// How other tools' files name the runtime.
  let words: ForeignWords
  /// The words of the container that may refer to variables.
  let expanding: [String]
  var findings: [Diagnostic] = []
  var fates: [Fate] = []
  var secrets = SecretNames()
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
  /// Whether this folder has the models themselves; nil if the file names none.
  ///
  /// Otherwise, they are in a folder of it, as in `HF_HOME`.
  private(set) var cacheHoldsModels: Bool?
  /// The folder of all programs' caches, as a variable says it.
  var cachesOfUser: String?
  /// The name of the volume that amm would use for downloads.
  var cacheVolume: String?
  /// Whether the folder for downloads has the hub's files in a folder `hub`.
  var hasHubFolder = true
  /// Whether its model is known only when it starts, which its fates tell.
  var isLeftOut = false
  /// Whether the server finds its models in a folder.
  var findsModels = false
  /// The model's place in the hub's cache; nil if the source names none.
  var snapshot: HubSnapshot?
  /// Whether a file with settings of models names them.
  var hasSettingsFile = false
  /// Sets the folder for downloads; one that has the models themselves comes before the one above it.
  mutating func setCache(_ folder: String, holdsModels: Bool) {
    guard cacheFolder == nil || holdsModels && cacheHoldsModels == false else { return }
    cacheFolder = folder
    cacheHoldsModels = holdsModels
  }

  /// Whether the image is one of the server's own project that starts it.
  var hasOwnImage: Bool {
    guard let image = server.image?.value else { return false }
    return words.startingImages.contains { Recognition.untagged(image).hasSuffix($0) }
  }
  /// The secret with the hub's token, and that with the key for clients, as an instance writes them.
  var token: (secret: String, origin: SourceRange)?
  var key: (secret: String, origin: SourceRange)?
  /// Lines of the runtime's section, by key, in order.
  var options: [(key: String, value: String, origin: SourceRange)] = []
  /// The names that the file has for the keys of the runtime's section.
  var spellings: [String: String] = [:]
  /// The words, or the variable, from which a line of the runtime's section was made, by its key.
  var written: [String: [Located<String>]] = [:]
  var writtenVariables: [String: (name: Located<String>, value: String)] = [:]
  var arguments: [Located<String>] = []
  /// The places of arguments that are judged, and that the profile does not get.
  var judgedOnly: Set<SourceRange> = []
  var environment: [(name: Located<String>, value: String)] = []
  var environmentNames: Set<String> = []
  var ownSecrets: [(variable: String, secret: String, origin: SourceRange)] = []
  /// Files of the machine that a server without a container reads, and that its container needs.
  var files: [Located<MachineFile>] = []

  init(
    _ server: ForeignServer, _ recognised: Recognition.Server, of source: SourceFile,
    as name: String, in folder: String?
  ) {
    self.server = server
    self.recognised = recognised
    self.source = source
    runtime = recognised.runtime
    words = runtime.foreign
    let all = server.command + server.healthCheck + [server.healthCommand].compactMap(\.self)
    expanding = all.map(\.value).filter { $0.utf8.contains(0x24) }
    table = LauncherTable(
      runtime, image: server.image.flatMap { ImageReference(Self.qualified($0.value)) })
    self.name = name
    self.folder = folder
    fates = server.fates + recognised.fates
    findings = server.findings
    self.server.open.formUnion(recognised.open)
    leaveOutOpenGPUs()
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
    tellMoved()
    if runtime.needsImage {
      readCustom()
    } else {
      readArguments(split(withHyphens(recognised.arguments)))
    }
    readVariables()
    readSecrets()
  }

  /// Reports a command that names the program which the image starts, or none where it starts none.
  mutating func tellStart() {
    let all = (server.entrypoint ?? []) + server.command
    if runtime.pullsModels, server.isContainer, let script = Recognition.script(in: all),
      CommandSource.pullsFirst(script)
    {
      tell(
        ImportRules.program, script.range,
        "the script loads a model before it starts the server that does it, so it fails",
        help: "write 'ollama serve & sleep 5; ollama pull MODEL; wait'")
    }
    if server.isContainer, let first = server.entrypoint?.first, first.value.hasPrefix("-") {
      tell(
        ImportRules.program, first.range,
        "the container starts '\(first.value.abbreviatedName)' as its program, because the entry point replaces that of the image",
        help: "write the options as arguments: 'args' of Kubernetes, 'command' of Compose")
    }
    switch recognised.start {
    case .plain: break
    case .doubled(let first):
      tell(
        ImportRules.program, first.range,
        "the image starts the server itself, so '\(first.value.abbreviatedName)' becomes an argument of it",
        help: "write only the arguments, or set the entry point")
    case .missing:
      // The longer name of `--server` and `-s` says more.
      let tool = Recognition.tools(of: runtime, server)?.max { $0.count < $1.count }
      let program = tool ?? words.programs.first.map { $0.joined(separator: " ") } ?? runtime.name
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

  /// The table of the newest version; nil if the runtime has none.
  var newest: Catalogue? {
    Catalogue.releases(of: runtime.name).last.flatMap { Catalogue.of(runtime.name, $0) }
  }

  /// Returns an image's name with the registry that Docker and Compose assume.
  ///
  /// Docker's library has no servers, so an image with the name of one was built on the machine.
  static func qualified(_ text: String) -> String {
    let host = text.split(separator: "/").first ?? ""
    guard text.contains("/") else {
      return (Recognition.isNamedAfterServer(text) ? "localhost/" : "docker.io/library/") + text
    }
    return host.contains(".") || host.contains(":") || host == "localhost"
      ? text : "docker.io/" + text
  }

  /// Records a word or variable that the profile or the instance also has.
  mutating func carry(_ name: Located<String>) {
    fates.append(Fate(key: name, kind: .carried, reason: ""))
  }

  mutating func readArguments(_ words: [Located<String>]) {
    var rest = words[...]
    if self.words.modelIsFirst, let first = rest.first, !first.value.hasPrefix("-") {
      model = first
      carry(first)
      rest = rest.dropFirst()
    }
    guard let table else {
      arguments += rest
      for word in rest where word.value.hasPrefix("-") { carry(word) }
      return
    }
    let written = rest.filter { $0.value != "--" }.flatMap { word in
      guard let long = self.words.joinedNumbers[String(word.value.prefix(2))],
        table.catalogue[long] != nil, word.value.count > 2, Int(word.value.dropFirst(2)) != nil
      else { return [word] }
      return [Located(long, word.range), Located(String(word.value.dropFirst(2)), word.range)]
    }
    let kept = withoutEmpty(written, table)
    let empty = emptyValues(of: kept, table)
    let given = kept.enumerated().compactMap { index, word in
      // A variable that is empty here may get its value in a part of a script that is not run.
      let isOpen = word.value.isEmpty && (empty.contains(index) || !isLeftEmpty(word))
      if isOpen { server.open.insert(word.range) }
      return Argument(isOpen ? "${…}" : word.value).map { Located($0, word.range) }
    }
    // Without an image, the program can have any version.
    let parsed = GivenOptions(
      given, runtime, table.catalogue, isOlder: table.isNewerThanImage || !server.isContainer)
    tellTwice(parsed.options)
    for option in parsed.options { read(option) }
    var next = parsed.options.startIndex
    for stray in parsed.strays {
      let word = Located(stray.value.text, stray.range)
      // Both lists have the order of the words.
      while next < parsed.options.endIndex, parsed.options[next].range.start < stray.range.start {
        next += 1
      }
      let before = next > 0 ? parsed.options[next - 1] : nil
      // The model may follow the options.
      if self.words.modelIsFirst, model == nil {
        model = word
        carry(word)
      } else if word.value.allSatisfy({ $0 == " " || $0 == "\t" }) {
        // A backslash before a space at the end of a line, which is reported.
        continue
      } else if server.isOpen(word) {
        tellOpen(word, word)
      } else if let before, before.option?.count == CatalogueOption.Count.none, !before.isJoined {
        tell(
          ImportRules.value, word.range,
          "'\(before.name)' takes no value, but '\(word.value.abbreviatedName)' follows it",
          help: "write only '\(before.name)', or leave it out")
        fates.append(Fate(key: word, kind: .unknown, reason: "'\(before.name)' takes no value"))
      } else {
        arguments.append(word)
        carry(word)
      }
    }
  }
}

extension String {
  /// The name for a message, without control characters.
  var abbreviatedName: String { String(prefix(60)).filter { !$0.isNewline } }
}
