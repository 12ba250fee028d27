package import Deployments
package import Diagnostics

/// Podman on this machine: quadlet files for systemd, and the same as values for home-manager.
package struct Podman: Target {
  package static let kind = "podman"
  package static let summary = "quadlet files for systemd, and Nix values for home-manager"

  /// Units, one file each, for Podman's generator.
  package static let quadlet = Format("quadlet", in: "quadlet")
  /// One file of plain values for home-manager.
  package static let nix = Format("nix")
  package static let formats = [quadlet, nix]

  package static let rules = [UnitNames.collision]
  /// The label of volumes that amm declares, so that they are told from others.
  package static let storeLabel = "ai-models.store"

  private let settings: TargetSettings

  /// Writes for the releases of the settings.
  package init(_ settings: TargetSettings) { self.settings = settings }

  /// What the workspace says to Podman about a workload.
  func settings(of workload: Workload) -> PodmanSettings {
    settings.podman[workload.name] ?? PodmanSettings()
  }

  package func objections(to deployment: Deployment) -> [Objection] {
    UnitNames.objections(to: deployment)
  }

  package func render(_ deployment: Deployment, as format: Format) -> [RenderedFile] {
    format == Self.nix
      ? [NixRenderer.render(deployment, settings: settings(of:))]
      : QuadletRenderer.render(deployment, settings: settings(of:))
  }
}
