import Diagnostics
import Host
package import Locks

extension WorkspaceLock {
  /// The outcome for an entry.
  package enum Change: Sendable, Equatable {
    /// It is new.
    case added(LockedEntry)
    /// It refers to something else now; one sentence for each difference.
    case moved([String])
    /// It has not changed.
    case same
    /// It was removed, because nothing in the workspace needs it any more.
    case removed
    /// The query failed; the entry has not changed.
    case failed(Fetcher.Failure)
  }

  /// An entry, of a model or an image.
  package enum LockedEntry: Sendable, Equatable {
    case model(LockedModel)
    case image(LockedImage)
  }

  /// Queries missing entries, or all of them, and saves each answer as it arrives.
  ///
  /// - Parameters:
  ///   - isAsking: Whether to query existing entries again.
  ///   - tell: Receives the outcome for each entry.
  package func update(
    askingAgain isAsking: Bool, tell: (_ key: String, Change) -> Void
  ) throws {
    if isWhole, isComplete { try prune(tell) }
    let keys = wanted.map(\.key).filter { isAsking || !has($0) }
    guard !keys.isEmpty else {
      // Rewrite a file that was edited by hand or has other line ends.
      try change { _ in }
      return
    }
    guard !machine.isOffline else {
      throw OperationError(
        .refused, "HF_HUB_OFFLINE is set, so amm must not query the hub",
        help: "unset it for this command: 'env -u HF_HUB_OFFLINE amm lock'")
    }
    var seen = VerifiedEntries(folder)
    try Fetcher(machine).describe(keys) { (key, result) throws(HostError) in
      switch result {
      case .failure(let failure): tell(key, .failed(failure))
      case .success(let answer):
        var change = Change.same
        try self.change { lock in change = lock.take(answer) }
        seen.add(answer)
        seen.keep()
        tell(key, change)
      }
    }
  }

  /// Removes entries that nothing needs.
  private func prune(_ tell: (String, Change) -> Void) throws {
    let needed = Set(wanted.map(\.key))
    let unused = keys.filter { !needed.contains($0) }
    guard !unused.isEmpty else { return }
    try change { lock in
      for key in unused {
        if let image = key.afterImage {
          lock.images[image] = nil
        } else if let name = ModelName(key: key) {
          lock.models[name] = nil
        }
      }
    }
    for key in unused { tell(key, .removed) }
  }
}

extension ModelLock {
  /// Takes over the only entry of another lock.
  fileprivate mutating func take(_ answer: ModelLock) -> WorkspaceLock.Change {
    for (name, model) in answer.models {
      let before = models.updateValue(model, forKey: name)
      guard let before else { return .added(.model(model)) }
      if before != model { return .moved(LockDifference.sentences(before, model)) }
    }
    for (name, image) in answer.images {
      let before = images.updateValue(image, forKey: name)
      guard let before else { return .added(.image(image)) }
      if before != image { return .moved(LockDifference.sentences(before, image)) }
    }
    return .same
  }
}
