package import Deployments
import Targets

/// The state of a program that runs with the servers.
package struct CompanionStatus {
  /// The program as it would be deployed.
  package let companion: Companion
  /// The state of its unit; nil without systemd or without a unit.
  package let service: Services.State?

  /// Whether it runs, or is only started by hand.
  var isFine: Bool { service?.active == "active" || !companion.isAutomatic }

  /// Queries systemd.
  init(_ companion: Companion, on machine: Machine, hasSystemd: Bool) {
    self.companion = companion
    // home-manager adds its prefix to containers only.
    service =
      !hasSystemd
      ? nil
      : companion.container == nil
        ? machine.services.state(named: QuadletFile.service(of: companion))
        : machine.services.state(of: companion.name.text)
  }
}
