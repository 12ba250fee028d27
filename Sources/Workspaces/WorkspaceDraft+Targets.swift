import Deployments
import Diagnostics
import Profiles
import Schema
import Targets

extension WorkspaceDraft {
  /// Whether one of the targets runs the servers on this machine.
  var runsHere: Bool {
    targets?.contains { $0.item.value.kind?.value != Kubernetes.kind } ?? true
  }

  /// Whether one of the targets is a cluster.
  var hasCluster: Bool {
    targets?.contains { $0.item.value.kind?.value == Kubernetes.kind } ?? false
  }

  /// Returns the targets of the workspace.
  ///
  /// Reports problems with them, and returns nil if a target's kind is not valid.
  func targetTree(_ collector: DiagnosticCollector) -> TargetTree? {
    let settings = TargetSettings(
      podman: Dictionary(
        instances.map { instance in
          let additions = UnitAdditions(instance.unitAdditions?.entries.map(\.value) ?? [])
          return (
            instance.name.value, PodmanSettings(release: instance.podman, additions: additions)
          )
        }
      ) { first, _ in first })
    guard let sections = targets else { return .standard(settings) }
    var named: [(name: ResourceName, target: any Target)] = []
    var podman: Pair<ResourceName, TargetSection>?
    for pair in sections {
      guard let kind = pair.item.value.kind?.value, let type = Targets.named(kind) else {
        return nil
      }
      if type == Podman.self {
        if let podman {
          collector.emit(
            WorkspaceChecks.podmanTwice, pair.name.range,
            "'\(pair.name.value.text)' and '\(podman.name.value.text)' are both of the kind 'podman'",
            help: "remove one of them",
            notes: [collector.note(podman.name.range, "the other is declared here")])
        }
        podman = pair
      }
      var own = settings
      own.kubernetes = pair.item.value.kubernetes
      named.append((pair.name.value, type.init(own)))
      guard type != Kubernetes.self else { continue }
      for (key, range) in pair.item.value.clusterKeys {
        collector.emit(
          WorkspaceChecks.targetSetting, range, "'\(key)' has no effect on '\(kind)'",
          help: "remove it, or write 'kind: kubernetes'")
      }
    }
    return TargetTree(named)
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
      (instance.own.startChoice ?? instance.defaults.startChoice)?.range ?? name
    case .setting("exclusive"): instance.group?.range ?? name
    case .setting("gpus"): instance.setting(\.gpus)?.range ?? name
    case .setting("user"): instance.setting(\.user)?.range ?? name
    case .setting("ipc"): instance.setting(\.ipc)?.range ?? name
    case .setting("ulimits"): instance.ulimits.first?.name.range ?? name
    case .setting("labels"): instance.firstLabelRange ?? name
    case .setting("extra_ports"): instance.extraPorts.first?.range ?? name
    case .setting: name
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
    "podman-twice", "The workspace has several targets of the kind 'podman'.",
    Explanation(
      """
      Each would generate units for this machine with the same names and ports.
      """,
      wrong: """
        # instances.yaml
        targets:
          one: {kind: podman}
          two: {kind: podman}
        instances:
          main: {port: 8080}
        """,
      right: """
        # instances.yaml
        targets:
          one: {kind: podman}
          two: {kind: compose}
        instances:
          main: {port: 8080}
        """))
}
