import Models

/// Describes the differences between two locks.
package enum LockDifference {
  /// Returns the differences between a model's entry and the hub's current state.
  package static func sentences(_ old: LockedModel, _ new: LockedModel) -> [String] {
    standing(old, new) + content(old, new)
  }

  /// Returns the differences that do not depend on the commit: licence and gating.
  package static func standing(_ old: LockedModel, _ new: LockedModel) -> [String] {
    changes([
      ("licence", old.license, new.license), ("gating", old.gating.rawValue, new.gating.rawValue),
    ])
  }

  private static func changes(_ values: [(what: String, String?, String?)]) -> [String] {
    values.compactMap { what, before, after in
      before == after
        ? nil : "\(what) changed from '\(before ?? "none")' to '\(after ?? "none")'"
    }
  }

  /// Returns the differences in the data of a commit, which never changes.
  package static func content(_ old: LockedModel, _ new: LockedModel) -> [String] {
    var sentences = changes([
      ("commit", String(old.commit.prefix(12)), String(new.commit.prefix(12)))
    ])
    let before = Dictionary(old.files.map { ($0.path, $0) }) { first, _ in first }
    let after = Dictionary(new.files.map { ($0.path, $0) }) { first, _ in first }
    for file in old.files {
      guard let other = after[file.path] else {
        sentences.append("'\(file.path)' is only in the lock")
        continue
      }
      if file.sha256 != other.sha256 {
        sentences.append("'\(file.path)' has different content")
      } else if file.size != other.size {
        sentences.append("'\(file.path)' has \(other.size) bytes, not \(file.size)")
      }
    }
    for file in new.files where before[file.path] == nil {
      sentences.append("'\(file.path)' is not in the lock")
    }
    let facts = ModelFacts.differing(old.facts, new.facts)
    if !facts.isEmpty { sentences.append("different facts: \(facts.joined(separator: ", "))") }
    return sentences
  }

  /// Returns the differences between an image's entry and the registry's current state.
  package static func sentences(_ old: LockedImage, _ new: LockedImage) -> [String] {
    var sentences: [String] = []
    if old.digest != new.digest {
      let (before, after) = (old.digest.dropFirst(7).prefix(12), new.digest.dropFirst(7).prefix(12))
      sentences.append("digest changed from '\(before)' to '\(after)'")
    }
    for (name, digest) in old.platforms.sorted(by: { $0.key < $1.key }) {
      guard let other = new.platforms[name] else {
        sentences.append("'\(name)' is only in the lock")
        continue
      }
      if digest != other { sentences.append("'\(name)' has a different image") }
    }
    for name in new.platforms.keys.sorted() where old.platforms[name] == nil {
      sentences.append("'\(name)' is not in the lock")
    }
    return sentences
  }
}
