import Deployments
import Diagnostics
import Profiles
import Schema
import Workspaces

/// Makes a companion from a container of another tool's file, if all servers that it uses are known.
struct CompanionImport: ServiceImport {
  let server: ForeignServer
  let kind: KnownCompanion
  let source: SourceFile
  let folder: String?
  /// The name of the companion.
  let name: String
  let directory: ServerDirectory
  /// The configuration files next to the source that were read, by their paths.
  let configurations: [String: SourceFile]

  var findings: [Diagnostic]
  var fates: [Fate]
  var secrets = SecretNames()
  /// Why it becomes no companion; nil if it does.
  private(set) var refusal: String?
  /// The configuration file that has to be read; nil if there is none.
  var wanted: String?

  // What is found.
  /// The servers that it uses, in the order of the file.
  private(set) var uses: [ServerDirectory.Entry] = []
  /// The arguments of the program.
  var arguments: [Located<String>] = []
  /// The port that it listens on in its container, as the file says it.
  var inside: Int?
  var environment: [(name: Located<String>, value: String)] = []
  var ownSecrets: [(variable: String, secret: String, origin: SourceRange)] = []
  /// The secret or the file with the key for clients, as YAML.
  var key: Located<String>?
  /// The variables that are read already.
  var done: Set<String> = []
  /// The variables that a configuration reads, which amm writes itself.
  var ofConfiguration: Set<String> = []

  var words: CompanionWords { kind.foreign }

  init(
    _ server: ForeignServer, _ kind: KnownCompanion, as name: String, of source: SourceFile,
    in folder: String?, using directory: ServerDirectory, configurations: [String: SourceFile]
  ) {
    self.server = server
    self.kind = kind
    self.name = name
    self.source = source
    self.folder = folder
    self.directory = directory
    self.configurations = configurations
    findings = server.findings
    fates = server.fates
    readImage()
    readProgram()
    guard refusal == nil else { return }
    readConfiguration()
    readConnections()
    readPartners()
    readVariables()
    readKey()
  }

  /// Records why it becomes no companion; the first reason counts.
  mutating func refuse(_ reason: String) { refusal = refusal ?? reason }

  /// Records a server that it uses.
  mutating func use(_ entry: ServerDirectory.Entry) {
    let name = entry.workload.name
    guard !uses.contains(where: { $0.workload.name == name }) else { return }
    guard entry.workload.activation == nil else {
      return refuse("'\(name.text)' starts on demand, and a container cannot start it")
    }
    guard kind.canUse(entry.workload) else {
      return refuse("\(kind.name) does not have the protocol of '\(name.text)'")
    }
    uses.append(entry)
  }

  // MARK: Image and program

  private mutating func readImage() {
    if let reason = words.refusal { return refuse(reason) }
    guard !server.isBuilt else { return refuse("its image is built from a file") }
    guard let image = server.image, !server.isOpen(image) else {
      return refuse("its image is known only when it starts")
    }
    guard let reference = ImageReference(ServerImport.qualified(image.value)) else {
      return refuse("'\(image.value.abbreviatedName)' is no name of an image")
    }
    let tag = reference.tag ?? ""
    if words.tagsWithServer.contains(where: tag.contains) {
      refuse("its image also starts a server of models; run that server as an instance")
    }
  }

  /// Reads the words after the program, which must be the one that amm starts.
  private mutating func readProgram() {
    guard !kind.isCustom else {
      if server.entrypoint != nil { refuse("a companion has the entry point of its image") }
      arguments = server.command
      return
    }
    var words = (server.entrypoint ?? []) + server.command
    if let script = Recognition.script(in: words) {
      guard let inner = program(in: script) else {
        return refuse("amm does not see what its shell starts")
      }
      words = inner
    }
    let program = self.words.programs.first { program in
      words.count >= program.count && zip(words, program).allSatisfy { $0.value == $1 }
    }
    let rest = words.dropFirst(program?.count ?? 0)
    if program == nil, let first = rest.first,
      server.entrypoint?.isEmpty == false || !first.value.hasPrefix("-")
    {
      return refuse("amm does not start '\(first.value.abbreviatedName)' in it")
    }
    arguments = Array(rest)
  }

  /// Returns the words of the program that a shell starts; nil if it does something else.
  ///
  /// amm's own scripts set variables with keys, or write the configuration, before they start it.
  private mutating func program(in script: Located<String>) -> [Located<String>]? {
    let commands = CommandSource.commands(in: script).map { words in
      words.filter { !Recognition.isAssignment($0.value) }
    }.filter { !$0.isEmpty }
    for words in commands {
      let plain = words.first?.value == "exec" ? Array(words.dropFirst()) : words
      if self.words.programs.contains(where: { plain.map(\.value).starts(with: $0) }) {
        let isOwn = commands.count == 1 || server.isOwn || server.value(of: ownConfiguration) != nil
        return isOwn ? plain : nil
      }
    }
    return nil
  }

  /// The variable with the configuration that amm's own script writes into a file.
  private var ownConfiguration: String { words.configurations.first ?? "" }

  // MARK: Servers that it depends on

  /// Without an address, a container uses the servers that it starts after.
  private mutating func readPartners() {
    let partners = server.partners.compactMap { directory.entry(named: $0.value) }
    if kind.isCustom, !server.isOwn {
      // Only the address of a server shows that it uses it.
      return
    } else if server.isOwn {
      // amm orders a companion after exactly the servers that it uses.
      for partner in partners { use(partner) }
    } else if uses.isEmpty, refusal == nil {
      for partner in partners { use(partner) }
    }
    if uses.isEmpty, !kind.isCustom {
      refuse(
        server.variableFiles.isEmpty
          ? "it names no server that amm runs"
          : "its variables are in a file, so amm does not see which servers it uses")
    }
  }
}
