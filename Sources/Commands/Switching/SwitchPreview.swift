import Deployments
import Diagnostics
import Host
import Workspaces

/// What a switch would do, for `--dry-run`.
struct SwitchPreview {
  private let switching: SwitchTransaction
  private let applier: Applier

  init(_ switching: SwitchTransaction, _ applier: Applier) {
    self.switching = switching
    self.applier = applier
  }

  func show() throws(HostError) {
    let changes = try switching.changes
    for change in changes { Console.print(change.diff.dropLastNewline) }
    let units = changes.filter { $0.path.hasSuffix(".container") && $0.new != nil }.map { change in
      String(change.path.dropFirst("quadlet/".count).dropLast(".container".count))
    }
    Console.print(
      units.isEmpty
        ? "no unit would change"
        : "would restart: \(units.map(applier.service).joined(separator: ", "))")
    for instance in switching.plan.instances where units.contains(instance.name.text) {
      let memory = instance.server.limits.memory.map { "at most \($0.text) of memory" }
      let devices = instance.server.devices.map(\.text)
      Console.print(
        "\(instance.name.text) needs \(memory ?? "memory without a limit")"
          + (devices.isEmpty ? "" : " and \(Phrase.allOf(devices))"))
    }
    Console.print("would apply with: \(applier.method.rawValue)")
  }
}
