import Diagnostics
import Host

extension Cluster {
  /// Shows what applying the generated files would change in the cluster.
  ///
  /// `kubectl diff` ends with status 1 if there are differences, and with a higher one if it fails
  /// (Kubernetes 1.36, kubectl reference, diff).
  ///
  /// - Returns: Whether anything would change.
  /// - Throws: An ``OperationError`` if the cluster does not answer.
  package func showDifference(in folder: WorkspaceFolder) throws -> Bool {
    guard machine.has("kubectl") else {
      throw OperationError(
        .refused, "kubectl is missing, which asks the cluster of '\(name)'",
        help: "install it; 'kubectl config get-contexts' shows the clusters that it knows")
    }
    let objects = folder.file("generated/\(name)/kubernetes")
    let words = kubectl(["diff", "--kustomize", objects])
    var hasOutput = false
    let result = try machine.perform(words, nil) { stream, line in
      if stream == .output { hasOutput = true }
      machine.tell(
        .programLine(String(decoding: line, as: UTF8.self), isError: stream == .error))
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
        help: "'amm doctor --target \(name)' looks for what is missing")
    }
  }
}
