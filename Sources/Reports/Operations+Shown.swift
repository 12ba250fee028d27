import Deployments
import Diagnostics
package import Operations
package import Values
import Workspaces

extension OutputChanges.Change {
  /// The difference in the format of `diff -u`.
  package var diff: Shown { Shown(difference: UnifiedDiff.text(from: old, to: new, path: path)) }
}

extension MendedProfile {
  /// The changes in the format of `diff -u`.
  package var diff: Shown {
    Shown(
      difference: UnifiedDiff.text(
        from: String(decoding: before.bytes, as: UTF8.self), to: text,
        path: String(before.path.drop { $0 == "/" })))
  }
}

extension Trust.Part {
  /// The commands that it would run, indented.
  package var shown: [Shown] { lines.map { "    \($0)" } }
}

extension Trust {
  /// Returns the parts of a workspace that run commands, and whether the user agreed, for programs.
  package func value(of parts: [Part]) throws -> Value {
    let values = try parts.map { part in
      Value.set([
        "name": .text(part.name), "summary": .text(part.summary), "runs": .texts(part.lines),
        "trusted": .boolean(try isTrusted(part)),
      ])
    }
    return .document(["parts": .list(values)])
  }
}

extension SwitchPreview {
  /// The preview for people: first the change of the instance, then the changes of the machine.
  ///
  /// - Parameter hints: Whether the option that shows the files' differences is named.
  package func shown(hintingAtDiff hints: Bool) -> Shown {
    var out: Shown = "\(instance): \(from ?? "nothing") -> \(to)\n"
    if let image { out += "  image: \(image.text)\(missing.isEmpty ? "" : ", to be pulled")\n" }
    for other in missing where other != image { out += "  would pull: \(other.text)\n" }
    if let plan, plan.estimate != nil { out += "  memory: \(plan.sentence) (from 'amm plan')\n" }
    if !stopped.isEmpty { out += "  would stop: \(Phrase.allOf(stopped))\n" }
    let services = (restarted.map(\.service) + companions).joined(separator: ", ")
    out += services.isEmpty ? "  no unit would change\n" : "  would restart: \(services)\n"
    for (workload, _) in restarted { out += "  \(needs(of: workload))\n" }
    out += "  would apply with \(method.method.rawValue): \(method.reason)\n"
    let count = changes.count
    return out
      + (count == 0
        ? "  no file would change\n"
        : "  \(Phrase.count(count, "file")) of generated/ would change\(hints ? "; '--diff' shows how" : "")\n")
  }

  /// The differences of the files in the format of `diff -u`.
  package var diff: Shown { changes.map(\.diff).joined() }

  /// The preview for programs.
  package var value: Value {
    .document([
      "instance": .text(instance), "from": from.map(Value.text), "to": .text(to),
      "image": image.map { .text($0.text) }, "pulls": .texts(missing.map(\.text)),
      "stops": .texts(stopped), "restarts": .texts(restarted.map(\.service) + companions),
      "files": .list(changes.map(\.value)), "method": .text(method.method.rawValue),
      "reason": .text(method.reason), "memory": plan?.estimate == nil ? nil : plan?.brief,
    ])
  }

  private func needs(of workload: Workload) -> String {
    let memory = workload.server.limits.memory.map { "at most \($0.text) of memory" }
    let devices = workload.server.accelerators.map(\.text)
    let more = devices.isEmpty ? "" : " and \(Phrase.allOf(devices))"
    return "\(workload.name.text) gets \(memory ?? "memory without a limit")\(more)"
  }
}

extension OutputChanges {
  /// Returns the lines about files that were written, in one text: a call for each of thousands of
  /// lines costs more than the files.
  ///
  /// - Parameter folder: The path of the folder that the changes belong to.
  package func written(to folder: String) -> Shown {
    let count = Phrase.count(total, "file")
    guard !changed.isEmpty else {
      return "\(folder) is up to date (\(count)); nothing written\n"
    }
    var lines: Shown = ""
    for change in changed { lines += "\(change.verb) \(folder)/\(change.path)\n" }
    return lines + "\(folder) is complete: \(count), \(changed.count) changed\n"
  }

  /// The changes for programs.
  ///
  /// - Parameter folder: The path of the folder that the changes belong to.
  package func value(of folder: String) -> Value {
    .document([
      "folder": .text(folder), "files": .integer(total), "changes": .list(changed.map(\.value)),
    ])
  }
}

extension OutputChanges.Change {
  /// The change for programs.
  package var value: Value {
    .set(["path": .text(path), "change": .text(verb)])
  }
}
