import Deployments
import Diagnostics

/// A change of a cluster's claim that Kubernetes refuses: except for a larger size, a claim stays as it was
/// created (Kubernetes 1.36, pkg/apis/core/validation, ValidatePersistentVolumeClaimUpdate).
package struct ClaimChange {
  /// The problem, in one line.
  package let message: String
  /// How to fix it.
  package let help: String

  /// - Returns: Nil if the file is no claim, or if the cluster accepts the change.
  fileprivate init?(_ change: OutputChanges.Change) {
    guard change.path.hasSuffix(".claim.yaml"), let old = change.old.map(Self.parts),
      let new = change.new.map(Self.parts), let name = new["name"]
    else { return nil }
    func word(_ key: String, _ parts: [String: String]) -> String { parts[key] ?? "none" }
    var problems: [String] = []
    let (before, after) = (old["storage"].flatMap(Self.bytes), new["storage"].flatMap(Self.bytes))
    if let before, let after, after < before {
      problems.append("a smaller size (\(word("storage", old)) before)")
    }
    if old["storageClassName"] != new["storageClassName"] {
      problems.append("another storage class ('\(word("storageClassName", old))' before)")
    }
    if old["accessModes"] != new["accessModes"] {
      problems.append("another access ('\(word("accessModes", old))' before)")
    }
    guard !problems.isEmpty else { return nil }
    message =
      "a cluster that has the claim '\(name)' refuses \(Phrase.allOf(problems)), and applies nothing of it"
    help =
      "set 'storage' of the target back, or first run 'kubectl delete pvc \(name)', which deletes its models"
  }

  /// Returns the values of the keys of a claim as amm writes it, by key; a list's item has the list's key.
  private static func parts(of text: String) -> [String: String] {
    var parts: [String: String] = [:]
    var list = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard let first = words.first else { continue }
      let value = words.dropFirst().first.map { String($0.filter { $0 != "\"" }) }
      if first == "-" {
        parts[list] = [parts[list], value].compactMap { $0 }.joined(separator: " ")
      } else if first.hasSuffix(":") {
        list = String(first.dropLast())
        if let value { parts[list] = value }
      }
    }
    return parts
  }

  /// Returns an amount as amm writes it, in bytes.
  private static func bytes(_ text: String) -> Int? {
    let shift = ["Ki": 10, "Mi": 20, "Gi": 30].first { text.hasSuffix($0.key) }
    return Int(shift == nil ? text[...] : text.dropLast(2)).map { $0 << (shift?.value ?? 0) }
  }
}

extension OutputChanges {
  /// The changes that a cluster which has the earlier files refuses.
  package var refusedClaims: [ClaimChange] { changed.compactMap { ClaimChange($0) } }
}
