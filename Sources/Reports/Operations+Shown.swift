import Deployments
import Diagnostics
package import Operations
import Workspaces

extension OutputChanges.Change {
  /// The difference as `diff -u` prints it.
  package var diff: Shown { Shown(difference: UnifiedDiff.text(from: old, to: new, path: path)) }
}

extension MendedProfile {
  /// What is changed, as `diff -u` prints it.
  package var diff: Shown {
    Shown(
      difference: UnifiedDiff.text(
        from: String(decoding: before.bytes, as: UTF8.self), to: text,
        path: String(before.path.drop { $0 == "/" })))
  }
}

extension Trust.Part {
  /// What it would run, indented.
  package var shown: [Shown] { lines.map { "    \($0)" } }
}

extension SwitchPreview {
  /// What a switch would do, for people.
  package var shown: Shown {
    var out = changes.map(\.diff).joined()
    for image in missing { out += "would pull: \(image.text)\n" }
    if !stopped.isEmpty { out += "would stop: \(Phrase.allOf(stopped))\n" }
    let services = restarted.map(\.service).joined(separator: ", ")
    out += services.isEmpty ? "no unit would change\n" : "would restart: \(services)\n"
    for (workload, _) in restarted {
      let memory = workload.server.limits.memory.map { "at most \($0.text) of memory" }
      let devices = workload.server.accelerators.map(\.text)
      let more = devices.isEmpty ? "" : " and \(Phrase.allOf(devices))"
      out += "\(workload.name.text) needs \(memory ?? "memory without a limit")\(more)\n"
    }
    if let plan, plan.estimate != nil { out += "\(plan.name): \(plan.sentence), by 'amm plan'\n" }
    return out + "would apply with: \(method.method.rawValue), \(method.reason)\n"
  }
}
