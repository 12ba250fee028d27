import Locks
package import Operations

extension WorkspaceLock {
  /// Returns the lines about a change of an entry, for `amm lock`.
  package func events(of key: String, _ change: Change) -> [Event] {
    guard case .failed(let failure) = change else { return [.result("\(key): \(change.sentence)")] }
    let text = "\(key): \(failure.message)"
    return [
      isNeeded(key)
        ? .failure(text, help: failure.help)
        : .warning("\(text); no instance serves it", help: failure.help)
    ]
  }

  /// The line of an update that found nothing to do.
  package var nothingMissing: Event { .result("\(Self.entries(wanted.count)), none missing") }

  /// Returns the lines of a check with its findings, for `amm lock --check`.
  ///
  /// - Parameter isOffline: Whether neither the hub nor a registry was queried.
  package func events(of findings: [Finding], isOffline: Bool) -> [Event] {
    guard !findings.isEmpty else {
      let state = isOffline ? "complete; the network was not used" : "complete and up to date"
      return [.result("\(Self.entries(keys.count)): \(state)")]
    }
    let lines: [Event] = findings.map { finding in
      let line = "\(finding.key ?? ModelLock.fileName): \(finding.message)"
      return finding.isWrong ? .failure(line, help: nil) : .result(line)
    }
    guard findings.contains(where: { $0.kind == .moved }) else { return lines }
    return lines + [.result("'amm lock --update' updates the entries that have moved")]
  }

  private static func entries(_ count: Int) -> String {
    count == 1 ? "1 entry" : "\(count) entries"
  }
}

extension WorkspaceLock.Verification {
  /// The lines of a comparison with the files on this machine, for `amm lock --verify`.
  package var events: [Event] {
    let wrong: [Event] = findings.map { finding in
      let place = finding.file.map { "'\($0)' " } ?? ""
      return .failure(
        "\(finding.key): \(place)\(finding.problem.text)",
        help: finding.problem == .file(.different)
          ? "remove the file; the next 'amm switch' or 'amm up' fetches it again" : nil)
    }
    return wrong + verified.map { .result("\($0): matches the lock") }
      + absent.map { .result("\($0): not on this machine") }
  }
}
