import Deployments
import Diagnostics
import Host
import Workspaces

/// A checked switch, with everything that can be determined before anything is changed.
package struct PreparedSwitch {
  /// The switch to carry out.
  package let switching: SwitchTransaction
  let applier: Applier
  let effects: Applier.Effects

  /// The instances that applying starts, which need their images.
  var toStart: [Workload] {
    guard [.quadlet, .homeManager].contains(applier.method) else { return [] }
    let own = switching.deployment.workload(named: switching.instance)
    return (own.map { [$0] } ?? []) + effects.changed.filter { $0.name.text != switching.instance }
  }

  /// The images that applying needs.
  var images: [ImageReference] {
    toStart.flatMap(\.containers).map(\.image)
      + effects.companions.filter(\.isAutomatic).compactMap { $0.container?.image }
  }

  /// Whether files of the instance itself changed.
  var changesOwn: Bool {
    effects.changed.contains { $0.name.text == switching.instance }
  }

  /// Whether the instance has a service that does not run, and no socket that starts it.
  var isStopped: Bool {
    guard applier.method != .none,
      let own = switching.deployment.workload(named: switching.instance),
      own.activation == nil
    else { return false }
    let services = applier.machine.services
    let service = applier.service(of: own.name.text)
    guard let state = services.state(named: service) else { return false }
    // One that is being started, or started again after a failure, is meant to run.
    return ["inactive", "failed"].contains(state.active)
  }

  /// The services of the instance's exclusive group that run now and will stop.
  var rivals: [String] {
    let deployment = switching.deployment
    guard applier.method != .none,
      let own = deployment.workload(named: switching.instance)
    else { return [] }
    return deployment.rivals(of: own).map { applier.service(of: $0.name.text) }
      .filter(applier.machine.services.isActive)
  }

  /// Reports the effects on other servers in advance.
  func announce() {
    guard applier.method != .none else { return }
    let tell = applier.machine.tell
    if !effects.stopped.isEmpty {
      tell(
        .note(
          "stopping, because the workspace no longer has them: \(Phrase.allOf(effects.stopped))"))
    }
    let rivals = rivals
    if !rivals.isEmpty {
      tell(.note("stopping, because only one of the group runs: \(Phrase.allOf(rivals))"))
    }
    let others = effects.changed.filter { changed in
      changed.name.text != switching.instance
        && (changed.server.lifecycle.isAutomatic
          || applier.machine.services.isActive(applier.service(of: changed.name.text)))
    }
    let companions = effects.companions.map(\.name.text)
    if !others.isEmpty || !companions.isEmpty {
      let services =
        others.map { applier.service(of: $0.name.text) }
        + companions.map { applier.service(of: $0) }
      tell(.note("also restarting, because their units changed: \(Phrase.allOf(services))"))
    }
    tell(.note("applying with \(applier.method.rawValue): \(applier.choice.reason)"))
  }
}
