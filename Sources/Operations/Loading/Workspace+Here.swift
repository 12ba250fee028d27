package import Deployments
import Host
package import Targets
package import Workspaces

/// The part of a workspace that runs on a machine.
extension Workspace {
  /// Returns the target that runs servers on a machine; nil if none does.
  package func target(on machine: Machine) -> TargetEntry? {
    targets.entry(on: machine.hostName, isRoot: machine.user == 0)
  }

  /// Returns the workloads and companions that run on a machine; none if no target is for it.
  package func deployment(on machine: Machine) -> Deployment {
    target(on: machine)?.deployment ?? Deployment(network: deployment.network, workloads: [])
  }
}

extension Machine {
  /// The machine's host name; nil if it is not known.
  package var hostName: String? {
    text("/proc/sys/kernel/hostname")?.split(separator: "\n").first.map(String.init)
  }
}
