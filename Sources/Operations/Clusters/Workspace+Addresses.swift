package import Deployments
import Targets
package import Workspaces

extension Workspace {
  /// Returns the address of an instance for programs: on this machine, on another one by its host
  /// name, or in a cluster.
  package func url(of workload: Workload, on machine: Machine) -> String {
    urls(on: machine)(workload)
  }

  /// Returns the same addresses of several instances; the machine's host name is read once.
  package func urls(on machine: Machine) -> (Workload) -> String {
    let here = target(on: machine)
    return { url(of: $0.name, $0.exposure, on: machine, besides: here) ?? $0.url }
  }

  /// Returns the addresses of companions in the same way.
  package func companionURLs(on machine: Machine) -> (Companion) -> String {
    let here = target(on: machine)
    return { url(of: $0.name, $0.exposure, on: machine, besides: here) ?? $0.url }
  }

  /// Returns the address of a server elsewhere; nil if it runs on this machine or on any.
  ///
  /// - Parameter here: The target of the machine itself.
  private func url(
    of name: ResourceName, _ exposure: Exposure, on machine: Machine, besides here: TargetEntry?
  ) -> String? {
    if here?.deployment.runs(name) ?? false { return nil }
    let entry = targets.entries.first { $0.deployment.runs(name) }
    if let cluster = entry.flatMap({ Cluster($0, on: machine) }) {
      return cluster.url(of: name, exposure)
    }
    // An address of one interface of that machine is the server's own.
    let isOfAny = exposure.address.isLoopback || exposure.address.isWildcard
    guard isOfAny, let host = entry?.hostName else { return nil }
    return "http://\(host):\(exposure.host.number)"
  }

  /// Returns the servers and companions of other machines that answer only there, with the machine's host name.
  package func closedElsewhere(on machine: Machine) -> [(name: String, host: String)] {
    let here = target(on: machine)?.deployment
    return targets.entries.flatMap { entry in
      let all =
        entry.deployment.workloads.map { ($0.name, $0.exposure) }
        + entry.deployment.companions.map { ($0.name, $0.exposure) }
      return all.filter { $0.1.address.isLoopback && !(here?.runs($0.0) ?? false) }
        .compactMap { one in entry.hostName.map { (one.0.text, $0) } }
    }
  }

  /// Returns the cluster that runs an instance or companion; nil if a machine runs it.
  package func cluster(running name: String, on machine: Machine) -> Cluster? {
    let entries = targets.entries.filter { entry in
      entry.deployment.workload(named: name) != nil
        || entry.deployment.companions.contains { $0.name.text == name }
    }
    return entries.allSatisfy { $0.target is Kubernetes }
      ? entries.first.flatMap { Cluster($0, on: machine) } : nil
  }
}

extension Deployment {
  /// Returns whether it has a server or companion of a name.
  fileprivate func runs(_ name: ResourceName) -> Bool {
    workload(named: name.text) != nil || companions.contains { $0.name == name }
  }
}
