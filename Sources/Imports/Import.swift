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
    case compose, quadlet, systemd, command
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
  /// Whether the file has a server of a runtime that amm knows, also if it is left out.
  package let knowsServer: Bool
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
    if name.hasSuffix(".service") || ServiceSource.isService(source, text) { return .systemd }
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
    let script = CommandSource.read(source, with: NearbyFiles(), asInstaller: true)
    return script.servers.isEmpty ? nil : .command
  }

  /// Returns the comment by which a later import finds what it made of a file.
  package static func mark(of origin: String) -> String { "Imported from \(origin)." }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - nearby: The files in its folder that it names or that its tool reads with it.
  ///   - folder: The folder of the file, for relative paths; nil if it is not known.
  ///   - origin: How the profile's first line names the file.
  ///   - taken: What the workspace has already.
  ///   - configurations: The files that companions name, by their paths.
  ///   - unit: A quadlet file with the files that belong to it; nil if only the file is known.
  ///   - evaluated: The values of a Nix file as JSON; nil if the file itself has them.
  package static func read(
    _ source: SourceFile, as kind: Kind, with nearby: NearbyFiles = NearbyFiles(),
    in folder: String? = nil, from origin: String, besides taken: TakenPlaces = TakenPlaces(),
    configurations: [String: SourceFile] = [:],
    unit: QuadletUnit? = nil, evaluated: SourceFile? = nil
  ) -> Import {
    var diagnostics: [Diagnostic] = []
    var others: [Fate] = []
    var foreign: [ForeignServer]
    var files = unit?.numbered ?? NumberedFiles()
    var routers: [ForeignRouter] = []
    var wanted: Set<String> = []
    let router = kind == .llamaSwap ? LlamaSwapSource.router(in: source) : nil
    switch kind {
    case .quadlet:
      let found = QuadletSource.read(unit ?? QuadletUnit(source), in: folder)
      diagnostics += found.findings
      others += found.others
      foreign = found.servers
    case .command:
      let found = commands(in: source, with: nearby)
      (foreign, files) = (found.servers, found.files)
      others += found.others
    case .llamaSwap where router != nil:
      foreign = []
    case .compose, .llamaSwap, .kubernetes, .modelfile, .nix, .systemd:
      let file =
        kind == .nix
        ? NixSource.read(source, evaluated: evaluated)
        : kind == .compose
          ? ComposeSource.read(source, with: nearby, in: folder)
          : structured(source, as: kind, in: folder, forCluster: taken.isForCluster)
      diagnostics += file.findings
      others += file.others
      foreign = file.servers
      files = file.files
      routers = file.routers
    }
    if var router {
      let unit = "\(folder ?? "")/\(router.name.value).service"
      if let file = configurations[unit] {
        router.read(file)
      } else if folder != nil {
        wanted.insert(unit)
      }
      routers = [router]
    }
    for index in foreign.indices { foreign[index].kind = kind }
    if OwnTraces.wrote(source) { for index in foreign.indices { foreign[index].isOwn = true } }
    if !taken.isForCluster {
      for index in foreign.indices { foreign[index].forgetCluster() }
      foreign.separateOwnPorts()
    }
    foreign = OwnTraces.removed(from: foreign)
    collectPulls(&foreign)
    var reader = ImportReader(source: source, folder: folder, origin: origin, besides: taken)
    reader.configurations = configurations
    reader.ports.taken.formUnion(foreign.flatMap { $0.ports.compactMap(\.value.host) })
    let unread = reader
    for server in foreign { reader.read(server) }
    // amm tells it of a workspace, too.
    let areTogether = kind == .compose && !OwnTraces.wrote(source)
    var together = reader.judge(together: areTogether)
    let hasOthers = kind == .command || foreign.contains(where: \.isAlternative)
    if hasOthers, together.contains(where: { $0.rule.code == "port-in-use" }) {
      // Alternatives, and programs that a script starts on one port, run one after the other.
      reader = unread
      for server in grouped(foreign, as: kind) { reader.read(server) }
      together = reader.judge(together: areTogether)
    }
    reader.readCompanions()
    reader.readRouters(routers)
    wanted.formUnion(reader.wanted)
    diagnostics += reader.diagnostics + together
    let collector = DiagnosticCollector(source)
    (ImportSecrets.left(in: source, besides: diagnostics) + diagnostics).forEach(collector.emit)
    let read = Import(
      kind: kind, servers: reader.servers, companions: reader.companions,
      wanted: wanted.sorted(), others: others + reader.others,
      knowsServer: reader.knowsServer
        || kind != .kubernetes && !others.isEmpty && foreign.isEmpty,
      diagnostics: collector.diagnostics,
      secrets: reader.secrets.index)
    return read.located(in: files).hiding(reader.secrets, of: files.files + [(source, 0)])
  }

  /// Returns servers with the groups of those that can take each other's place.
  ///
  /// Of Compose, these are the ones that publish the same port.
  private static func grouped(_ servers: [ForeignServer], as kind: Kind) -> [ForeignServer] {
    let standard = "alternatives"
    var servers = servers
    guard kind == .compose else {
      for index in servers.indices
      where servers[index].isAlternative || kind == .command && !servers[index].isContainer {
        servers[index].group = standard
      }
      return servers
    }
    var places: [Int: [Int]] = [:]
    var order: [Int] = []
    // On the machine's own network, the port is one of the server's options.
    func ports(of server: ForeignServer) -> Set<Int> {
      Set(server.ports.compactMap(\.value.host) + (server.usesHostNetwork ? [0] : []))
    }
    for index in servers.indices where servers[index].isAlternative {
      for port in ports(of: servers[index]).sorted() {
        if places[port] == nil { order.append(port) }
        places[port, default: []].append(index)
      }
    }
    // A service that always starts can take the place of one that is chosen, but two of them cannot.
    for port in order where port != 0 {
      let always = servers.indices.filter {
        !servers[$0].isAlternative && ports(of: servers[$0]).contains(port)
      }
      if always.count == 1 { places[port, default: []].append(always[0]) }
    }
    var count = 0
    for members in order.compactMap({ places[$0] }) where members.count > 1 {
      let free = members.filter { servers[$0].group == nil }
      guard !free.isEmpty else { continue }
      count += 1
      for index in free { servers[index].group = count == 1 ? standard : "\(standard)-\(count)" }
    }
    return servers
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
