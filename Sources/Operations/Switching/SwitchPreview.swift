package import Deployments
package import Host
import Targets
import Workspaces

/// The effects that a switch would have.
package struct SwitchPreview {
  /// The instance that is switched.
  package let instance: String
  /// The profile that it serves now; nil if there is none.
  package let from: String?
  /// The profile that it would serve.
  package let to: String
  /// The image that it would run; nil if the instance is not deployed.
  package let image: ImageReference?
  /// The changes in `generated/`.
  package let changes: [OutputChanges.Change]
  /// Images that Podman does not have.
  package let missing: [ImageReference]
  /// Services that would be stopped: those that are removed, and those of the same exclusive group.
  package let stopped: [String]
  /// The workloads that would be restarted, and their services.
  package let restarted: [(workload: Workload, service: String)]
  /// The services of companions that would be restarted.
  package let companions: [String]
  /// The method that would apply it.
  package let method: ApplyMethod
  /// The memory that the server would use; nil if the instance is not in the workspace.
  package let plan: MemoryPlan?

  /// Determines the effects of a switch, with the images that it would pull first.
  package init(_ prepared: PreparedSwitch, missing: [ImageReference]) throws(HostError) {
    let applier = prepared.applier
    instance = prepared.switching.instance
    from = prepared.switching.from
    to = prepared.switching.to
    image = prepared.switching.workspace.deployment.workload(named: instance)?.server.image
    changes = try prepared.switching.changes
    self.missing = missing
    stopped = prepared.effects.stopped + prepared.rivals
    // Only a target of Podman has services.
    let hasUnits = prepared.switching.workspace.target(on: applier.machine)?.scope != nil
    restarted =
      hasUnits ? prepared.effects.changed.map { ($0, applier.service(of: $0.name.text)) } : []
    companions = prepared.effects.companions.map { applier.service(of: $0.name.text) }
    method = applier.choice
    plan = MemoryPlan(
      of: prepared.switching.instance, in: prepared.switching.workspace, on: applier.machine)
  }
}
