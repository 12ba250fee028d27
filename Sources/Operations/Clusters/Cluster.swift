package import Deployments
import Diagnostics
import Host
package import Targets
import Text
package import Workspaces

/// A cluster that a target's files are for, as `kubectl` and the user's configuration of it reach it.
package struct Cluster {
  /// The target's name.
  package let name: String
  /// What the target runs.
  package let deployment: Deployment
  let target: Kubernetes
  let machine: Machine
  /// The objects of other targets of the workspace in a namespace of the same name, which may be in the same
  /// cluster: `deployment/chat`.
  private(set) var objectsOfOthers: Set<String> = []

  /// - Returns: Nil if a target is not a cluster.
  package init?(_ entry: TargetEntry, on machine: Machine) {
    guard let target = entry.target as? Kubernetes else { return nil }
    name = entry.name?.text ?? ""
    deployment = entry.deployment
    self.target = target
    self.machine = machine
  }

  /// Returns the clusters of a workspace, in the order of the file.
  package static func all(of workspace: Workspace, on machine: Machine) -> [Cluster] {
    let clusters = workspace.targets.entries.compactMap { Cluster($0, on: machine) }
    return clusters.map { cluster in
      var cluster = cluster
      let others = clusters.filter {
        $0.name != cluster.name && $0.target.settings.namespace == cluster.target.settings.namespace
      }
      cluster.objectsOfOthers = Set(others.flatMap(\.objects))
      return cluster
    }
  }

  /// Returns the cluster of a target.
  ///
  /// - Throws: An ``OperationError`` if the workspace has no such cluster.
  package static func find(
    _ name: String, of workspace: Workspace, on machine: Machine
  ) throws(OperationError) -> Cluster {
    let clusters = all(of: workspace, on: machine)
    if let cluster = clusters.first(where: { $0.name == name }) { return cluster }
    let names = clusters.map(\.name)
    throw OperationError(
      .invalid, "the workspace has no cluster '\(name)'",
      help: names.isEmpty
        ? "add a target of the kind 'kubernetes'"
        : Suggestion.help(
          for: name, among: names, otherwise: "its clusters are \(Phrase.allOf(names))"))
  }

  /// The objects that run its servers and companions: `deployment/chat`.
  private var objects: [String] {
    deployment.workloads.map(\.clusterObject)
      + deployment.companions.map { "deployment/" + $0.name.text }
  }

  /// Returns a command of `kubectl` in the target's context and namespace.
  package func kubectl(_ words: [String]) -> [String] {
    ["kubectl", "--request-timeout=10s"]
      + (target.settings.context.map { ["--context=" + $0] } ?? [])
      + (target.settings.namespace.map { ["--namespace=" + $0.text] } ?? []) + words
  }

  /// Returns the words of the command that prints the logs of all pods of an instance or companion.
  ///
  /// A pod whose server has not started yet has no log, which must not hide those of others. By default,
  /// `kubectl` follows at most five logs (Kubernetes 1.36, kubectl reference, logs).
  package func logWords(of name: String, lines: Int) -> [String] {
    let workload = deployment.workload(named: name)
    let pods = (workload?.replicas ?? 1) * (workload?.span?.nodes ?? 1)
    // While pods are replaced, there are the old ones and the new ones.
    let logs = pods * 2 * (workload?.containers.count ?? 1)
    return [
      "logs", "--selector=ai-models.instance=\(name)", "--all-containers", "--ignore-errors",
      "--tail=\(lines)", "--prefix", "--max-log-requests=\(max(100, logs))",
    ]
  }

  /// Returns what a command of `kubectl` prints, by lines and the columns between tabs.
  ///
  /// - Throws: ``Silence`` if it fails.
  func rows(_ words: [String], columns: Int) throws(Silence) -> [[String]] {
    guard machine.has("kubectl") else { throw Silence(reason: "kubectl is missing") }
    guard let result = machine.capture(kubectl(words)) else {
      throw Silence(reason: "kubectl is missing")
    }
    if let overrun = result.overrun { throw Silence(reason: "kubectl \(overrun.rawValue)") }
    guard result.status == 0 else {
      throw Silence(
        reason:
          "kubectl ended with status \(result.status); '\(kubectl(words.prefix(2) + []).map(\.shellWord).joined(separator: " "))' shows why"
      )
    }
    return result.output.split(separator: "\n", omittingEmptySubsequences: true)
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
      .filter { $0.count == columns }
  }

  /// Why a cluster could not be asked.
  struct Silence: Error {
    let reason: String
  }

  /// Returns the argument that makes `kubectl get` print columns, each a JSONPath.
  static func columns(_ paths: [String]) -> String {
    "--output=jsonpath={range .items[*]}" + paths.map { "{\($0)}" }.joined(separator: "{\"\\t\"}")
      + "{\"\\n\"}{end}"
  }
}
