import Deployments
import Diagnostics
import Host
import Workspaces

/// What a switch would do, for `--dry-run`.
struct SwitchPreview {
  private let switching: SwitchTransaction
  private let applier: Applier
  private let effects: Applier.Effects
  /// Images that Podman does not have.
  private let missing: [ImageReference]

  init(
    _ switching: SwitchTransaction, _ applier: Applier, _ effects: Applier.Effects,
    missing: [ImageReference]
  ) {
    self.switching = switching
    self.applier = applier
    self.effects = effects
    self.missing = missing
  }

  func show() throws(HostError) {
    for change in try switching.changes { Console.write(change.diff) }
    for image in missing { Console.print("would pull: \(image.text)") }
    if !effects.stopped.isEmpty { Console.print("would stop: \(Phrase.allOf(effects.stopped))") }
    let services = effects.changed.map { applier.service(of: $0.name.text) }
    Console.print(
      services.isEmpty
        ? "no unit would change" : "would restart: \(services.joined(separator: ", "))")
    for instance in effects.changed {
      let memory = instance.server.limits.memory.map { "at most \($0.text) of memory" }
      let devices = instance.server.accelerators.map(\.text)
      let more = devices.isEmpty ? "" : " and \(Phrase.allOf(devices))"
      Console.print("\(instance.name.text) needs \(memory ?? "memory without a limit")\(more)")
    }
    Console.print("would apply with: \(applier.method.rawValue), \(applier.choice.reason)")
  }
}
