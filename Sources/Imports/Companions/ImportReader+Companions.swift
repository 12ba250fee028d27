import Deployments
import Diagnostics
import Schema
import Workspaces

extension ImportReader {
  /// Makes companions from the containers that are none of amm's servers, after all servers are read.
  mutating func readCompanions() {
    var directory = ServerDirectory()
    for entry in reached { directory.add(entry) }
    let own = Set(servers.map(\.name))
    for workload in taken.workloads where !own.contains(workload.name.text) {
      directory.add(.init(ofWorkspace: workload))
    }
    for server in unmade + waiting.map(\.server) { directory.addOther(server) }
    // An instance of the workspace keeps its name, also if an earlier import made it.
    names.formUnion(taken.instances)
    var leftOut: [ForeignServer] = []
    for (order, server, reason) in waiting {
      diagnostics += server.findings
      guard let kind = kind(of: server) else {
        leftOut.append(server)
        left.append((order, Fate(leavingOut: server, kind: .dropped, reason: reason)))
        continue
      }
      let name = uniqueName(server.name.value)
      var made = CompanionImport(
        server, kind, as: name, of: source, in: folder, using: directory,
        configurations: configurations)
      let refusal = make(&made)
      if let path = made.wanted { wanted.insert(path) }
      guard let refusal else { continue }
      leftOut.append(server)
      names.remove(name)
      // What amm does not know is described as before, unless it uses a server.
      let isDescribed = kind.isCustom && !server.isOwn && made.uses.isEmpty
      left.append(
        (
          order,
          Fate(leavingOut: server, kind: .dropped, reason: isDescribed ? reason : refusal)
        ))
    }
    tellSecrets(of: unmade + leftOut)
  }

  /// Makes companions from configurations that start instances.
  mutating func readRouters(_ routers: [ForeignRouter]) {
    guard let kind = KnownCompanion.all.first(where: \.startsServers) else { return }
    for router in routers {
      let name = uniqueName(router.name.value)
      let uses = router.uses.map(\.value)
      let known = Set(servers.map(\.name) + taken.workloads.map(\.name.text))
      let asleep = taken.workloads.first { $0.activation != nil && uses.contains($0.name.text) }
      let text = router.text(of: kind.name, from: origin, as: name)
      let own = servers.filter { uses.contains($0.name) }
      let refusal: String? =
        if let missing = uses.first(where: { !known.contains($0) }) {
          "it starts '\(missing.abbreviatedName)', which is no instance of the workspace"
        } else if let asleep {
          "'\(asleep.name.text)' starts on demand"
        } else if let text {
          problem(of: text, with: own).map { "amm would refuse it: \($0)" }
        } else {
          "the port that it listens on is not in the file"
        }
      guard refusal == nil, let text, let listen = router.listen else {
        names.remove(name)
        left.append(
          (Int.max, Fate(key: router.name, kind: .dropped, reason: refusal ?? "")))
        continue
      }
      used.insert(listen.port)
      companions.append(
        ImportedCompanion(
          name: name, range: router.name.range, kind: kind.name, text: text, secrets: [],
          fates: [Fate(key: router.name, kind: .changed, reason: "amm writes the configuration")],
          uses: uses))
    }
  }

  /// Returns the kind of a container; nil if it cannot be a companion.
  private func kind(of server: ForeignServer) -> KnownCompanion? {
    guard !server.isInstance else { return nil }
    if let kind = KnownCompanion(of: server) { return kind }
    let isServer = server.image.flatMap { Recognition.runtime(ofImage: $0.value) } != nil
    guard server.image != nil, !isServer, !OwnTraces.isStep(server) else { return nil }
    return KnownCompanion.all.first { $0.isCustom }
  }

  /// Adds a companion; returns the reason if it becomes none.
  private mutating func make(_ made: inout CompanionImport) -> String? {
    let unused = ports
    let lines = made.text(from: origin, besides: used, &ports)
    if made.kind.isCustom, !made.server.isOwn, made.uses.isEmpty {
      // Databases and the like are companions of nothing.
      ports = unused
      made.refuse("it uses no server that amm runs")
    }
    let uses = made.uses.map(\.workload.name.text)
    if let lines {
      if repeatsSecret(lines.text, of: made.server) {
        made.refuse("the value of a secret is also the value of a setting of it")
      } else if let problem = problem(
        of: lines.text, with: servers.filter { uses.contains($0.name) })
      {
        made.refuse("amm would refuse it: \(problem)")
      }
    }
    let isMade = lines != nil && made.refusal == nil
    // The problems of a program that amm does not know are none of the import, and neither are the
    // secrets and ports of what becomes no companion.
    diagnostics += made.findings.dropFirst(made.server.findings.count).filter { finding in
      let isOfMade = Self.ofMade.contains(finding.rule.code)
      return isMade ? isOfMade || !made.kind.isCustom : !isOfMade && !made.kind.isCustom
    }
    guard let lines, isMade else { return made.refusal ?? "" }
    used.insert(lines.port)
    companions.append(
      ImportedCompanion(
        name: made.name, range: made.server.name.range, kind: made.kind.name, text: lines.text,
        secrets: made.secrets.all, fates: made.fates, uses: uses))
    return nil
  }

  /// The rules about what a companion gets.
  private static let ofMade: Set = [ImportRules.secret.code, ImportRules.taken.code]

  /// Whether a line of a companion has a secret of its container as its value.
  private func repeatsSecret(_ text: ImportedText, of server: ForeignServer) -> Bool {
    var own = ForeignSecrets()
    own.add(server)
    return text.written.contains { own.isRepeated(in: $0.text) }
  }

  /// Returns the first error that a companion causes in a workspace with some servers; nil if there is none.
  private func problem(of companion: ImportedText, with servers: [ImportedServer]) -> String? {
    // Instances of the workspace itself are not in it.
    let ignored: Set = ["companion-uses"]
    func errors(_ made: Made) -> [Diagnostic] {
      made.outcome.diagnostics.filter {
        $0.severity == .error && !ignored.contains($0.rule.code)
      }
    }
    let before = Set(errors(workspace(of: servers)).map(\.message))
    return errors(workspace(of: servers, with: companion)).first {
      !before.contains($0.message)
    }?.message
  }
}
