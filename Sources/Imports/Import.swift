package import Deployments
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
  /// The programs that become companions, because amm knows all servers that they use.
  package let companions: [ImportedCompanion]
  /// The paths of the files that companions name, and that were not read.
  package let wanted: [String]
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

  /// Returns the comment by which a later import finds what it made of a file.
  package static func mark(of origin: String) -> String { "Imported from \(origin)." }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - environment: The text of the `.env` beside it; nil if there is none.
  ///   - folder: The folder of the file, for relative paths; nil if it is not known.
  ///   - origin: How the profile's first line names the file.
  ///   - taken: The names that are taken by instances or profiles.
  ///   - ports: The ports that instances and companions have.
  ///   - workloads: The instances of the workspace that companions can use.
  ///   - forCluster: Whether the workspace is for clusters, whose secrets have several values.
  ///   - configurations: The files that companions name, by their paths.
  ///   - unit: A quadlet file with the files that belong to it; nil if only the file is known.
  ///   - evaluated: The values of a Nix file as JSON; nil if the file itself has them.
  package static func read(
    _ source: SourceFile, as kind: Kind, environment: String? = nil, in folder: String? = nil,
    from origin: String, besides taken: Set<String> = [], ports: Set<Int> = [],
    using workloads: [Workload] = [], forCluster: Bool = false,
    configurations: [String: SourceFile] = [:],
    unit: QuadletUnit? = nil, evaluated: SourceFile? = nil
  ) -> Import {
    var diagnostics: [Diagnostic] = []
    var others: [Fate] = []
    var foreign: [ForeignServer]
    var routers: [ForeignRouter] = []
    var wanted: Set<String> = []
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
    case .llamaSwap where LlamaSwapSource.router(in: source) != nil:
      routers = LlamaSwapSource.router(in: source).map { [$0] } ?? []
      let unit = "\(folder ?? "")/\(routers.first?.name.value ?? "").service"
      if let file = configurations[unit] {
        routers[0].read(file)
      } else if folder != nil {
        wanted.insert(unit)
      }
      foreign = []
    case .llamaSwap, .kubernetes, .modelfile, .nix:
      let file =
        kind == .nix
        ? NixSource.read(source, evaluated: evaluated) : structured(source, as: kind)
      diagnostics += file.findings
      others += file.others
      foreign = file.servers
      routers = file.routers
    }
    if OwnTraces.wrote(source) { for index in foreign.indices { foreign[index].isOwn = true } }
    if !forCluster { for index in foreign.indices { foreign[index].secretKeys = [:] } }
    foreign = OwnTraces.removed(from: foreign)
    collectPulls(&foreign)
    var reader = ImportReader(source: source, folder: folder, origin: origin, names: taken)
    reader.workloads = workloads
    reader.configurations = configurations
    reader.used = ports
    reader.ports.taken = ports.union(foreign.flatMap { $0.ports.compactMap(\.value.host) })
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
    reader.readCompanions()
    reader.readRouters(routers)
    wanted.formUnion(reader.wanted)
    diagnostics += reader.diagnostics + together
    diagnostics += ImportSecrets.left(in: source, besides: diagnostics)
    let read = Import(
      kind: kind, servers: reader.servers, companions: reader.companions,
      wanted: wanted.sorted(), others: others + reader.others, diagnostics: diagnostics)
    return unit.map(read.located) ?? read
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
