package import Deployments
import Host
import Targets
package import Workspaces

/// The state of the servers that a cluster runs, at one moment.
package struct ClusterStatus: Sendable {
  /// A server or companion of the cluster.
  package struct Server: Sendable {
    /// Its name, which is that of its Deployment or, with `-nodes`, of its LeaderWorkerSet.
    package let name: String
    /// The address in the cluster: `http://chat.ai:8000`.
    package let url: String
    /// The kind and name of its object: `deployment/chat`.
    let object: String
    /// The profile that it should serve; nil for a companion.
    package let profile: String?
    /// The profile that the cluster's object was made from; nil if there is no such object.
    package fileprivate(set) var live: String?
    /// Whether the cluster has the object; nil if it did not answer.
    package fileprivate(set) var exists: Bool?
    /// The number of pods or groups that the object wants.
    package fileprivate(set) var wanted = 0
    /// The number of those that are ready.
    package fileprivate(set) var ready = 0
    /// How often containers of its pods were restarted.
    package fileprivate(set) var restarts = 0
    /// Why a pod does not run, as the cluster says it; nil if none waits.
    package fileprivate(set) var problem: String?
    /// Whether it should run.
    let isAutomatic: Bool

    /// The state in one word.
    package var state: State {
      guard let exists else { return .unknown }
      guard exists else { return .missing }
      guard wanted > 0 else { return .stopped }
      return ready >= wanted ? .ready : .waiting
    }

    /// Whether the object was made from the profile that the workspace selects.
    package var isAsWritten: Bool { exists != true || profile == nil || live == profile }
  }

  /// The state of a server in one word.
  package enum State: String, Sendable, CaseIterable {
    /// All of its pods answer.
    case ready
    /// Some of its pods do not answer yet.
    case waiting
    /// No pods are wanted.
    case stopped
    /// The cluster has no object for it.
    case missing
    /// The cluster did not answer.
    case unknown
  }

  /// The target's name.
  package let target: String
  /// The servers and companions, sorted by name.
  package let servers: [Server]
  /// Objects of amm that the workspace no longer has.
  package let leftovers: [String]
  /// Why the cluster could not be asked; nil if it answered.
  package let silence: String?
  /// What it did not answer; nil if it answered everything.
  package let gap: String?
  /// The option of `kubectl` with the namespace; empty if the target sets none.
  private let namespace: String

  /// Whether all servers that should run are ready.
  package var isHealthy: Bool {
    silence == nil && servers.allSatisfy { !$0.isAutomatic || $0.state == .ready }
  }

  /// Queries the cluster by the labels of amm's objects.
  package init(of cluster: Cluster) {
    target = cluster.name
    namespace = cluster.target.settings.namespace.map { " --namespace \($0.text)" } ?? ""
    var servers = Self.expected(of: cluster)
    var unknown: [String] = []
    var missing: String?
    do throws(Cluster.Silence) {
      var rows = try Self.objects("deployments.apps", of: cluster)
      do throws(Cluster.Silence) {
        rows += try Self.objects("leaderworkersets.leaderworkerset.x-k8s.io", of: cluster)
      } catch {
        // A cluster without the definition has no such objects.
        if servers.contains(where: { $0.object.hasPrefix("leaderworkerset/") }) {
          missing = "LeaderWorkerSets: " + error.reason
        }
      }
      for index in servers.indices {
        servers[index].exists =
          missing != nil && servers[index].object.hasPrefix("leaderworkerset/") ? nil : false
      }
      for row in rows {
        let object = row[0].lowercased() + "/" + row[1]
        guard let index = servers.firstIndex(where: { $0.object == object }) else {
          if !cluster.objectsOfOthers.contains(object) { unknown.append(object) }
          continue
        }
        servers[index].exists = true
        servers[index].wanted = Int(row[2]) ?? 0
        servers[index].ready = Int(row[3]) ?? 0
        servers[index].live = row[4].isEmpty ? nil : row[4]
      }
      for row in try cluster.rows(
        [
          "get", "pods", "--selector=ai-models.instance",
          Cluster.columns([
            ".metadata.labels.ai-models\\.instance",
            ".status.containerStatuses[0].restartCount",
            ".status.containerStatuses[0].state.waiting.reason",
            ".status.initContainerStatuses[0].state.waiting.reason",
            ".status.conditions[?(@.type==\"PodScheduled\")].message",
          ]),
        ], columns: 5)
      {
        guard let index = servers.firstIndex(where: { $0.name == row[0] }) else { continue }
        servers[index].restarts += Int(row[1]) ?? 0
        // A container is created for some seconds in any case.
        let reasons = row[2...].filter {
          !["", "ContainerCreating", "PodInitializing"].contains($0)
        }
        servers[index].problem = servers[index].problem ?? reasons.first
      }
      leftovers = unknown.sorted()
      silence = nil
      gap = missing
    } catch {
      gap = nil
      leftovers = []
      silence = error.reason
    }
    self.servers = servers
  }

  /// Returns the objects of amm of a kind: kind, name, wanted and ready pods, and the profile.
  private static func objects(
    _ kind: String, of cluster: Cluster
  ) throws(Cluster.Silence) -> [[String]] {
    try cluster.rows(
      [
        "get", kind, "--selector=app.kubernetes.io/managed-by=amm",
        Cluster.columns([
          ".kind", ".metadata.name", ".spec.replicas", ".status.readyReplicas",
          ".metadata.annotations.ai-models\\.profile",
        ]),
      ], columns: 5)
  }

  private static func expected(of cluster: Cluster) -> [Server] {
    let workloads = cluster.deployment.workloads.map { workload in
      Server(
        name: workload.name.text, url: cluster.url(of: workload.name, workload.exposure),
        object: workload.clusterObject, profile: workload.provenance.profile,
        isAutomatic: workload.server.lifecycle.isAutomatic)
    }
    let companions = cluster.deployment.companions.map { companion in
      Server(
        name: companion.name.text, url: cluster.url(of: companion.name, companion.exposure),
        object: "deployment/" + companion.name.text, profile: nil,
        isAutomatic: companion.isAutomatic)
    }
    return workloads + companions
  }
}

