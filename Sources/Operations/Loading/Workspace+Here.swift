package import Deployments
import Diagnostics
import Host
import Schema
package import Targets
package import Workspaces

/// The part of a workspace that runs on a machine.
extension Workspace {
  /// Returns the target that runs servers on a machine; nil if none does.
  package func target(on machine: Machine) -> TargetEntry? {
    targets.entry(on: machine.hostName, isRoot: machine.user == 0)
  }

  /// Returns the newest Podman that units of a machine are written for; nil without units.
  ///
  /// - Parameter host: A target's name or a machine's host name, or nil for all machines.
  package func newestPodman(for host: String?) -> PodmanVersion? {
    let entries = targets.entries.filter { entry in
      guard entry.scope != nil else { return false }
      guard let host else { return true }
      return entry.name?.text == host
        || entry.hostName.map { HostName($0).matches(HostName(host)) } ?? true
    }
    let names = Set(entries.flatMap(\.deployment.workloads).map(\.name.text))
    return instances.filter { names.contains($0.name.value.text) }.map(\.podman).max()
  }

  /// Returns the workloads and companions that run on a machine; none if no target is for it.
  package func deployment(on machine: Machine) -> Deployment {
    target(on: machine)?.deployment ?? Deployment(network: deployment.network, workloads: [])
  }

  /// Returns a sentence about machines that run parts of the workspace and are not asked; nil if
  /// there are none.
  func otherMachines(than machine: Machine) -> String? {
    let here = target(on: machine)
    let others = targets.entries.filter { $0.hostName != nil && $0.hostName != here?.hostName }
      .compactMap(\.hostName)
    let names = Set(others).sorted().map { "'\($0)'" }
    guard !names.isEmpty else { return nil }
    return here == nil
      ? "servers: they run on \(Phrase.allOf(names)), and this machine is '\(machine.hostName ?? "?")'"
      : "servers on \(Phrase.allOf(names)): amm asks only this machine"
  }
}

extension Machine {
  /// Whether only root could ask Podman about the containers of the workspace's servers, or control them.
  package var asksAsRoot: Bool { scope == .system && user != 0 }

  /// The machine's host name; nil if it is not known.
  package var hostName: String? {
    text("/proc/sys/kernel/hostname")?.split(separator: "\n").first.map(String.init)
  }
}
