import Deployments
import Diagnostics
import Profiles
import Schema
import Workspaces

/// Makes the servers of one file, and judges each of them and all together.
struct ImportReader {
  let source: SourceFile
  let folder: String?
  let origin: String
  /// The names that are taken.
  var names: Set<String>
  /// The number that the next server of a name gets, because those before it are taken.
  private var nextNumbers: [String: Int] = [:]
  /// What the workspace has already.
  let taken: TakenPlaces
  var ports: PortChoice
  /// The ports of the machine that servers and companions of the file have.
  var used: Set<Int> = []
  /// The files that companions name, by their paths.
  var configurations: [String: SourceFile] = [:]
  private(set) var servers: [ImportedServer] = []
  var companions: [ImportedCompanion] = []
  /// The paths of the files that companions name, and that were not read.
  var wanted: Set<String> = []
  /// What the file has besides servers, with its place in the order of the file.
  var left: [(order: Int, fate: Fate)] = []
  /// The number of containers and programs that were read.
  private var order = 0
  /// The number of words that further commands of the file may have.
  private var wordsLeft = Self.words
  /// The number of words and variables that the commands of all servers of a file may have.
  ///
  /// A thousand servers have up to thirty thousand. Variables and loops of a file can repeat a text so often
  /// that reading it would take minutes.
  static let words = 32_768
  /// The servers as companions reach them.
  private(set) var reached: [ServerDirectory.Entry] = []
  /// The containers that are none of amm's servers, which can be companions, with the reason.
  private(set) var waiting: [(order: Int, server: ForeignServer, reason: String)] = []
  /// The servers of amm's runtimes that become no instances.
  private(set) var unmade: [ForeignServer] = []
  /// The secrets of all servers, also of those that are left out.
  private(set) var secrets = ForeignSecrets()
  var diagnostics: [Diagnostic] = []
  /// Whether one of the servers is of a runtime that amm has, also if it is left out.
  private(set) var knowsServer = false

  /// What the file has besides servers and companions, in its order.
  var others: [Fate] { left.sorted { $0.order < $1.order }.map(\.fate) }

  init(source: SourceFile, folder: String?, origin: String, besides taken: TakenPlaces) {
    self.source = source
    self.folder = folder
    self.origin = origin
    self.taken = taken
    names = taken.names.union(taken.companions)
    ports = PortChoice(in: taken)
  }

  /// Reads a server, and adds what became of it.
  mutating func read(_ server: ForeignServer) {
    order += 1
    let count = secrets.count
    secrets.add(server)
    guard let recognised = Recognition.recognise(server) else {
      let program = server.entrypoint?.first?.value.abbreviatedName
      let isKnown = server.image.flatMap { Recognition.runtime(ofImage: $0.value) } != nil
      let isOpen = server.image.map(server.isOpen) ?? false
      knowsServer = knowsServer || isKnown && isOpen
      let reason =
        isOpen
        ? "its image is known only when it starts"
        : isKnown && program != nil
          ? "amm does not see what its entry point '\(program ?? "")' starts"
          : isKnown && server.entrypoint == nil && !server.command.isEmpty
            ? "its command starts another program of the image than the server"
            : "neither its image nor its command is that of a server that amm runs"
      waiting.append((order, server, reason))
      return
    }
    knowsServer = true
    if let reason = Recognition.reasonAgainst(server, as: recognised) {
      leave(server, reason)
      diagnostics += server.findings
      return
    }
    guard takeWords(of: server) else { return }
    let name = uniqueName(server.name.value)
    var made = ServerImport(server, recognised, of: source, as: name, in: folder)
    secrets.add(recognised, made.table)
    finish(&made, name, hasSecrets: secrets.count > count)
    diagnostics += made.findings
  }

  /// Counts the words of a server; returns false if they are too many, and leaves the server out.
  private mutating func takeWords(of server: ForeignServer) -> Bool {
    let count =
      (server.entrypoint?.count ?? 0) + server.command.count + server.variables.count
    let isFirst = wordsLeft >= 0
    wordsLeft = count <= wordsLeft ? wordsLeft - count : -1
    guard wordsLeft < 0 else { return true }
    if isFirst {
      diagnostics.append(
        Diagnostic(
          ImportRules.value, at: SourceLocation(source, server.name.range),
          "up to '\(server.name.value.abbreviatedName)', the commands of the file have more than "
            + "\(Self.words) words, so amm reads no further ones",
          help: ["divide the file, or use fewer variables"]))
    }
    leave(server, "the commands of the file have too many words")
    return false
  }