extension Cluster {
  /// Returns the address of a server for programs in the cluster.
  package func url(of name: ResourceName, _ exposure: Exposure) -> String {
    let namespace = target.settings.namespace.map { "." + $0.text } ?? ""
    return "http://\(name.text)\(namespace):\(exposure.host.number)"
  }
}

extension Workload {
  /// The kind and name of its object in a cluster.
  package var clusterObject: String {
    span == nil ? "deployment/" + name.text : "leaderworkerset/" + name.text + "-nodes"
  }
}

extension Workspace {
  /// Returns the address of an instance for programs: on this machine, on another one by its host
  /// name, or in a cluster.
  package func url(of workload: Workload, on machine: Machine) -> String {
    url(of: workload, on: machine, besides: target(on: machine))
  }

  /// Returns the same addresses of several instances; the machine's host name is read once.
  package func urls(on machine: Machine) -> (Workload) -> String {
    let here = target(on: machine)
    return { url(of: $0, on: machine, besides: here) }
  }

  /// - Parameter here: The target of the machine itself.
  private func url(
    of workload: Workload, on machine: Machine, besides here: TargetEntry?
  ) -> String {
    if here?.deployment.workload(named: workload.name.text) != nil { return workload.url }
    let entry = targets.entries.first { $0.deployment.workload(named: workload.name.text) != nil }
    if let cluster = entry.flatMap({ Cluster($0, on: machine) }) {
      return cluster.url(of: workload.name, workload.exposure)
    }
    return entry?.hostName.map { "http://\($0):\(workload.exposure.host.number)" } ?? workload.url
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

extension ClusterStatus {
  /// Differences between the workspace and the cluster's objects.
  var drift: [Drift] {
    let apply = "'kubectl apply -k generated/\(target)/kubernetes' changes the cluster"
    let changed = servers.filter { !$0.isAsWritten }.map { server in
      Drift(
        kind: .cluster, subject: "\(target)/\(server.name)",
        detail: "serves \(server.live ?? "an unknown profile") instead of \(server.profile ?? "")",
        help: apply)
    }
    let missing = servers.filter { $0.isAutomatic && $0.state == .missing && silence == nil }.map {
      Drift(
        kind: .cluster, subject: "\(target)/\($0.name)", detail: "is not in the cluster",
        help: apply
      )
    }
    let gone = leftovers.map { object in
      Drift(
        kind: .cluster, subject: "\(target)/\(object)", detail: "is not in the workspace",
        help: "'kubectl delete \(object)\(namespace)' removes it")
    }
    return changed + missing + gone
  }
}
