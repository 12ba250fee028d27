import Diagnostics
import Host
import Locks

extension WorkspaceLock {
  /// Something that a check found.
  package struct Finding: Sendable, Equatable {
    /// The key of the entry; nil for the whole file.
    package let key: String?
    /// In words that follow the key.
    package let message: String
    /// Whether the lock is not as it should be, and not only older than the hub.
    package let isWrong: Bool
  }

  /// What is wrong with the lock by itself and for the workspace; asks nobody.
  package func checked() throws -> [Finding] {
    guard exists else {
      return [Finding(key: nil, message: "there is none; 'amm lock' writes it", isWrong: true)]
    }
    var findings: [Finding] = []
    let written = try folder.read(ModelLock.fileName, limit: ModelLock.limit)?.bytes
    if written != Array(lock.text.utf8) {
      findings.append(
        Finding(
          key: nil, message: "is not written as amm writes it: 'amm lock' mends that", isWrong: true
        ))
    }
    for (key, profiles) in wanted where !has(key) {
      findings.append(
        Finding(
          key: key, message: "is missing; '\(profiles.first ?? "")' needs it",
          isWrong: isNeeded(key)))
    }
    if isWhole, isComplete {
      let needed = Set(wanted.map(\.key))
      for key in keys where !needed.contains(key) {
        findings.append(
          Finding(key: key, message: "is there, and nothing needs it", isWrong: true))
      }
    }
    for (name, model) in lock.models.sorted(by: { $0.key.key < $1.key.key }) {
      if model.weightBytes == nil {
        findings.append(Finding(key: name.key, message: "has no weights", isWrong: true))
      }
      if let part = model.missingPart {
        findings.append(Finding(key: name.key, message: "lacks '\(part)'", isWrong: true))
      }
    }
    return findings
  }

  /// Compares each entry with what the hub and the registries say: at its own commit, where its content must
  /// be the same, and now.
  ///
  /// - Returns: Whether all were to be had.
  package func compared(_ tell: (Finding) -> Void) throws -> Bool {
    var isUnseen = false
    var seen = VerifiedEntries(folder)
    var isRight: Set<String> = []
    func say(_ key: String, _ message: String, isWrong: Bool) {
      tell(Finding(key: key, message: message, isWrong: isWrong))
    }
    // Those that can be asked for as they are locked; several may be one commit of one model.
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
          let start = isGone ? "is not to be had as it is locked: " : ""
          let help = isGone ? "" : failure.help.map { "; \($0)" } ?? ""
          say(key, start + failure.message + help, isWrong: isGone)
        case .success(let answer):
          let differences = self.differences(key, answer).content
          for difference in differences {
            say(key, "is not what the hub has at this commit: \(difference)", isWrong: true)
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
        say(key, "cannot be asked for any more: \(failure.message)", isWrong: false)
      case .success(let answer):
        if let asked = answer.models.values.first?.origin,
          let named = ModelName(key: key).flatMap({ lock.models[$0] })?.origin, asked != named
        {
          isRight.remove(key)
          let way = key.hasPrefix("ollama:") ? "" : ": 'HF_ENDPOINT=\(named)' asks there"
          say(key, "names the origin '\(named)', and '\(asked)' was asked\(way)", isWrong: true)
        }
        let (content, standing) = self.differences(key, answer)
        let all = standing + content
        if !all.isEmpty, standing.count == all.count || pinned(key) == nil { isRight.remove(key) }
        if self.isSameCommit(key, answer) {
          for difference in all {
            say(key, "is not what the hub says: \(difference)", isWrong: true)
          }
        } else {
          say(key, "has moved: \(all.joined(separator: "; "))", isWrong: false)
        }
      }
    }
    seen.add(lock.entries(of: isRight))
    seen.keep()
    return !isUnseen
  }

  /// The key by which an entry is asked for as it is locked; nil for Ollama's, whose registry knows no
  /// manifest by its digest.
  private func pinned(_ key: String) -> String? {
    if let image = key.afterImage { return lock.images[image].map { "\(key)@\($0.digest)" } }
    guard let name = ModelName(key: key), let model = lock.models[name],
      case .hub(let id, _, let pick) = name
    else { return nil }
    return ModelName.hub(id: id, revision: model.commit, pick: pick).key
  }

  /// Whether an answer is of the commit, or the digest, that is locked.
  private func isSameCommit(_ key: String, _ answer: ModelLock) -> Bool {
    if let image = key.afterImage {
      return answer.images.values.first?.digest == lock.images[image]?.digest
    }
    return answer.models.values.first?.commit
      == ModelName(key: key).flatMap { lock.models[$0] }?.commit
  }

  /// What is another in an answer than in the entry of a key: what belongs to a commit or digest, and what
  /// the hub says besides.
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
  /// The entries of some keys alone.
  func entries(of keys: Set<String>) -> ModelLock {
    var part = ModelLock()
    part.models = models.filter { keys.contains($0.key.key) }
    part.images = images.filter { keys.contains("image:" + $0.key) }
    return part
  }
}
