import Deployments
import Diagnostics
import Host
import Workspaces

/// A switch that is checked, with all that can be known of it before anything is touched.
package struct PreparedSwitch {
  /// The switch that is made when this is carried out.
  package let switching: SwitchTransaction
  let applier: Applier
  let effects: Applier.Effects

  /// The instances that applying starts, whose images must be there.
  var toStart: [Workload] {
    guard [.quadlet, .homeManager].contains(applier.method) else { return [] }
    let own = switching.workspace.deployment.workload(named: switching.instance)
    return (own.map { [$0] } ?? []) + effects.changed.filter { $0.name.text != switching.instance }
  }

  /// Whether something of the instance itself is new.
  var changesOwn: Bool {
    effects.changed.contains { $0.name.text == switching.instance }
  }

  /// Says what happens to other servers, before it does.
  func announce() {
    guard applier.method != .none else { return }
    let tell = applier.machine.tell
    if !effects.stopped.isEmpty {
      tell(
        .note("stopping, since the workspace has them no longer: \(Phrase.allOf(effects.stopped))"))
    }
    let others = effects.changed.filter { $0.name.text != switching.instance }
    if !others.isEmpty {
      let services = others.map { applier.service(of: $0.name.text) }
      tell(.note("restarting too, since their units changed: \(Phrase.allOf(services))"))
    }
    tell(.note("applying with \(applier.method.rawValue): \(applier.choice.reason)"))
  }
}
