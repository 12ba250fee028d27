package import Deployments
package import Diagnostics

/// The target for Podman on this machine: quadlet files for systemd, and Nix values for
/// home-manager.
package struct Podman: Target {
  package static let kind = "podman"
  package static let summary = "quadlet files for systemd, and Nix values for home-manager"

  /// Quadlet files for Podman's generator, one for each unit.
  package static let quadlet = Format("quadlet", in: "quadlet")
  /// One Nix file with plain values for home-manager.
  package static let nix = Format("nix")
  package static let formats = [quadlet, nix]

  package static let rules = [
    OneMachine.setting, UnitNames.collision, SystemObjections.home, SystemObjections.program,
  ]
  /// The label of volumes that amm declares, which distinguishes them from others.
  package static let storeLabel = "ai-models.store"

  private let settings: TargetSettings
  /// The manager of systemd that runs the units.
  package var scope: Scope { settings.scope }

  /// Creates the target for the Podman versions in the settings.
  package init(_ settings: TargetSettings) { self.settings = settings }

  /// Returns the Podman settings of a workload.
  func settings(of workload: Workload) -> PodmanSettings {
    settings.podman[workload.name] ?? PodmanSettings()
  }

  package func objections(to deployment: Deployment) -> [Objection] {
    OneMachine.objections(to: deployment) + UnitNames.objections(to: deployment)
      + (scope == .system ? SystemObjections.objections(to: deployment) : [])
  }

  package func render(_ deployment: Deployment, as format: Format) -> [RenderedFile] {
    guard format == Self.nix else {
      return QuadletRenderer.render(deployment, in: scope, settings: settings(of:))
    }
    // home-manager has only units of users.
    return scope == .system
      ? [] : [NixRenderer.render(deployment, for: settings.hostName, settings: settings(of:))]
  }
}
