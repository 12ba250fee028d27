package import Deployments
package import Diagnostics

/// The targets amm knows: one line each.
package enum Targets {
  /// Every kind of target, in the order of the reference.
  package static let all: [any Target.Type] = [Podman.self, Compose.self]

  /// The words that `kind:` takes.
  package static let kinds = all.map { $0.kind }

  /// What can be written, in all.
  package static let formats: [Format] = all.flatMap { $0.formats }

  package static let rules: [Rule] = all.flatMap { $0.rules }

  /// - Returns: Nil for a word that is no kind.
  package static func named(_ kind: String) -> (any Target.Type)? { all.first { $0.kind == kind } }
}

/// A workspace's targets, and where in its output each has its files.
package struct TargetTree: Sendable {
  private struct Entry: Sendable {
    /// Empty for the target of a workspace that names none: its files lie in the output itself.
    let folder: String
    let target: any Target

    /// Where in the output a file of a format lies.
    func path(of file: String, as format: Format) -> String {
      [folder, format.folder, file].filter { !$0.isEmpty }.joined(separator: "/")
    }
  }

  private let entries: [Entry]

  /// What a workspace without `targets:` has.
  package static func standard(_ settings: TargetSettings) -> TargetTree {
    TargetTree(entries: [Entry(folder: "", target: Podman(settings))])
  }

  /// - Parameter named: Targets by their names, which are those of their folders.
  package init(_ named: [(name: ResourceName, target: any Target)]) {
    entries = named.map { Entry(folder: $0.name.text, target: $0.target) }
  }

  private init(entries: [Entry]) { self.entries = entries }

  /// What its targets write, each format once.
  package var formats: [Format] {
    let all = entries.flatMap { type(of: $0.target).formats }
    return Targets.formats.filter(all.contains)
  }

  package func objections(to deployment: Deployment) -> [Objection] {
    entries.flatMap { $0.target.objections(to: deployment) }
  }

  /// All files of some formats, sorted by path.
  package func files(of deployment: Deployment, as formats: [Format]) -> [RenderedFile] {
    files(of: deployment, as: formats, isFlat: false)
  }

  /// The files of one format for a folder that holds no other: units lie where Podman's generator reads
  /// them.
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

  /// The units that Podman's generator reads on this machine; none where no target is Podman's.
  package func units(of deployment: Deployment) -> [RenderedFile] {
    files(of: deployment, aloneAs: Podman.quadlet)
  }

  /// Whether a target of Podman's is among them.
  package var hasPodman: Bool { entries.contains { $0.target is Podman } }

  /// Where in the output the units of a container lie; nothing where no target is Podman's.
  package func unitPaths(of container: Container) -> [String] {
    entries.filter { $0.target is Podman }
      .map { $0.path(of: QuadletFile.name(of: container), as: Podman.quadlet) }
  }
}
