package import Deployments
package import Host
import Workspaces

/// What a switch would do.
package struct SwitchPreview {
  /// The instance that is switched.
  package let instance: String
  /// The profile that it serves now; nil if its link leads nowhere.
  package let from: String?
  /// The profile that it would serve.
  package let to: String
  /// The image that it would run; nil if the instance is not deployed.
  package let image: ImageReference?
  /// What would change in `generated/`.
  package let changes: [OutputChanges.Change]
  /// Images that Podman does not have.
  package let missing: [ImageReference]
  /// Services that would be stopped and go.
  package let stopped: [String]
  /// What would start anew, and the service that runs it.
  package let restarted: [(workload: Workload, service: String)]
  /// How it would reach the machine.
  package let method: ApplyMethod
  /// What memory the server would take; nil where the instance is not in the workspace.
  package let plan: MemoryPlan?

  /// What a switch would do, with the images that it would fetch first.
  package init(_ prepared: PreparedSwitch, missing: [ImageReference]) throws(HostError) {
    let applier = prepared.applier
    instance = prepared.switching.instance
    from = prepared.switching.from
    to = prepared.switching.to
    image = prepared.switching.workspace.deployment.workload(named: instance)?.server.image
    changes = try prepared.switching.changes
    self.missing = missing
    stopped = prepared.effects.stopped
    restarted = prepared.effects.changed.map { ($0, applier.service(of: $0.name.text)) }
    method = applier.choice
    plan = MemoryPlan(
      of: prepared.switching.instance, in: prepared.switching.workspace, on: applier.machine)
  }
}
