import Deployments
import Diagnostics
import Schema
import Targets

/// Targets that share a machine or a cluster.
extension WorkspaceDraft {
  /// Reports what the user's and the system's Podman of one machine cannot share.
  func checkManagers(_ drafts: [TargetDraft], _ collector: DiagnosticCollector) {
    let isOfSystem = { (draft: TargetDraft) in draft.section.scope?.value == .system }
    for user in drafts where user.kind == Podman.self && !isOfSystem(user) {
      for system in drafts where system.kind == Podman.self && isOfSystem(system) {
        guard let one = user.hostName, let other = system.hostName,
          HostName(one).matches(HostName(other))
        else { continue }
        checkManagers(user, system, of: other, collector)
      }
    }
  }

  private func checkManagers(
    _ user: TargetDraft, _ system: TargetDraft, of machine: String,
    _ collector: DiagnosticCollector
  ) {
    let (ofUser, ofSystem) = (parts(of: user), parts(of: system))
    let names = Set(ofUser.map(\.name.value))
    for instance in ofSystem where names.contains(instance.name.value) {
      collector.emit(
        WorkspaceChecks.twoManagers, instance.name.range,
        "'\(instance.name.value.text)' runs for the user and for the system of the machine '\(machine)', with the same ports",
        help: "write its 'target'")
    }
    var groups: [ResourceName: Instance] = [:]
    for instance in ofUser {
      if let group = instance.group?.value, groups[group] == nil { groups[group] = instance }
    }
    var known: Set<ResourceName> = []
    for instance in ofSystem {
      guard let group = instance.group, let other = groups[group.value],
        other.name.value != instance.name.value, known.insert(group.value).inserted
      else { continue }
      collector.emit(
        WorkspaceChecks.twoManagers, group.range,
        "'\(other.name.value.text)' is the user's and '\(instance.name.value.text)' the system's, so neither stops when the other starts",
        help: "give all instances of the group '\(group.value.text)' one target",
        notes: other.group.map { [collector.note($0.range, "the other is in the group here")] }
          ?? [])
    }
  }

  /// Reports targets that write objects of the same names to one namespace.
  func checkNamespaces(_ drafts: [TargetDraft], _ collector: DiagnosticCollector) {
    struct Place: Hashable {
      let context: String?
      let namespace: String?
    }
    var earlier: [Place: TargetDraft] = [:]
    for draft in drafts where draft.isCluster {
      let place = Place(
        context: draft.section.context?.value, namespace: draft.section.namespace?.value.text)
      guard let other = earlier[place] else {
        earlier[place] = draft
        continue
      }
      guard let name = draft.name, let otherName = other.name else { continue }
      let names = Set(parts(of: other).map(\.name.value))
      let shared = parts(of: draft).first { names.contains($0.name.value) }
      let differs =
        draft.section.storage?.value.differs(from: other.section.storage?.value)
        ?? other.section.storage?.value.differs(from: nil) ?? false
      let what =
        shared.map { "the server '\($0.name.value.text)'" }
        ?? (differs ? "volumes, with another 'storage'," : nil)
      guard let what else { continue }
      let namespace = place.namespace.map { "the namespace '\($0)'" } ?? "one namespace"
      collector.emit(
        WorkspaceChecks.namespaceTwice, name.range,
        "'\(name.value.text)' and '\(otherName.value.text)' both write \(what) to \(namespace)\(place.context == nil ? "" : " of one cluster")",
        help: place.context == nil
          ? "give each its own 'context' or 'namespace'"
          : "give each its own 'namespace'" + (shared == nil ? ", or the same 'storage'" : ""),
        notes: [collector.note(otherName.range, "the other is declared here")])
    }
  }
}

extension StorageSection {
  /// Returns whether volumes get other properties than with another section, or with none.
  fileprivate func differs(from other: StorageSection?) -> Bool {
    let standard = KubernetesSettings.Storage()
    return className?.value != other?.className?.value
      || access?.value ?? standard.access != other?.access?.value ?? standard.access
      || size?.value ?? standard.size != other?.size?.value ?? standard.size
  }
}

extension WorkspaceChecks {
  static let twoManagers = Rule(
    "two-managers", "The user's and the system's Podman of one machine share a server or a group.",
    Explanation(
      """
      systemd stops the others of an exclusive group, and each manager knows only its own units. So \
      a server of the user goes on when one of the system starts.
      """,
      wrong: """
        # instances.yaml
        targets:
          own: {kind: podman, hostname: gpu1}
          all: {kind: podman, hostname: gpu1, scope: system}
        instances:
          chat: {port: 8080, target: own, exclusive: gpu}
          coding: {port: 8081, target: all, exclusive: gpu, start: manual}
        """,
      right: """
        # instances.yaml
        targets:
          own: {kind: podman, hostname: gpu1}
        instances:
          chat: {port: 8080, target: own, exclusive: gpu}
          coding: {port: 8081, target: own, exclusive: gpu, start: manual}
        """,
      source: "systemd 257, systemd.unit(5), Conflicts="))

  static let namespaceTwice = Rule(
    "namespace-twice", .warning,
    "Two targets write different objects of the same names to one namespace.",
    Explanation(
      """
      Applying the objects of one target undoes those of the other. Targets without 'context' are \
      for the cluster that 'kubectl' uses at the time.
      """,
      wrong: """
        # instances.yaml
        targets:
          small: {kind: kubernetes, namespace: ai, storage: {size: 50GB}}
          large: {kind: kubernetes, namespace: ai, storage: {size: 500GB}}
        instances:
          main: {port: 8080, gpus: 1, target: small}
          big: {port: 8081, gpus: 1, target: large}
        """,
      right: """
        # instances.yaml
        targets:
          small: {kind: kubernetes, namespace: ai, storage: {size: 50GB}}
          large: {kind: kubernetes, namespace: ai-large, storage: {size: 500GB}}
        instances:
          main: {port: 8080, gpus: 1, target: small}
          big: {port: 8081, gpus: 1, target: large}
        """))
}
