package import Deployments
import Diagnostics
import Host
import Targets
import Workspaces

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
    /// The hash of what amm generates for it, and of what the cluster's object was made from; empty if the
    /// object has none.
    let wantedHash: String
    fileprivate(set) var liveHash: String?
    /// The number of pods or groups that amm generates.
    let replicas: Int
    /// Whether the cluster has the object; nil if it did not answer.
    package fileprivate(set) var exists: Bool?
    /// The number of pods or groups that the object wants.
    package fileprivate(set) var wanted = 0
    /// The number of those that are ready.
    package fileprivate(set) var ready = 0
    /// Whether the cluster has replaced all pods or groups by those of the object's newest version.
    fileprivate(set) var isRolledOut = false
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

    /// How the object differs from what amm generates now; nil if it does not.
    var difference: String? {
      guard exists == true else { return nil }
      if let profile, live != profile {
        return "serves \(live ?? "an unknown profile") instead of \(profile)"
      }
      // An older amm wrote no hash.
      if let liveHash, liveHash != wantedHash { return "has other settings than the workspace" }
      // One that does not start by itself is scaled by hand.
      guard isAutomatic, wanted != replicas else { return nil }
      return wanted == 0
        ? "is stopped: it has no replicas instead of \(replicas)"
        : "has \(Phrase.count(wanted, "replica")) instead of \(replicas)"
    }
  }

  /// An object of amm that the workspace no longer has.
  package struct Leftover: Sendable {
    /// Its kind and name: `deployment/chat`.
    package let object: String
    /// The instance that it was made for; empty if its label is gone.
    let instance: String
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
  package let leftovers: [Leftover]
  /// Why the cluster could not be asked; nil if it answered.
  package let silence: String?
  /// What it did not answer; nil if it answered everything.
  package let gap: String?
  /// The options of `kubectl` for the target, each after a blank: all, and that of the context.
  let options: String
  let context: String

  /// Whether all servers that should run are ready.
  package var isHealthy: Bool {
    silence == nil && servers.allSatisfy { !$0.isAutomatic || $0.state == .ready }
  }

  /// Queries the cluster by the labels of amm's objects.
  package init(of cluster: Cluster) {
    target = cluster.name
    options = cluster.target.settings.options
    context = cluster.target.settings.contextOption
    var servers = Self.expected(of: cluster)
    var unknown: [Leftover] = []
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
          if !cluster.objectsOfOthers.contains(object) {
            unknown.append(Leftover(object: object, instance: row[5]))
          }
          continue
        }
        servers[index].exists = true
        servers[index].wanted = Int(row[2]) ?? 0
        servers[index].ready = Int(row[3]) ?? 0
        servers[index].isRolledOut = Self.isRolledOut(row)
        servers[index].live = row[4].isEmpty ? nil : row[4]
        servers[index].liveHash = row[6].isEmpty ? nil : row[6]
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
      leftovers = unknown.sorted { $0.object < $1.object }
      silence = nil
      gap = missing
    } catch {
      gap = nil
      leftovers = []
      silence = error.reason
    }
    self.servers = servers
  }

  /// Returns whether all pods are those of the newest version.
  ///
  /// The rule is that of `kubectl rollout status` (Kubernetes 1.36, polymorphichelpers/rollout_status.go).
  /// A LeaderWorkerSet may have no generation in its status.
  private static func isRolledOut(_ row: [String]) -> Bool {
    let (wanted, generation) = (Int(row[2]) ?? 0, Int(row[7]) ?? 0)
    let (all, updated) = (Int(row[9]) ?? 0, Int(row[10]) ?? 0)
    return Int(row[8]) ?? generation >= generation && updated >= wanted && all <= updated
  }

  /// Returns the objects of amm of a kind: kind, name, wanted and ready pods, the profile, the instance,
  /// the hash of what amm generated, the generation, that of the status, all and updated pods.
  private static func objects(
    _ kind: String, of cluster: Cluster
  ) throws(Cluster.Silence) -> [[String]] {
    try cluster.rows(
      [
        "get", kind, "--selector=app.kubernetes.io/managed-by=amm",
        Cluster.columns([
          ".kind", ".metadata.name", ".spec.replicas", ".status.readyReplicas",
          ".metadata.annotations.ai-models\\.profile",
          ".metadata.labels.ai-models\\.instance", ".metadata.annotations.ai-models\\.generated",
          ".metadata.generation", ".status.observedGeneration", ".status.replicas",
          ".status.updatedReplicas",
        ]),
      ], columns: 11)
  }

  private static func expected(of cluster: Cluster) -> [Server] {
    let hashes = cluster.target.hashes(of: cluster.deployment)
    let workloads = cluster.deployment.workloads.map { workload in
      Server(
        name: workload.name.text, url: cluster.url(of: workload.name, workload.exposure),
        object: workload.clusterObject, profile: workload.provenance.profile,
        wantedHash: hashes[workload.name.text] ?? "", replicas: workload.replicas,
        isAutomatic: workload.server.lifecycle.isAutomatic)
    }
    let companions = cluster.deployment.companions.map { companion in
      Server(
        name: companion.name.text, url: cluster.url(of: companion.name, companion.exposure),
        object: "deployment/" + companion.name.text, profile: nil,
        wantedHash: hashes[companion.name.text] ?? "", replicas: 1,
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
