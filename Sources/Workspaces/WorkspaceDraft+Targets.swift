import Deployments
import Diagnostics
import Profiles
import Schema
import Targets
import YAML

extension WorkspaceDraft {
  /// Returns whether a cluster runs an instance.
  func hasCluster(for instance: Instance) -> Bool {
    targets?.contains { target in
      target.item.value.kind?.value == Kubernetes.kind
        && instance.target.map { $0.value == target.name.value } ?? true
    } ?? false
  }

  /// Returns whether only the system's Podman runs an instance.
  func isOfSystem(_ instance: Instance) -> Bool {
    let own = targetDrafts.filter { target in
      !target.isCluster && instance.target.map { $0.value == target.name?.value } ?? true
    }
    return !own.isEmpty && own.allSatisfy { $0.section.scope?.value == .system }
  }

  /// Reports problems with the targets themselves, and returns whether their kinds are valid.
  func checkTargets(_ collector: DiagnosticCollector) -> Bool {
    guard let targets else { return true }
    let drafts = targetDrafts
    if targets.isEmpty, instances.count > 0, let targetsRange {
      collector.emit(
        WorkspaceChecks.emptyTarget, targetsRange, "there are no targets, so no instance is served",
        help: "remove the line to serve them on this machine, or add a target")
    }
    for draft in drafts {
      for (key, range) in draft.section.unusedKeys(of: draft.kind) {
        let kinds = Targets.all.filter { kind in
          !draft.section.unusedKeys(of: kind).contains { $0.key == key }
        }.map { "'kind: \($0.kind)'" }
        collector.emit(
          WorkspaceChecks.targetSetting, range, "'\(key)' has no effect on '\(draft.kind.kind)'",
          help: "remove it, or write \(kinds.joined(separator: " or "))")
      }
    }
    for draft in drafts {
      if let card = ClusterDraft(draft.section).unknownCard {
        collector.emit(
          WorkspaceChecks.targetSetting, card.range,
          "amm does not know the memory of the card '\(card.value.abbreviated)', so it checks none",
          help: "write 'gpu_memory', or another name of the card")
      }
      guard let name = draft.name, instances.count > 0, parts(of: draft).isEmpty else { continue }
      collector.emit(
        WorkspaceChecks.emptyTarget, name.range, "no instance runs on '\(name.value.text)'",
        help: "remove the target, or give an instance 'target: \(name.value.text)'")
    }
    checkMachines(drafts.filter { $0.kind == Podman.self }, collector)
    checkManagers(drafts, collector)
    checkNamespaces(drafts, collector)
    return drafts.count == targets.count
  }

  /// Reports targets that would write the same units for the same machine.
  private func checkMachines(_ drafts: [TargetDraft], _ collector: DiagnosticCollector) {
    for (index, draft) in drafts.enumerated() {
      guard let name = draft.name, let hostName = draft.hostName else { continue }
      let scope = draft.section.scope?.value ?? .user
      let others = drafts.filter { ($0.section.scope?.value ?? .user) == scope }
      if let other = others.first(where: { other in
        other.name?.value != name.value
          && HostName(name.value.text).matches(HostName(other.hostName ?? ""))
          && !HostName(hostName).matches(HostName(other.hostName ?? ""))
      }), let otherName = other.name {
        collector.emit(
          WorkspaceChecks.podmanTwice, name.range,
          "'\(name.value.text)' is for the machine '\(hostName)', but '\(otherName.value.text)' is for a machine with this name",
          help: "give each target the name of its machine",
          notes: [collector.note(otherName.range, "the other is declared here")])
      }
      guard
        let other = drafts[..<index].first(where: { other in
          (other.section.scope?.value ?? .user) == scope
            && HostName(other.hostName ?? "").matches(HostName(hostName))
        }), let otherName = other.name
      else { continue }
      collector.emit(
        WorkspaceChecks.podmanTwice, name.range,
        "'\(name.value.text)' and '\(otherName.value.text)' are both for \(scope == .system ? "the system" : "the user") of the machine '\(hostName)'",
        help: "remove one of them, or give each its own 'hostname'",
        notes: [collector.note(otherName.range, "the other is declared here")])
    }
  }

  /// Whether an objection is about the standard value of `gpus`, because the file's own could not be read.
  func isOfUnreadGPUs(_ objection: Objection, _ collector: DiagnosticCollector) -> Bool {
    guard objection.part == .setting("gpus"),
      instance(named: objection.workload.text)?.writesDevices == false
    else { return false }
    let keys = ["'instances.\(objection.workload.text).gpus", "'defaults.gpus"]
    return collector.diagnostics.contains { one in keys.contains { one.message.hasPrefix($0) } }
  }

