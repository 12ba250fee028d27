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
  /// All files of the targets, sorted by path, each target's in its own place.
  package func render(_ targets: [Target] = Target.allCases) -> [RenderedFile] {
    files(targets) { "quadlet/" + $0 }
  }

  /// The files of one target, for a folder that holds no other: units lie where Podman's generator
  /// reads them.
  package func renderAlone(_ target: Target) -> [RenderedFile] { files([target]) { $0 } }

  private func files(_ targets: [Target], unitPath: (String) -> String) -> [RenderedFile] {
    targets.flatMap { target in
      switch target {
      case .quadlet:
        QuadletRenderer.render(self).map { RenderedFile(path: unitPath($0.path), text: $0.text) }
      case .nix: [NixRenderer.render(self)]
      }
    }
    .sorted { $0.path < $1.path }
  }
}
