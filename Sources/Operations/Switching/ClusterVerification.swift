import Deployments
import Diagnostics
import Host
import Workspaces

/// Checks that a cluster has what a command applied, and waits for its pods.
struct ClusterVerification: SwitchVerification {
  let instance: Workload
  let cluster: Cluster

  /// Seconds for which a pod may report the same failure, while others start.
  private static let patience = 120.0

  /// The failures of a pod that retrying does not end (Kubernetes 1.36, pkg/kubelet/images/types.go and
  /// pkg/kubelet/kuberuntime).
  private static let failures: Set = [
    "CrashLoopBackOff", "ImagePullBackOff", "InvalidImageName", "CreateContainerConfigError",
    "CreateContainerError", "RunContainerError",
  ]

  private var machine: Machine { cluster.machine }
  private var name: String { instance.name.text }
  private var place: String { "'\(instance.clusterObject)' of '\(cluster.name)'" }

  func check(since started: Int, waiting limit: Int?) throws(HostError) -> SwitchFailure? {
    limit.flatMap { wait(Double($0)) }
  }

  var sentence: String {
    switch server {
    case .failure(let silence):
      "'apply.command' succeeded; '\(cluster.name)' could not be asked what it serves: \(silence.reason)"
    case .success(let server):
      // Where a program follows a repository, the cluster changes later.
      Self.lack(of: server).map { "'apply.command' succeeded; \(place) \($0) so far" }
        ?? "\(place) has \(instance.provenance.profile), \(Self.ready(server)), applied with 'apply.command'"
    }
  }

  private static func ready(_ server: ClusterStatus.Server) -> String {
    "\(server.ready) of \(Phrase.count(server.wanted, "pod")) ready"
  }

  /// Why the cluster does not have what amm generated; nil if it has.
  private static func lack(of server: ClusterStatus.Server) -> String? {
    server.exists == false ? "is not in the cluster" : server.difference
  }

  /// What the cluster has for the instance.
  private var server: Result<ClusterStatus.Server, Cluster.Silence> {
    let status = ClusterStatus(of: cluster)
    let found = status.servers.first { $0.name == name }
    guard let found, found.exists != nil else {
      return .failure(Cluster.Silence(reason: status.silence ?? status.gap ?? "it did not answer"))
    }
    return .success(found)
  }

  private func wait(_ limit: Double) -> SwitchFailure? {
    let start = machine.clock.monotonic()
    defer { machine.tell(.phaseEnded) }
    var failing: (reason: String, since: Double)?
    while true {
      let answer = server
      let elapsed = machine.clock.monotonic() - start
      let last: String
      switch answer {
      case .failure(let silence): last = "it could not be asked: \(silence.reason)"
      case .success(let server):
        let lack = Self.lack(of: server)
        if lack == nil, server.wanted == 0, !server.isAutomatic { return nil }
        if lack == nil, server.state == .ready, server.isRolledOut {
          machine.tell(.result("\(place) is ready after \((elapsed * 10).rounded() / 10) s"))
          return nil
        }
        last =
          lack.map { "it \($0)" }
          ?? Self.ready(server) + (server.problem.map { ", \($0)" } ?? "")
        if failing?.reason != server.problem {
          failing = server.problem.map { ($0, elapsed) }
        }
      }
      if let failing, Self.failures.contains(failing.reason),
        elapsed - failing.since > Self.patience
      {
        return failure("a pod of \(place) does not start: \(failing.reason)")
      }
      if elapsed > limit {
        return failure("\(place) was not ready within \(Int(limit)) s: \(last)")
      }
      machine.tell(.phase(server: name, .starting, elapsed: elapsed))
      machine.clock.sleep(min(2, max(0.1, limit - elapsed)))
    }
  }

  private func failure(_ message: String) -> SwitchFailure {
    SwitchFailure(step: "wait", message: message, kind: .unhealthy)
  }
}