  /// Returns the place in the file that an objection is about.
  func range(of objection: Objection) -> SourceRange {
    guard let instance = instance(named: objection.workload.text) else {
      return range(of: objection, in: companions)
    }
    let name = instance.name.range
    return switch objection.part {
    case .name: name
    case .secret(let variable):
      instance.secrets.first { $0.name.value == variable }?.item.range
        ?? (variable == instance.active?.profile.runtime.value.keyVariable
        ? instance.apiKey : instance.token)?.range ?? name
    case .setting("on_unhealthy"): instance.setting(\.onUnhealthy)?.range ?? name
    case .setting("log_driver"): instance.setting(\.logDriver)?.range ?? name
    case .setting("auto_update"): instance.autoUpdate?.range ?? name
    case .setting("start"):
      (instance.own.value.startChoice ?? instance.defaults.value.startChoice)?.range ?? name
    case .setting("exclusive"): instance.group?.range ?? name
    case .setting("gpus"): instance.setting(\.gpus)?.range ?? name
    case .setting("replicas"): instance.replicas?.range ?? name
    case .setting("span"): instance.span?.range ?? name
    case .setting("quadlet"): instance.unitAdditions?.firstRange ?? name
    case .setting("user"): instance.setting(\.user)?.range ?? name
    case .setting("ipc"): instance.setting(\.ipc)?.range ?? name
    case .setting("ulimits"): instance.ulimits.first?.name.range ?? name
    case .setting("entrypoint"): instance.entrypointRange ?? name
    case .setting("extra_ports"): instance.extraPorts.first?.range ?? name
    case .setting: name
    case .label(let label): instance.labels.first { $0.name.value == label }?.name.range ?? name
    case .mount(let place):
      instance.volumes.first { $0.value.mount.target == place }?.range
        ?? instance.cache?.range ?? name
    }
  }
}

extension WorkspaceDraft {
  /// Returns the place of a companion's part in the file.
  private func range(of objection: Objection, in companions: [CompanionDraft]) -> SourceRange {
    guard let draft = companions.first(where: { $0.name.value == objection.workload }) else {
      return .fileStart
    }
    if case .secret(let variable) = objection.part {
      let own = draft.section.secrets?.value.first { $0.name.value == variable }?.item.range
      return own ?? draft.section.apiKey?.range ?? draft.name.range
    }
    return draft.name.range
  }
}

extension WorkspaceChecks {
  static let targetSetting = Rule(
    "target-setting", .warning, "A setting of a target has no effect on its kind.",
    Explanation(
      "Only clusters have namespaces, node selectors and storage classes.",
      wrong: """
        # instances.yaml
        targets:
          local: {kind: podman, namespace: ai}
        instances:
          main: {port: 8080}
        """,
      right: """
        # instances.yaml
        targets:
          local: {kind: podman}
        instances:
          main: {port: 8080}
        """))

  static let podmanTwice = Rule(
    "podman-twice", "Two targets of the kind 'podman' are for the same machine.",
    Explanation(
      """
      Each would generate units with the same names and ports. Targets of several machines differ in \
      their host names.
      """,
      wrong: """
        # instances.yaml
        targets:
          one: {kind: podman, hostname: gpu1}
          two: {kind: podman, hostname: gpu1}
        instances:
          main: {port: 8080}
        """,
      right: """
        # instances.yaml
        targets:
          one: {kind: podman, hostname: gpu1}
          two: {kind: podman, hostname: gpu2}
        instances:
          main: {port: 8080}
        """))

  static let emptyTarget = Rule(
    "empty-target", .warning, "No instance runs on a target.",
    Explanation(
      "Nothing would be generated for it. A target may be left over, or an instance lacks 'target'.",
      wrong: """
        # instances.yaml
        targets:
          gpu1: {kind: podman}
          prod: {kind: kubernetes}
        instances:
          main: {port: 8080, target: gpu1}
        """,
      right: """
        # instances.yaml
        targets:
          gpu1: {kind: podman}
        instances:
          main: {port: 8080, target: gpu1}
        """))

  static let targetName = WorkspaceCheck(
    Rule(
      "target-name", "An instance names a target that does not exist.",
      Explanation(
        "The name is misspelt, or the target was renamed. No target would run the server.",
        wrong: """
          # instances.yaml
          targets:
            gpu1: {kind: podman}
          instances:
            main: {port: 8080, target: gpu2}
          """,
        right: """
          # instances.yaml
          targets:
            gpu1: {kind: podman}
          instances:
            main: {port: 8080, target: gpu1}
          """))
  ) { workspace, rule, collector in
    let known = (workspace.targets ?? []).map(\.name.value)
    let names = known.map(\.text)
    var places: Set<SourceRange> = []
    for instance in workspace.instances + workspace.companionInstances {
      // A target of 'defaults' is reported once.
      guard let target = instance.target, !known.contains(target.value),
        places.insert(target.range).inserted
      else { continue }
      collector.emit(
        rule, target.range, "there is no target '\(target.value.text)'",
        help: Suggestion.help(
          for: target.value.text, among: names,
          otherwise: names.isEmpty
            ? "declare it under 'targets'"
            : "the targets are \(Phrase.allOf(names.map { "'\($0)'" }))"))
    }
    for draft in workspace.companions {
      for name in draft.section.uses?.value ?? [] {
        let first = draft.section.uses?.value.lazy
          .compactMap { workspace.instance(named: $0.value.text)?.target }.first
        guard let target = draft.section.target ?? first, known.contains(target.value),
          let other = workspace.instance(named: name.value.text)?.target,
          other.value != target.value
        else { continue }
        collector.emit(
          rule, name.range,
          "'\(draft.name.value.text)' uses servers of one target, '\(target.value.text)', but '\(name.value.text)' runs on '\(other.value.text)'",
          help: "remove it here, or give both the same 'target'",
          notes: [collector.note(other.range, "the target of '\(name.value.text)' is set here")])
      }
    }
  }
}