  private mutating func finish(
    _ made: inout ServerImport, _ name: String, hasSecrets: Bool
  ) {
    let recognised = made.recognised
    var withoutJudged = made
    var (text, outcome) = profile(of: &made, name)
    let words = ForeignProblems(made)
    let hasModel = made.hasModel
    let told = outcome.diagnostics.filter {
      // Rules about a model that is not known.
      hasModel || $0.rule.code != "unpinned-remote-code"
    }.compactMap {
      words.told($0, at: text.origin(of: $0) ?? made.server.name.range)
    }
    diagnostics += told
    if !made.judgedOnly.isEmpty, !told.hasErrors {
      withoutJudged.arguments.removeAll { made.judgedOnly.contains($0.range) }
      (text, outcome) = profile(of: &withoutJudged, name)
      made = withoutJudged
    }
    // What is no error in the source can be one in the profile, which is then not made.
    let hidden = told.hasErrors ? nil : outcome.diagnostics.first { $0.severity == .error }
    let foreign = recognised.runtime.foreign
    let cache = outcome.value.flatMap { recognised.runtime.cache(of: $0) }
    made.hasHubFolder = cache?.hub == "hub"
    made.cacheVolume = cache?.kind
    if let profile = outcome.value {
      made.tellDisk(profile, cache: cache?.path.text)
      if let own = recognised.runtime.interface(of: profile).endpoint.health {
        made.tellCheckedPath(own: own)
      }
    }
    let standard =
      !made.server.isContainer
      ? foreign.standardPort : foreign.imagePort ?? foreign.standardPort
    let own = made.instance(cache: cache?.path.text, standard: standard, ports: &ports)
    let instance = made.settled(own, besides: taken.defaults)
    if hasSecrets, !told.hasErrors { tellRepeated(&made, [text, instance]) }
    guard made.hasModel, hidden == nil else {
      let open = made.fates.last { $0.kind == .unknown }?.reason
      let reason =
        made.hasModel
        ? "amm has no profile for it: \(words.words(hidden?.message ?? ""))"
        : made.findsModels
          ? made.hasSettingsFile
            ? "its models are in a file of settings" : "it finds its models in a folder"
          : made.isLeftOut
            ? open ?? "its model is not known"
            : recognised.runtime.pullsModels
              ? "it names no model; 'amm add ollama:NAME' writes a profile" : "it names no model"
      leave(made.server, reason)
      return
    }
    let imported = ImportedServer(
      name: name, range: made.server.name.range, runtime: recognised.runtime.name, profile: text,
      document: outcome.value, instance: instance, secrets: made.secrets.all, fates: made.fates,
      showsGPUs: made.server.showsGPUs, findings: made.findings)
    servers.append(imported)
    let hasOwnCache = made.cacheFolder != nil
    let hasNoGPUs = made.computesElsewhere
    let hasOpenImage = made.server.image.map(made.server.isOpen) ?? false
    let nodes = made.server.spannedNodes
    let judged = imported.spanning(nodes)
    let made = (workspace: workspace(of: [judged]), server: made.server, port: made.port)
    let reachable =
      made.workspace.outcome.value ?? workspace(of: [imported.onFreePort]).outcome.value
    if let workload = reachable?.deployment.workloads.first {
      reached.append(.init(workload, of: made.server, inside: made.port ?? standard))
      used.insert(workload.exposure.host.number)
    }
    diagnostics += judge([imported], made.workspace) { code in
      // A folder for models of its own is not the one of the image.
      !Self.ofSeveral.contains(code) && !ForeignProblems.ofWorkspaces.contains(code)
        && !(hasOwnCache && code == "user-of-image")
        && !(hasOpenImage && code == "no-image-for-gpu")
        && !(hasNoGPUs && ["too-few-gpus", "world-size"].contains(code))
        // The cluster of the file has several nodes and servers.
        && code != "one-machine"
    }
  }

  /// The rules about the form of a value, which amm's settings and the launcher's options may have differently.
  private static let ofForms: Set = ["bad-value", "wrong-kind", "unknown-word"]

  /// Returns the profile of a server.
  ///
  /// A value of a form that amm's own setting refuses stays the argument or variable that it was, and the
  /// launcher's rules judge it.
  private func profile(
    of made: inout ServerImport, _ name: String
  ) -> (ImportedText, Outcome<Profile>) {
    func read(_ text: ImportedText) -> Outcome<Profile> {
      Profile.read(SourceFile(path: "imported/\(name).yaml", text: text.text))
    }
    func errors(_ outcome: Outcome<Profile>) -> [Diagnostic] {
      outcome.diagnostics.filter { $0.severity == .error }
    }
    var other = made
    let text = made.profile(from: origin)
    let outcome = read(text)
    let refused = errors(outcome).filter { Self.ofForms.contains($0.rule.code) }
      .compactMap { text.origin(of: $0) }
    guard !refused.isEmpty else { return (text, outcome) }
    other.keepAsWritten(Set(refused))
    let otherText = other.profile(from: origin)
    let otherOutcome = read(otherText)
    guard errors(otherOutcome).count < errors(outcome).count else { return (text, outcome) }
    made = other
    return (otherText, otherOutcome)
  }

  /// Reports a secret that is also the value of a setting which everyone sees.
  private func tellRepeated(_ made: inout ServerImport, _ texts: [ImportedText]) {
    // Only the server's own, so that the cost does not grow with the square of the servers.
    var own = ForeignSecrets()
    own.add(made.server)
    own.add(made.recognised, made.table)
    for text in texts {
      for (line, origin) in text.written where own.isRepeated(in: line) {
        made.findings.append(
          Secrets.refusal(
            SourceLocation(source, origin ?? made.server.name.range),
            "the value of a secret is also the value of this setting"))
      }
    }
  }

  /// Records a server of one of amm's runtimes that becomes no instance.
  private mutating func leave(_ server: ForeignServer, _ reason: String) {
    unmade.append(server)
    left.append((order, Fate(leavingOut: server, kind: .unknown, reason: reason)))
  }

  // MARK: Names

  /// Returns a name of letters, digits and hyphens that is not taken yet.
  mutating func uniqueName(_ text: String) -> String {
    var plain = ForeignNames.plain(text)
    if plain.isEmpty { plain = "server" }
    guard !names.insert(plain).inserted else { return plain }
    var number = nextNumbers[plain] ?? 2
    while !names.insert("\(plain)-\(number)").inserted { number += 1 }
    nextNumbers[plain] = number + 1
    return "\(plain)-\(number)"
  }
}

extension ImportedText {
  /// Returns the place in the source of a problem of this text.
  func origin(of diagnostic: Diagnostic) -> SourceRange? {
    origin(ofLine: diagnostic.location.range?.start.line ?? 1)
  }
}
