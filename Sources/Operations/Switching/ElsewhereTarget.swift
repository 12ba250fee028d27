import Deployments
import Diagnostics
import Targets
import Workspaces

/// The targets that run an instance if none of them is for this machine.
struct ElsewhereTarget {
  private let instance: String
  private let entries: [TargetEntry]
  private let hostName: String?

  /// - Returns: Nil if Podman on this machine runs the instance.
  init?(of instance: String, in workspace: Workspace, on machine: Machine) {
    let here = workspace.target(on: machine)
    guard here?.scope == nil || here?.deployment.workload(named: instance) == nil else {
      return nil
    }
    self.instance = instance
    entries = workspace.targets.entries.filter { $0.deployment.workload(named: instance) != nil }
    hostName = machine.hostName
  }

  /// Where the instance runs.
  var sentence: String {
    let machines = entries.filter { $0.scope != nil }
    guard !machines.isEmpty else {
      let kinds = Set(entries.map { "'\(type(of: $0.target).kind)'" }).sorted()
      return
        "'\(instance)' runs only on targets of the kind \(Phrase.allOf(kinds)), and this command needs one of the kind 'podman'"
    }
    let names = machines.compactMap { $0.hostName ?? $0.name?.text }.map { "'\($0)'" }
    return
      "'\(instance)' runs on \(Phrase.allOf(names)), and this machine is '\(hostName ?? "?")'"
  }

  /// How to start and stop it.
  var control: String {
    guard let entry = entries.first else { return "" }
    let folder = "generated/" + (entry.name.map { $0.text + "/" } ?? "")
    switch entry.target {
    case let target as Kubernetes:
      let workload = entry.deployment.workload(named: instance)
      let object = "\(workload?.clusterObject ?? instance)\(target.settings.options)"
      return
        "'kubectl scale \(object) --replicas \(workload?.replicas ?? 1)' starts it, and '--replicas 0' stops it"
        + (workload?.span == nil ? "; 'kubectl rollout restart \(object)' restarts it" : "")
    case is Compose: return "'docker compose -f \(folder)compose.yaml up -d \(instance)' starts it"
    default: return "run the command on that machine"
    }
  }

  /// How to switch it.
  var help: String {
    let noApply = "'--no-apply' only changes the link and generated/"
    guard let entry = entries.first else { return noApply }
    let folder = "generated/" + (entry.name.map { $0.text + "/" } ?? "")
    switch entry.target {
    case let target as Kubernetes:
      return noApply
        + "; then run 'kubectl\(target.settings.contextOption) apply -k \(folder)kubernetes', or name it under 'apply'"
    case is Compose:
      return noApply
        + "; then run 'docker compose -f \(folder)compose.yaml up -d', or name it under 'apply'"
    default: return noApply + "; then switch on the other machine, or deploy to it"
    }
  }
}
