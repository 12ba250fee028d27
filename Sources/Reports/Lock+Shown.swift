import Deployments
import Diagnostics
import Locks
package import Operations
package import Values

extension WorkspaceLock.Change {
  /// The change of an entry, as text after its key.
  package var sentence: String {
    switch self {
    case .added(.model(let model)):
      var parts = ["commit \(model.commit.prefix(12))", Phrase.count(model.files.count, "file")]
      if let bytes = model.size { parts.append("\(max(1, bytes >> 20)) MiB") }
      if let license = model.license { parts.append("licence \(license)") }
      if model.gating != .open { parts.append("gated") }
      if model.hasUnreadWeights { parts.append("its weights could not be read") }
      return "locked: " + parts.joined(separator: ", ")
    case .added(.image(let image)):
      return "locked: digest \(image.digest.dropFirst(7).prefix(12)), "
        + Phrase.count(max(1, image.platforms.count), "platform")
    case .moved(let sentences): return sentences.joined(separator: "; ")
    case .same: return "unchanged"
    case .removed: return "removed; nothing needs it"
    case .failed(let failure): return failure.message
    }
  }

  /// The change for programs.
  package func value(of key: String) -> Value {
    let word =
      switch self {
      case .added: "added"
      case .moved: "moved"
      case .same: "same"
      case .removed: "removed"
      case .failed: "failed"
      }
    var failure: Fetcher.Failure?
    if case .failed(let found) = self { failure = found }
    return .set([
      "key": .text(key), "change": .text(word), "message": .text(sentence),
      "kind": failure.map { .text($0.kind) }, "help": failure?.help.map(Value.text),
    ])
  }
}

extension WorkspaceLock.Finding {
  /// The finding for programs.
  package var value: Value {
    .set([
      "key": key.map(Value.text), "message": .text(message), "wrong": .boolean(isWrong),
    ])
  }
}

extension WorkspaceLock.Verification {
  /// What was compared for programs.
  package var value: Value {
    let rows = findings.map { finding in
      Value.set([
        "key": .text(finding.key), "file": finding.file.map(Value.text),
        "problem": .text(finding.problem.text),
      ])
    }
    return .document([
      "verified": .texts(verified), "absent": .texts(absent), "findings": .list(rows),
    ])
  }
}

extension Fetcher.Finding.Problem {
  /// The problem, as text to follow the file's name.
  var text: String {
    switch self {
    case .file(let problem): problem.rawValue
    case .failure(let reason): reason
    }
  }
}
