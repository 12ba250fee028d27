import Deployments
import Diagnostics
import Profiles
import Schema
import Workspaces
import YAML

/// Makes the servers of one file, and judges each of them and all together.
struct ImportReader {
  let source: SourceFile
  let folder: String?
  let origin: String
  /// The names that are taken.
  var names: Set<String>
  var ports = PortChoice(taken: [])
  private(set) var servers: [ImportedServer] = []
  private(set) var others: [Fate] = []
  /// The profiles of the servers, by name.
  private var profiles: [String: Profile] = [:]
  private(set) var diagnostics: [Diagnostic] = []

  init(source: SourceFile, folder: String?, origin: String, names: Set<String>) {
    self.source = source
    self.folder = folder
    self.origin = origin
    self.names = names
  }

  /// Reads a server, and adds what became of it.
  mutating func read(_ server: ForeignServer) {
    guard let recognised = Recognition.recognise(server) else {
      let program = server.entrypoint?.first?.value.abbreviatedName
      let isKnown = server.image.flatMap { Recognition.runtime(ofImage: $0.value) } != nil
      let reason =
        server.image.map(server.isOpen) ?? false
        ? "its image is known only when it starts"
        : isKnown && program != nil
          ? "amm does not see what its entry point '\(program ?? "")' starts"
          : "neither its image nor its command is that of a server that amm runs"
      others.append(Fate(leavingOut: server, kind: .dropped, reason: reason))
      diagnostics += server.findings
      return
    }
    guard !Recognition.isFork(server, of: recognised.runtime) else {
      others.append(
        Fate(
          leavingOut: server, kind: .unknown,
          reason: "it is a fork of \(recognised.runtime.name), whose options amm does not know"))
      diagnostics += server.findings
      return
    }
    let name = uniqueName(server.name.value)
    var made = ServerImport(server, recognised, of: source, as: name, in: folder)
    finish(&made, name)
    diagnostics += made.findings
  }

  private mutating func finish(_ made: inout ServerImport, _ name: String) {
    let recognised = made.recognised
    let text = made.profile(from: origin)
    let file = SourceFile(path: "imported/\(name).yaml", text: text.text)
    let outcome = Profile.read(file)
    let words = ForeignProblems(made)
    let told = outcome.diagnostics.compactMap {
      words.told($0, at: text.origin(of: $0) ?? made.server.name.range)
    }
    diagnostics += told
    // What is no error in the source can be one in the profile, which is then not made.
    let hidden = told.hasErrors ? nil : outcome.diagnostics.first { $0.severity == .error }
    let foreign = recognised.runtime.foreign
    let cache = outcome.value.flatMap { recognised.runtime.cache(of: $0) }
    made.hasHubFolder = cache?.hub == "hub"
    made.sharedStore = cache.flatMap { $0.isShareable ? $0.kind : nil }
    let instance = made.instance(
      cache: cache?.path.text,
      standard: !made.server.isContainer
        ? foreign.standardPort : foreign.imagePort ?? foreign.standardPort, ports: &ports)
    guard made.hasModel, hidden == nil else {
      let open = made.fates.last { $0.kind == .unknown }?.reason
      let reason =
        made.hasModel
        ? "amm has no profile for it: \(words.words(hidden?.message ?? ""))"
        : made.findsModels
          ? "it finds its models in a folder"
          : made.isLeftOut
            ? open ?? "its model is not known"
            : recognised.runtime.pullsModels
              ? "it names no model; 'amm add ollama:NAME' writes a profile" : "it names no model"
      others.append(Fate(leavingOut: made.server, kind: .unknown, reason: reason))
      return
    }
    let imported = ImportedServer(
      name: name, range: made.server.name.range, runtime: recognised.runtime.name, profile: text,
      instance: instance, secrets: made.secrets, fates: made.fates, findings: made.findings)
    servers.append(imported)
    profiles[name] = outcome.value
    let hasOwnCache = made.cacheFolder != nil
    let hasNoGPUs = made.computesElsewhere
    diagnostics += judge([imported]) { code in
      // A folder for models of its own is not the one of the image.
      !Self.ofSeveral.contains(code) && !ForeignProblems.ofWorkspaces.contains(code)
        && !(hasOwnCache && code == "user-of-image")
        && !(hasNoGPUs && ["too-few-gpus", "world-size"].contains(code))
    }
  }

  // MARK: Together

  /// The rules that compare instances with each other.
  private static let ofSeveral: Set = ["port-in-use", "cache-conflict"]

  /// Returns the problems that servers have with each other, at their places in the source.
  func judge() -> [Diagnostic] {
    servers.count < 2 ? [] : judge(servers) { Self.ofSeveral.contains($0) }
  }

  /// Returns problems of instances in one workspace, at their places in the source.
  ///
  /// - Parameter isWanted: Whether a rule is told, by its code.
  private func judge(
    _ servers: [ImportedServer], where isWanted: (String) -> Bool
  ) -> [Diagnostic] {
    var text = ImportedText()
    text.add("version: 1")
    text.add("instances:")
    for server in servers { text.add(server.instance) }
    let file = SourceFile(path: "imported/instances.yaml", text: text.text)
    let links = servers.map { server in
      let profile = profiles[server.name]
      return ActiveLink(
        instance: server.name, path: "active/\(server.name).yaml",
        state: .profile(
          "imported/" + server.name,
          profile.map { ActiveProfile(id: "imported/" + server.name, profile: $0) }))
    }
    let outcome = Composer.compose(file).then { node in
      Workspace.read(
        node, from: file, links: links,
        location: WorkspaceLocation(activeFolder: "active", folder: nil, home: nil))
    }
    return outcome.diagnostics.compactMap { diagnostic in
      // A profile with errors was told.
      guard diagnostic.location.path == file.path, isWanted(diagnostic.rule.code) else {
        return nil
      }
      return Diagnostic(
        diagnostic.rule,
        at: SourceLocation(source, text.origin(of: diagnostic) ?? servers[0].range),
        diagnostic.message, help: diagnostic.help)
    }
  }

  // MARK: Names

  /// Returns a name of letters, digits and hyphens that is not taken yet.
  private mutating func uniqueName(_ text: String) -> String {
    var plain = String(
      text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    while plain.hasPrefix("-") { plain.removeFirst() }
    while plain.contains("--") { plain = plain.replacing("--", with: "-") }
    plain = String(plain.prefix(40))
    while plain.hasSuffix("-") { plain.removeLast() }
    if plain.isEmpty { plain = "server" }
    var name = plain
    var number = 2
    while !names.insert(name).inserted {
      name = "\(plain)-\(number)"
      number += 1
    }
    return name
  }
}

extension ImportedText {
  /// Returns the place in the source of a problem of this text.
  fileprivate func origin(of diagnostic: Diagnostic) -> SourceRange? {
    origin(ofLine: diagnostic.location.range?.start.line ?? 1)
  }
}
