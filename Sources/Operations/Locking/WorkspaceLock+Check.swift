import Diagnostics
import Host
import Locks

extension WorkspaceLock {
  /// A problem or difference that a check found.
  package struct Finding: Sendable, Equatable {
    /// The key of the entry; nil for the entire file.
    package let key: String?
    /// The finding, as text to follow the key.
    package let message: String
    /// What the finding means for the lock.
    package let kind: Kind

    /// The meaning of a finding.
    package enum Kind: Sendable {
      /// The lock is wrong.
      case wrong
      /// The hub or registry has a newer version.
      case moved
      /// A remark that does not make the lock wrong.
      case remark
    }

    /// Whether the lock is wrong, and not only older than the hub.
    package var isWrong: Bool { kind == .wrong }
  }

  /// Returns the problems of the lock itself and for the workspace, without queries.
  package func checked() throws -> [Finding] {
    guard exists else {
      return [Finding(key: nil, message: "does not exist; 'amm lock' creates it", kind: .wrong)]
    }
    var findings: [Finding] = []
    let written = try folder.read(ModelLock.fileName, limit: ModelLock.limit)?.bytes
    if written != Array(lock.text.utf8) {
      findings.append(
        Finding(
          key: nil, message: "is not in amm's format; 'amm lock' fixes that", kind: .wrong
        ))
    }
    for (key, users) in wanted where !has(key) {
      findings.append(
        Finding(
          key: key, message: "is missing; '\(users.first ?? "")' needs it",
          kind: isNeeded(key) ? .wrong : .remark))
    }
    if isWhole, isComplete {
      let needed = Set(wanted.map(\.key))
      for key in keys where !needed.contains(key) {
        findings.append(
          Finding(key: key, message: "is not needed", kind: .wrong))
      }
    }
    for (name, model) in lock.models.sorted(by: { $0.key.key < $1.key.key }) {
      if model.weightBytes == nil {
        findings.append(Finding(key: name.key, message: "has no weights", kind: .wrong))
      }
      if let part = model.missingPart {
        findings.append(Finding(key: name.key, message: "lacks '\(part)'", kind: .wrong))
      }
    }
    return findings
  }

  /// Compares each entry with the hub and the registries: at its locked commit, where the content
  /// must be the same, and now.
  ///
  /// - Returns: Whether all entries could be queried.
  package func compared(_ tell: (Finding) -> Void) throws -> Bool {
    var isUnseen = false
    var seen = VerifiedEntries(folder)
    var isRight: Set<String> = []
    func say(_ key: String, _ message: String, _ kind: Finding.Kind) {
      tell(Finding(key: key, message: message, kind: kind))
    }
    // The entries that can be queried as locked; several may share a commit of a model.
    var pins: [String: [String]] = [:]
    for key in keys {
      if let pin = pinned(key) { pins[pin, default: []].append(key) } else { isRight.insert(key) }
    }
    let fetcher = try Fetcher(machine)
    try fetcher.describe(pins.keys.sorted()) { (pin, result) throws(HostError) in
      for key in pins[pin] ?? [] {
        switch result {
        case .failure(let failure):
          let isGone = ["missing", "wrong"].contains(failure.kind)
          if !isGone { isUnseen = true }
          let start = isGone ? "is not available as locked: " : ""
          let help = isGone ? "" : failure.help.map { "; \($0)" } ?? ""
          say(key, start + failure.message + help, isGone ? .wrong : .remark)
        case .success(let answer):
          let differences = self.differences(key, answer).content
          for difference in differences {
            say(key, "differs from the hub at this commit: \(difference)", .wrong)
          }
          if differences.isEmpty { isRight.insert(key) }
        }
      }
    }
    try fetcher.describe(keys.filter(isRight.contains)) { (key, result) throws(HostError) in
      switch result {
      case .failure(let failure):
        isRight.remove(key)
        isUnseen = true
        say(key, "can no longer be queried: \(failure.message)", .remark)
      case .success(let answer):
        if let asked = answer.models.values.first?.origin,
          let named = ModelName(key: key).flatMap({ lock.models[$0] })?.origin, asked != named
        {
          isRight.remove(key)
          let way = key.hasPrefix("ollama:") ? "" : ": set 'HF_ENDPOINT=\(named)' to query it"
          say(key, "has the origin '\(named)', but '\(asked)' was queried\(way)", .wrong)
        }
        let (content, standing) = self.differences(key, answer)
        let all = standing + content
        if !all.isEmpty, standing.count == all.count || pinned(key) == nil { isRight.remove(key) }
        if self.isSameCommit(key, answer) {
          for difference in all {
            say(key, "differs from the hub: \(difference)", .wrong)
          }
        } else {
          say(key, "has moved: \(all.joined(separator: "; "))", .moved)
        }
      }
    }
    seen.add(lock.entries(of: isRight))
    seen.keep()
    return !isUnseen
  }

  /// Returns the key to query an entry as locked; nil for Ollama, whose registry does not serve
  /// manifests by digest.
  private func pinned(_ key: String) -> String? {
    if let image = key.afterImage { return lock.images[image].map { "\(key)@\($0.digest)" } }
    guard let name = ModelName(key: key), let model = lock.models[name],
      case .hub(let id, _, let pick) = name
    else { return nil }
    return ModelName.hub(id: id, revision: model.commit, pick: pick).key
  }

  /// Returns whether an answer has the locked commit or digest.
  private func isSameCommit(_ key: String, _ answer: ModelLock) -> Bool {
    if let image = key.afterImage {
      return answer.images.values.first?.digest == lock.images[image]?.digest
    }
    return answer.models.values.first?.commit
      == ModelName(key: key).flatMap { lock.models[$0] }?.commit
  }

  /// Returns how an answer differs from the entry of a key: in what belongs to the commit or
  /// digest, and in what the hub reports besides.
  private func differences(
    _ key: String, _ answer: ModelLock
  ) -> (content: [String], standing: [String]) {
    if let image = key.afterImage {
      guard let old = lock.images[image], let new = answer.images.values.first else {
        return ([], [])
      }
      return (LockDifference.sentences(old, new), [])
    }
    guard let old = ModelName(key: key).flatMap({ lock.models[$0] }),
      let new = answer.models.values.first
    else { return ([], []) }
    return (LockDifference.content(old, new), LockDifference.standing(old, new))
  }
}

extension ModelLock {
  /// Returns a lock with only the entries of some keys.
  func entries(of keys: Set<String>) -> ModelLock {
    var part = ModelLock()
    part.models = models.filter { keys.contains($0.key.key) }
    part.images = images.filter { keys.contains("image:" + $0.key) }
    return part
  }
}
