import Deployments
import Host
import Targets
import Workspaces

/// Checks what serves an instance after a switch was applied.
protocol SwitchVerification {
  /// Checks that the intended server runs.
  ///
  /// - Parameters:
  ///   - started: The time of applying, in seconds since 1970.
  ///   - limit: Seconds to wait until it answers; nil to not wait.
  /// - Returns: The failure while waiting; nil if there is none.
  /// - Throws: If something else is served.
  func check(since started: Int, waiting limit: Int?) throws(HostError) -> SwitchFailure?

  /// The result, for messages.
  var sentence: String { get }
}

/// Where an instance runs, as this machine can check it.
enum ServedPlace {
  /// On this machine.
  case here
  /// In a cluster that `kubectl` reaches.
  case cluster(Cluster)
  /// On another machine, which amm does not ask.
  case elsewhere(String)

  init(of instance: String, in workspace: Workspace, on machine: Machine) {
    let entry = workspace.targets.entries.first {
      $0.deployment.workload(named: instance) != nil
    }
    if workspace.target(on: machine)?.deployment.workload(named: instance) != nil {
      self = .here
    } else if let cluster = workspace.cluster(running: instance, on: machine) {
      self = .cluster(cluster)
    } else if let host = entry?.hostName {
      self = .elsewhere(host)
    } else {
      self = .here
    }
  }
}

/// What can be said of a server that a command applied to another machine.
struct ElsewhereVerification: SwitchVerification {
  let instance: String
  let host: String

  func check(since started: Int, waiting limit: Int?) throws(HostError) -> SwitchFailure? { nil }

  var sentence: String {
    "'apply.command' succeeded; '\(instance)' runs on '\(host)', where 'amm status' shows what it serves"
  }
}
