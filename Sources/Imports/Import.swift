import Deployments
package import Diagnostics
import Profiles
import Schema
import Workspaces
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

  /// Returns the kind of a file by its name and content; nil if it is none.
  package static func kind(of source: SourceFile) -> Kind? {
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    let text = String(decoding: source.bytes, as: UTF8.self)
    if name.hasSuffix(".sh") || name.hasSuffix(".bash") { return .command }
    if name.hasSuffix(".container") { return .quadlet }
    if NixSource.isNix(source) { return .nix }
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || holds("services", of: source) {
      // A file that cannot be read is told as what it is meant to be.
      let root = Composer.compose(source, ignoring: ComposeSource.tags).value
      if root.map(ComposeSource.isCompose) ?? holds("services", of: source) { return .compose }
      if let kind = structured(source, text) { return kind }
      if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return nil }
    }
    if let kind = structured(source, text) { return kind }
    if text.contains("[Container]") { return .quadlet }
    return CommandSource.servers(in: source).isEmpty ? nil : .command
  }

  /// Whether a file has keys of Compose, Kubernetes or llama-swap at its top.
  package static func hasForeignKeys(_ source: SourceFile) -> Bool {
    holds("services", of: source) || holds("apiVersion", of: source) && holds("kind", of: source)
      || holds("models", of: source) && holds("cmd", of: source)
  }

  /// Whether a line of a file begins with a key of YAML or JSON.
  private static func holds(_ key: String, of source: SourceFile) -> Bool {
    let lines = source.bytes[min(source.textStart, source.bytes.count)...].split {
      $0 == 0x0A || $0 == 0x0D
    }
    let plain = Array((key + ":").utf8)
    let quoted = Array(("\"" + key + "\"").utf8)
    return lines.contains { line in
      let text = line.drop { $0 == 0x20 || $0 == 0x7B }
      return text.starts(with: plain) || text.starts(with: quoted)
    }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - environment: The text of the `.env` beside it; nil if there is none.
  ///   - folder: The folder of the file, for relative paths; nil if it is not known.
  ///   - origin: How the profile's first line names the file.
  ///   - taken: The names that are taken by instances or profiles.
  ///   - ports: The ports that instances have.
  ///   - unit: A quadlet file with the files that belong to it; nil if only the file is known.
  ///   - evaluated: The values of a Nix file as JSON; nil if the file itself has them.
  package static func read(
    _ source: SourceFile, as kind: Kind, environment: String? = nil, in folder: String? = nil,
    from origin: String, besides taken: Set<String> = [], ports: Set<Int> = [],
    unit: QuadletUnit? = nil, evaluated: SourceFile? = nil
  ) -> Import {
    var diagnostics: [Diagnostic] = []
    var others: [Fate] = []
    let unit = unit ?? QuadletUnit(source)
    var foreign: [ForeignServer]
    switch kind {
    case .compose:
      let outcome = ComposeSource.read(source, environment: environment)
      diagnostics += outcome.diagnostics
      foreign = outcome.value ?? []
    case .quadlet:
      let found = QuadletSource.read(unit)
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
    var reader = ImportReader(source: source, folder: folder, origin: origin, names: taken)
    reader.ports.taken = ports.union(foreign.flatMap { $0.ports.compactMap(\.value.host) })
    let unread = reader
    for var server in foreign {
      server.isAlternative = false
      reader.read(server)
    }
    if reader.sharesPorts {
      // Alternatives, and programs that a script starts on one port, run one after the other.
      reader = unread
      for var server in foreign {
        server.isAlternative = server.isAlternative || kind == .command && !server.isContainer
        reader.read(server)
      }
    }
    diagnostics += reader.diagnostics
    diagnostics += reader.judge()
    diagnostics += ImportSecrets.left(in: source, besides: diagnostics)
    return Import(
      kind: kind, servers: reader.servers, others: others + reader.others, diagnostics: diagnostics
    ).located(in: unit)
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
        Recognition.recognise($0).map { $0.runtime.name == "ollama" } ?? false
      })
    else { return }
    let known = Set(servers[place].pulled.map(\.value))
    servers[place].pulled += pulled.filter { !known.contains($0.value) }
  }
}
