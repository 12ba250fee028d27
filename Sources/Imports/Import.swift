import Deployments
package import Diagnostics
import Profiles
import Schema
package import Workspaces
import YAML

/// What an import found in a file of another tool.
package struct Import: Sendable {
  /// The kinds of files.
  package enum Kind: String, Sendable, CaseIterable {
    case compose, quadlet, command
    case llamaSwap = "llama-swap"
    case kubernetes, modelfile, nix
  }

  /// The runtimes whose servers an import recognises.
  package static var runtimes: [String] {
    Runtimes.all.filter { !$0.foreign.programs.isEmpty }.map { $0.name }
  }

  /// The kind of the file.
  package let kind: Kind
  /// The servers that amm knows.
  package let servers: [ImportedServer]
  /// The names of programs that are none of amm's runtimes, with the reason that they are left out.
  package let others: [Fate]
  /// All problems, at their places in the source.
  package let diagnostics: [Diagnostic]
  /// The secrets of the file, which are never shown.
  package let secrets: SecretTexts

  /// Returns the kind of a file by its name and content; nil if it is none.
  package static func kind(of source: SourceFile) -> Kind? {
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    let text = String(decoding: source.bytes, as: UTF8.self)
    if name.hasSuffix(".sh") || name.hasSuffix(".bash") { return .command }
    if name.hasSuffix(".container") { return .quadlet }
    if NixSource.isNix(source) { return .nix }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || begins("services", in: source) {
      // A file that cannot be read is told as what it is meant to be.
      let root = Composer.compose(source, ignoring: ComposeSource.tags).value
      if root.map(ComposeSource.isCompose) ?? begins("services", in: source) { return .compose }
      if let kind = structured(source, text) { return kind }
      if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return nil }
    }
    if let kind = structured(source, text) { return kind }
    if text.contains("[Container]") { return .quadlet }
    return CommandSource.servers(in: source).isEmpty ? nil : .command
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - environment: The text of the `.env` beside it; nil if there is none.
  ///   - folder: The folder of the file, for relative paths; nil if it is not known.
  ///   - origin: How the profile's first line names the file.
  ///   - taken: What the workspace has already.
  ///   - unit: A quadlet file with the files that belong to it; nil if only the file is known.
  ///   - evaluated: The values of a Nix file as JSON; nil if the file itself has them.
  package static func read(
    _ source: SourceFile, as kind: Kind, environment: String? = nil, in folder: String? = nil,
    from origin: String, besides taken: TakenPlaces = TakenPlaces(), unit: QuadletUnit? = nil,
    evaluated: SourceFile? = nil
  ) -> Import {
    var diagnostics: [Diagnostic] = []
    var others: [Fate] = []
    var foreign: [ForeignServer]
    switch kind {
    case .compose:
      let outcome = ComposeSource.read(source, environment: environment)
      diagnostics += outcome.diagnostics
      foreign = outcome.value ?? []
    case .quadlet:
      let found = QuadletSource.read(unit ?? QuadletUnit(source))
      diagnostics += found.findings
      others += found.others
      foreign = found.servers
    case .command: foreign = CommandSource.servers(in: source)
    case .llamaSwap, .kubernetes, .modelfile, .nix:
      let file =
        kind == .nix
        ? NixSource.read(source, evaluated: evaluated) : structured(source, as: kind)
      diagnostics += file.findings
      others += file.others
      foreign = file.servers
    }
    foreign = OwnTraces.removed(from: foreign)
    collectPulls(&foreign)
    var reader = ImportReader(source: source, folder: folder, origin: origin, besides: taken)
    reader.ports.taken.formUnion(foreign.flatMap { $0.ports.compactMap(\.value.host) })
    let unread = reader
    for var server in foreign {
      server.isAlternative = false
      reader.read(server)
    }
    var together = reader.judge()
    if together.contains(where: { $0.rule.code == "port-in-use" }) {
      // Alternatives, and programs that a script starts on one port, run one after the other.
      reader = unread
      for var server in foreign {
        server.isAlternative = server.isAlternative || kind == .command && !server.isContainer
        reader.read(server)
      }
      together = reader.judge()
    }
    diagnostics += reader.diagnostics + together
    diagnostics += ImportSecrets.left(in: source, besides: diagnostics)
    let read = Import(
      kind: kind, servers: reader.servers, others: others + reader.others, diagnostics: diagnostics,
      secrets: reader.secrets.index)
    let files = (unit?.numbered ?? []) + [(source, 0)]
    return (unit.map(read.located) ?? read).hiding(reader.secrets, of: files)
  }

  /// Gives the models that a file pulls to its server of Ollama, and leaves out what only pulls them.
  private static func collectPulls(_ servers: inout [ForeignServer]) {
    var pulled: [Located<String>] = []
    servers.removeAll { server in
      let models = Recognition.pulled(by: server)
      guard !models.isEmpty else { return false }
      pulled += models
      return Recognition.recognise(server) == nil
    }
    guard !pulled.isEmpty,
      let place = servers.firstIndex(where: {
        Recognition.recognise($0).map { $0.runtime.pullsModels } ?? false
      })
    else { return }
    let known = Set(servers[place].pulled.map(\.value))
    servers[place].pulled += pulled.filter { !known.contains($0.value) }
  }
}
