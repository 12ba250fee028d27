import Deployments
import Diagnostics
import Host
package import Targets
package import Workspaces

extension Cluster {
  /// Seconds for `kubectl diff`: it asks the server twice for each object, and a hundred objects take a
  /// second or two.
  private var patience: Double {
    60 + Double(deployment.workloads.count + deployment.companions.count) / 2
  }

  /// Shows what applying the generated files would change in each cluster of a workspace.
  ///
  /// One that does not answer does not keep the others from being asked.
  ///
  /// - Parameter only: The target whose cluster is asked; nil for all of them.
  /// - Returns: Whether anything would change.
  /// - Throws: An ``OperationError`` if there is no cluster with servers, if the generated files are
  ///   stale, or if a cluster did not answer.
  package static func showDifferences(
    of workspace: Workspace, only: TargetEntry? = nil, in folder: WorkspaceFolder
  ) throws -> Bool {
    let clusters = all(of: workspace, on: folder.machine).filter {
      !$0.deployment.containers.isEmpty && (only == nil || $0.name == only?.name?.text ?? "")
    }
    guard !clusters.isEmpty else {
      throw OperationError(
        .invalid, "there is no cluster to compare with",
        help: "add a target of the kind 'kubernetes'")
    }
    guard try OutputFolder(of: folder).changes(for: workspace).changed.isEmpty else {
      throw OperationError(
        .invalid, "\(folder.file("generated")) is not up to date, so it would apply something else",
        help: "run 'amm generate'")
    }
    var isDifferent = false
    var failures: [OperationError] = []
    for cluster in clusters {
      do {
        if try cluster.showDifference(in: folder) { isDifferent = true }
      } catch let error as OperationError {
        failures.append(error)
      } catch let error as HostError {
        failures.append(OperationError(.refused, error.message, help: error.help))
      }
    }
    guard let last = failures.popLast() else { return isDifferent }
    for failure in failures {
      clusters.first?.machine.tell(.warning(failure.message, help: failure.help))
    }
    throw last
  }

  /// Shows what applying the generated files would change in the cluster.
  ///
  /// `kubectl diff` ends with status 1 if there are differences, and with a higher one if it fails
  /// (Kubernetes 1.36, kubectl reference, diff).
  ///
  /// - Returns: Whether anything would change.
  /// - Throws: An ``OperationError`` if the cluster does not answer.
  private func showDifference(in folder: WorkspaceFolder) throws -> Bool {
    guard machine.has("kubectl") else {
      throw OperationError(
        .refused, "kubectl is missing, which asks the cluster of '\(name)'",
        help: "install it; 'kubectl config get-contexts' shows the clusters that it knows")
    }
    let objects = folder.file("generated/\(name)/kubernetes")
    let words = kubectl(["diff", "--kustomize", objects])
    var hasOutput = false
    let result = try machine.performWithin(patience, words) { stream, line in
      let text = String(decoding: line, as: UTF8.self)
      let isError = stream == .error
      // Programs for patches ignore what is before a file's difference.
      if !isError, !hasOutput {
        hasOutput = true
        machine.tell(.programLine("# \(name): what 'kubectl apply' would change", isError: false))
      }
      machine.tell(.programLine(isError ? "\(name): \(text)" : text, isError: isError))
    }
    let help = "'amm doctor --target \(name)' looks for what is missing"
    guard result.overrun == nil else {
      throw OperationError(
        .refused,
        "kubectl did not answer for the cluster of '\(name)' within \(Int(patience)) seconds, so amm ended it",
        help: help)
    }
    switch result.status {
    // Another program for differences (KUBECTL_EXTERNAL_DIFF) may not tell them by its status.
    case 0 where hasOutput: return true
    case 0:
      machine.tell(.note("\(name): the cluster is as the files say"))
      return false
    // A difference has lines; without any, the program failed in another way.
    case 1 where hasOutput: return true
    default:
      throw OperationError(
        .refused,
        "kubectl could not compare the cluster of '\(name)': it ended with status \(result.status)",
        help: help)
    }
  }
}
