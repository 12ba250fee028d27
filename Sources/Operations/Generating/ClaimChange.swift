import Deployments
import Diagnostics
import Imports
import YAML

/// A change of a cluster's claim that Kubernetes refuses: except for a larger size, a claim stays as it was
/// created (Kubernetes 1.36, pkg/apis/core/validation, ValidatePersistentVolumeClaimUpdate).
package struct ClaimChange {
  /// The problem, in one line.
  package let message: String
  /// How to fix it.
  package let help: String

  /// - Returns: Nil if the file is no claim, or if the cluster accepts the change.
  fileprivate init?(_ change: OutputChanges.Change) {
    guard change.path.hasSuffix(".claim.yaml"), let old = change.old.flatMap(Claim.init),
      let new = change.new.flatMap(Claim.init)
    else { return nil }
    let name = new.name
    var problems: [String] = []
    if let before = old.size, let after = new.size, let most = KubernetesQuantity.number(before),
      let amount = KubernetesQuantity.number(after), amount < most
    {
      problems.append("a smaller size (\(before) before)")
    }
    if old.className != new.className {
      problems.append("another storage class ('\(old.className ?? "none")' before)")
    }
    if old.access != new.access {
      problems.append("another access ('\(old.access.joined(separator: " "))' before)")
    }
    guard !problems.isEmpty else { return nil }
    message =
      "a cluster that has the claim '\(name)' refuses \(Phrase.allOf(problems)), and applies nothing of it"
    help =
      "set 'storage' of the target back, or first run 'kubectl delete pvc \(name)\(new.namespace.map { " --namespace " + $0 } ?? "")', which deletes its models"
  }

  /// The parts of a claim that cannot change at will.
  private struct Claim {
    let name: String
    let namespace: String?
    let size: String?
    let className: String?
    let access: [String]

    init?(_ text: String) {
      guard let node = Composer.compose(SourceFile(path: "claim.yaml", text: text)).value,
        let name = node["metadata"]?["name"]?.text, let spec = node["spec"]
      else { return nil }
      self.name = name
      namespace = node["metadata"]?["namespace"]?.text
      size = spec["resources"]?["requests"]?["storage"]?.text
      className = spec["storageClassName"]?.text
      access = spec["accessModes"]?.items?.compactMap(\.text) ?? []
    }
  }
}

extension OutputChanges {
  /// The changes that a cluster which has the earlier files refuses.
  package var refusedClaims: [ClaimChange] { changed.compactMap { ClaimChange($0) } }
}
