import Deployments
import Diagnostics
import Profiles
import Schema
import Targets

/// A target as it is written, with its kind.
struct TargetDraft: Sendable {
  /// The name, or nil for the target of a workspace without `targets:`.
  let name: Located<ResourceName>?
  let section: TargetSection
  let kind: any Target.Type
  /// The host name of the machine, or nil for a cluster, and for any machine.
  let hostName: String?

  /// Whether the target is a cluster.
  var isCluster: Bool { kind == Kubernetes.self }
}

/// A part of a workspace, which one target runs.
struct TargetPart: Sendable {
  let target: TargetDraft
  let draft: WorkspaceDraft
}

extension WorkspaceDraft {
  /// The targets, without those of an unknown kind.
  var targetDrafts: [TargetDraft] {
    guard let targets else {
      return [TargetDraft(name: nil, section: TargetSection(), kind: Podman.self, hostName: nil)]
    }
    let isOneMachine =
      targets.count { $0.item.value.kind?.value == Podman.kind } <= 1
    return targets.compactMap { pair in
      guard let kind = pair.item.value.kind.flatMap({ Targets.named($0.value) }) else { return nil }
      let named = pair.item.value.hostName?.value
      return TargetDraft(
        name: pair.name, section: pair.item.value, kind: kind,
        // Only targets of several machines are named after them.
        hostName: kind == Kubernetes.self
          ? nil : named ?? (kind != Podman.self || isOneMachine ? nil : pair.name.value.text))
    }
  }

  /// The parts of the workspace by target, in the order of the file.
  var parts: [TargetPart] {
    targetDrafts.map { target in TargetPart(target: target, draft: part(of: [target])) }
  }

  /// The parts of the workspace by machine or cluster, for checks of what runs side by side.
  var machines: [WorkspaceDraft] {
    var groups: [(machine: String?, targets: [TargetDraft])] = []
    for target in targetDrafts {
      let found = groups.firstIndex {
        !target.isCluster && !$0.targets[0].isCluster && isSame($0.machine, target.hostName)
      }
      if let found {
        groups[found].targets.append(target)
      } else {
        groups.append((target.hostName, [target]))
      }
    }
    return groups.isEmpty ? [self] : groups.map { part(of: $0.targets) }
  }

  /// Whether two host names are one machine's; nil is the machine of a workspace for one.
  private func isSame(_ one: String?, _ other: String?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return HostName(one).matches(HostName(other))
  }

  /// Returns the instances that a target runs.
  func parts(of target: TargetDraft) -> [Instance] { part(of: [target]).instances }

  /// Returns the part of the workspace that targets on one machine run.
  private func part(of targets: [TargetDraft]) -> WorkspaceDraft {
    guard self.targets != nil else { return self }
    let names = Set(targets.compactMap(\.name?.value))
    let isOf = { (target: Located<ResourceName>?) in
      target.map { names.contains($0.value) } ?? true
    }
    let own = instances.filter { isOf($0.target) }
    let present = Set(own.map(\.name.value))
    let companions = companions.filter { draft in
      guard draft.section.target == nil else { return isOf(draft.section.target) }
      // Without a target, a program runs where the servers are that it uses.
      guard let uses = draft.section.uses?.value, own.count < instances.count else {
        return !own.isEmpty || instances.isEmpty
      }
      return uses.contains { present.contains($0.value) }
    }
    let first = targets.first
    let isCluster = first?.isCluster == true
    let said = targets.lazy.compactMap(\.section.host?.value).first
    return part(
      own, companions, host: isCluster ? nil : said ?? host,
      cluster: isCluster ? first.map { ClusterDraft($0.section) } : nil)
  }

  /// Returns the target of a part.
  func target(of draft: TargetDraft) -> any Target {
    var settings = TargetSettings(
      podman: Dictionary(
        instances.map { instance in
          let additions = UnitAdditions(instance.unitAdditions?.entries.map(\.value) ?? [])
          return (
            instance.name.value, PodmanSettings(release: instance.podman, additions: additions)
          )
        }
      ) { first, _ in first })
    settings.scope = draft.section.scope?.value ?? .user
    settings.kubernetes = draft.section.kubernetes
    settings.hostName = draft.hostName
    return draft.kind.init(settings)
  }
}

extension WorkspaceDraft {
  /// Reports the problems of each machine and cluster, and returns them.
  func check(_ collector: DiagnosticCollector) -> [WorkspaceDraft] {
    let machines = machines
    if machines.count == 1, machines[0].instances.count == instances.count {
      machines[0].check(WorkspaceChecks.all, collector)
      return machines
    }
    check(WorkspaceChecks.all.filter { WorkspaceChecks.ofWhole.contains($0.rule.code) }, collector)
    let rest = WorkspaceChecks.all.filter { !WorkspaceChecks.ofWhole.contains($0.rule.code) }
    // An instance that several machines run has its problems once.
    collector.dropsRepeated = true
    for machine in machines { machine.check(rest, collector) }
    collector.dropsRepeated = false
    return machines
  }

  private func check(_ checks: [WorkspaceCheck], _ collector: DiagnosticCollector) {
    for check in checks where cluster == nil || !WorkspaceChecks.ofMachine.contains(check.rule.code)
    {
      check.run(self, check.rule, collector)
    }
    WorkspaceChecks.checkPlacements(of: self, collector)
  }
}
