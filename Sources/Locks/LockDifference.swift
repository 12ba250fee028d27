import Models

/// What is another in one lock than in another.
package enum LockDifference {
  /// A model's entry against what the hub says now, a sentence each.
  package static func sentences(_ old: LockedModel, _ new: LockedModel) -> [String] {
    standing(old, new) + content(old, new)
  }

  /// What the hub says of a repository as a whole, whatever its commit: licence and gating.
  package static func standing(_ old: LockedModel, _ new: LockedModel) -> [String] {
    changes([
      ("licence", old.license, new.license), ("gating", old.gating.rawValue, new.gating.rawValue),
    ])
  }

  private static func changes(_ values: [(what: String, String?, String?)]) -> [String] {
    values.compactMap { what, before, after in
      before == after
        ? nil : "\(what) is '\(after ?? "none")', where the lock had '\(before ?? "none")'"
    }
  }

  /// What belongs to a commit, and is the same for ever.
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
        sentences.append("'\(file.path)' has another content")
      } else if file.size != other.size {
        sentences.append("'\(file.path)' has \(other.size) bytes, not \(file.size)")
      }
    }
    for file in new.files where before[file.path] == nil {
      sentences.append("'\(file.path)' is not in the lock")
    }
    let facts = ModelFacts.differing(old.facts, new.facts)
    if !facts.isEmpty { sentences.append("its files say another \(facts.joined(separator: ", "))") }
    return sentences
  }

  /// An image's entry against what its registry says now, a sentence each.
  package static func sentences(_ old: LockedImage, _ new: LockedImage) -> [String] {
    var sentences: [String] = []
    if old.digest != new.digest {
      let (before, after) = (old.digest.dropFirst(7).prefix(12), new.digest.dropFirst(7).prefix(12))
      sentences.append("digest is '\(after)', where the lock had '\(before)'")
    }
    for (name, digest) in old.platforms.sorted(by: { $0.key < $1.key }) {
      guard let other = new.platforms[name] else {
        sentences.append("'\(name)' is only in the lock")
        continue
      }
      if digest != other { sentences.append("'\(name)' has another image") }
    }
    for name in new.platforms.keys.sorted() where old.platforms[name] == nil {
      sentences.append("'\(name)' is not in the lock")
    }
    return sentences
  }
}
