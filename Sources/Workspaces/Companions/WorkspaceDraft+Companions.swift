import Deployments
import Diagnostics
import Locks
import Profiles
import Schema

extension WorkspaceDraft {
  /// Returns the companions of the workspace's servers, or nil if one is not valid, which a check
  /// reports.
  func companions(of workloads: [Workload]) -> [Companion]? {
    guard !companions.isEmpty else { return [] }
    let known = Dictionary(workloads.map { ($0.name, $0) }) { first, _ in first }
    var found: [Companion] = []
    for draft in companions {
      guard let kind = draft.kind, kind.problem(with: draft) == nil,
        let port = draft.section.port.flatMap({ Port($0.value) }),
        let used = servers(of: draft, kind, among: known),
        let servers = UsedServers(used, network: network, getsKeys: kind.getsKeys),
        let program = kind.program(of: draft, using: servers)
      else { return nil }
      let inside = draft.section.containerPort.flatMap { Port($0.value) } ?? kind.containerPort
      found.append(
        Companion(
          kind: kind.name, pinned(program), route: kind.route(through: program),
          exposure: Exposure(draft.bind, port, to: inside ?? port),
          uses: used.map(\.name)))
    }
    return found
  }

  private func pinned(_ program: Companion.Program) -> Companion.Program {
    guard case .container(var container) = program else { return program }
    container.image = lock?.pinned(container.image) ?? container.image
    return .container(container)
  }

  /// Returns the servers that a companion uses, sorted by name, or nil if there is no such instance.
  ///
  /// A server that it cannot use is left out, which a check reports if it is listed.
  private func servers(
    of draft: CompanionDraft, _ kind: any CompanionKind.Type, among known: [ResourceName: Workload]
  ) -> [Workload]? {
    guard let names = draft.section.uses?.value else {
      return known.values.filter { kind.canUse($0) && $0.activation == nil }
        .sorted { $0.name < $1.name }
    }
    let used = names.compactMap { known[$0.value] }
    // Others run on another target.
    let own = names.filter { instance(named: $0.value.text) != nil }
    let declared = Set(declaredNames ?? [])
    guard used.count == own.count, names.allSatisfy({ declared.contains($0.value.text) }) else {
      return nil
    }
    return used.filter(kind.canUse).sorted { $0.name < $1.name }
  }

  /// The companions as instances, for checks of ports, mounts, variables and secrets.
  var companionInstances: [Instance] {
    companions.map(\.instance)
  }

  /// Returns the instances that a router starts when a request names their model.
  static func routed(
    by companions: [CompanionDraft], among instances: [Instance]
  ) -> Set<ResourceName> {
    var names: Set<ResourceName> = []
    for draft in companions where draft.kind?.startsServers == true {
      names.formUnion(draft.section.uses?.value.map(\.value) ?? instances.map(\.name.value))
    }
    return names
  }

  /// Returns the first companion whose configuration cannot be written, because it would be too long.
  func companionTooLong(for workloads: [Workload]) -> CompanionDraft? {
    let known = Dictionary(workloads.map { ($0.name, $0) }) { first, _ in first }
    return companions.first { draft in
      guard let kind = draft.kind, kind.problem(with: draft) == nil, draft.section.port != nil,
        let used = servers(of: draft, kind, among: known),
        let servers = UsedServers(used, network: network, getsKeys: kind.getsKeys)
      else { return false }
      return kind.program(of: draft, using: servers) == nil
    }
  }
}
