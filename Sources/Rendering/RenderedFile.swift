package import Deployments

/// A file that amm would write, below the output folder.
package struct RenderedFile: Sendable, Equatable {
  /// Relative, with `/`: `quadlet/tgi-primary.container`.
  package let path: String
  package let text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// The formats that a deployment is written in.
package enum Target: String, Sendable, CaseIterable {
  /// Podman quadlet files, one a unit.
  case quadlet
  /// One Nix file of plain values for home-manager.
  case nix
}

extension Deployment {
  /// All files of the targets, sorted by path.
  package func render(_ targets: [Target] = Target.allCases) -> [RenderedFile] {
    targets.flatMap { target in
      switch target {
      case .quadlet: QuadletRenderer.render(self)
      case .nix: [NixRenderer.render(self)]
      }
    }
    .sorted { $0.path < $1.path }
  }
}
