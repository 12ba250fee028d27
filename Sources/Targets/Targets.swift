package import Deployments
package import Diagnostics

/// The targets that amm supports, one line each.
package enum Targets {
  /// All kinds of targets, in the order of the reference.
  package static let all: [any Target.Type] = [Podman.self, Compose.self, Kubernetes.self]

  /// The values of `kind:`.
  package static let kinds = all.map { $0.kind }

  /// The formats of all targets.
  package static let formats: [Format] = all.flatMap { $0.formats }

  package static let rules: [Rule] = all.flatMap { $0.rules }

  /// - Returns: Nil if there is no target of that kind.
  package static func named(_ kind: String) -> (any Target.Type)? { all.first { $0.kind == kind } }
}

/// A workspace's targets and their folders in its output.
package struct TargetTree: Sendable {
  private struct Entry: Sendable {
    /// The folder's name, or empty for the default target of a workspace without `targets:`, whose
    /// files are in the output folder itself.
    let folder: String
    let target: any Target

    /// Returns the path of a file of a format in the output.
    func path(of file: String, as format: Format) -> String {
      [folder, format.folder, file].filter { !$0.isEmpty }.joined(separator: "/")
    }
  }

  private let entries: [Entry]

  /// Returns the targets of a workspace without `targets:`.
  package static func standard(_ settings: TargetSettings) -> TargetTree {
    TargetTree(entries: [Entry(folder: "", target: Podman(settings))])
  }

  /// - Parameter named: Targets by their names, which are also the names of their folders.
  package init(_ named: [(name: ResourceName, target: any Target)]) {
    entries = named.map { Entry(folder: $0.name.text, target: $0.target) }
  }

  private init(entries: [Entry]) { self.entries = entries }

  /// The formats that the targets write, without duplicates.
  package var formats: [Format] {
    let all = entries.flatMap { type(of: $0.target).formats }
    return Targets.formats.filter(all.contains)
  }

  package func objections(to deployment: Deployment) -> [Objection] {
    entries.flatMap { $0.target.objections(to: deployment) }
  }

  /// Returns all files of some formats, sorted by path.
  package func files(of deployment: Deployment, as formats: [Format]) -> [RenderedFile] {
    files(of: deployment, as: formats, isFlat: false)
  }

  /// Returns the files of one format for a folder that holds no other format, such as the folder
  /// that Podman's generator reads.
  package func files(of deployment: Deployment, aloneAs format: Format) -> [RenderedFile] {
    files(of: deployment, as: [format], isFlat: true)
  }

  private func files(
    of deployment: Deployment, as formats: [Format], isFlat: Bool
  ) -> [RenderedFile] {
    entries.flatMap { entry in
      type(of: entry.target).formats.filter(formats.contains).flatMap { format in
        let files = entry.target.render(deployment, as: format)
        guard !isFlat else { return files }
        return files.map {
          RenderedFile(path: entry.path(of: $0.path, as: format), text: $0.text)
        }
      }
    }
    .sorted { $0.path < $1.path }
  }

  /// Returns the units that Podman's generator reads on this machine, or none if no target is
  /// Podman.
  package func units(of deployment: Deployment) -> [RenderedFile] {
    files(of: deployment, aloneAs: Podman.quadlet)
  }

  /// Whether one of the targets is Podman.
  package var hasPodman: Bool { entries.contains { $0.target is Podman } }

  /// Returns the paths of a container's units in the output, or none if no target is Podman.
  package func unitPaths(of container: Container) -> [String] {
    entries.filter { $0.target is Podman }
      .map { $0.path(of: QuadletFile.name(of: container), as: Podman.quadlet) }
  }
}
