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

/// A target with the part of a workspace that it runs.
package struct TargetEntry: Sendable {
  /// The target's name, which is also its folder in the output; nil for the target of a workspace
  /// without `targets:`, whose files are in the output folder itself.
  package let name: ResourceName?
  /// The host name of the machine that runs the part; nil for a cluster, and for the machine that
  /// amm runs on.
  package let hostName: String?
  /// The target.
  package let target: any Target
  /// The workloads and companions that the target runs.
  package let deployment: Deployment

  package init(
    name: ResourceName? = nil, hostName: String? = nil, target: any Target, deployment: Deployment
  ) {
    self.name = name
    self.hostName = hostName
    self.target = target
    self.deployment = deployment
  }

  /// The manager whose units it consists of; nil if the target is not Podman.
  package var scope: Scope? { (target as? Podman)?.scope }

  /// Returns the path of a file of a format in the output.
  fileprivate func path(of file: String, as format: Format) -> String {
    [name?.text ?? "", format.folder, file].filter { !$0.isEmpty }.joined(separator: "/")
  }

  /// The units that Podman's generator reads; none if the target is not Podman.
  package var units: [RenderedFile] {
    target is Podman
      ? target.render(deployment, as: Podman.quadlet).sorted { $0.path < $1.path } : []
  }

  /// Returns the path of a container's unit in the output; nil if the target is not Podman.
  package func unitPath(of container: Container) -> String? {
    target is Podman ? path(of: QuadletFile.name(of: container), as: Podman.quadlet) : nil
  }
}

/// A workspace's targets and their folders in its output.
package struct TargetTree: Sendable {
  /// The targets, in the order of the file.
  package let entries: [TargetEntry]

  package init(_ entries: [TargetEntry]) { self.entries = entries }

  /// The formats that the targets write, without duplicates.
  package var formats: [Format] {
    let all = entries.flatMap { type(of: $0.target).formats }
    return Targets.formats.filter(all.contains)
  }

  /// Returns all files of some formats, sorted by path.
  package func files(as formats: [Format]) -> [RenderedFile] {
    files(as: formats, isFlat: false)
  }

  /// Returns the files of one format for a folder that holds no other format, such as the folder
  /// that Podman's generator reads.
  ///
  /// If several targets write the format, each has a folder with its name.
  package func files(aloneAs format: Format) -> [RenderedFile] {
    files(
      as: [format],
      isFlat: entries.count { type(of: $0.target).formats.contains(format) } == 1)
  }

  private func files(as formats: [Format], isFlat: Bool) -> [RenderedFile] {
    entries.flatMap { entry in
      type(of: entry.target).formats.filter(formats.contains).flatMap { format in
        let files = entry.target.render(entry.deployment, as: format)
        guard !isFlat else { return files }
        return files.map { $0.at(entry.path(of: $0.path, as: format)) }
      }
    }
    .sorted { $0.path < $1.path }
  }

  /// Returns the target that runs servers on a machine; nil if there is none.
  ///
  /// A workspace with one target of Podman and no host name for it is for any machine.
  ///
  /// - Parameters:
  ///   - machine: The machine's host name, or nil if it is not known.
  ///   - isRoot: Whether the user is root, who looks after the units of the system first.
  package func entry(on machine: String?, isRoot: Bool) -> TargetEntry? {
    let local = entries.filter { !($0.target is Kubernetes) }
    let podman = local.filter { $0.target is Podman }
    let here = (podman.isEmpty ? local : podman).filter { entry in
      guard let hostName = entry.hostName else { return true }
      return machine.map { HostName($0).matches(HostName(hostName)) } ?? false
    }
    return here.first { $0.scope == (isRoot ? .system : .user) } ?? here.first
  }
}

extension TargetTree {
  /// Why no single target is meant.
  package enum Unclear: Error, Sendable {
    /// No target has the name or the host name; the known ones.
    case unknown([String])
    /// No target for the machine has the scope; the names of targets that have another.
    case otherScope([String])
    /// The names of several targets for the same machine.
    case several([String])
  }

  /// Returns the one target that a name means: a target's name, or a machine's host name.
  ///
  /// A target without a host name is for every machine, if a scope or nothing else is meant.
  ///
  /// - Parameter scope: The manager that runs its units, or nil for any.
  package func entry(named name: String, in scope: Scope?) throws(Unclear) -> TargetEntry {
    let named = entries.filter { $0.name?.text == name }
    let hosts = entries.filter { entry in
      guard !(entry.target is Kubernetes) else { return false }
      return entry.hostName.map { HostName(name).matches(HostName($0)) } ?? true
    }
    // On one machine, Compose is another way to run the same servers.
    let units = hosts.filter { $0.target is Podman }
    let ofHost = units.isEmpty ? hosts : units
    // A machine whose host name is another target's name has both.
    let fits = { (entry: TargetEntry) in
      scope == nil || entry.scope == scope
    }
    // Without a scope, a person typed the name, which may be misspelt.
    let isMeant = scope != nil || entries.count == 1 || ofHost.contains { $0.hostName != nil }
    let found = named.contains(where: fits) || ofHost.isEmpty ? named : isMeant ? ofHost : []
    let names = { (entries: [TargetEntry]) in entries.map { $0.name?.text ?? "podman" } }
    guard !found.isEmpty else {
      throw .unknown(
        names(entries) + entries.compactMap(\.hostName).filter { !names(entries).contains($0) })
    }
    let fitting = found.filter(fits)
    guard let only = fitting.first else {
      // Only Podman's units have a scope.
      throw .otherScope(found.filter { $0.target is Podman }.compactMap { $0.name?.text })
    }
    guard fitting.count == 1 else { throw .several(names(fitting)) }
    return only
  }

  /// Returns a tree with a single target, whose files are in the output folder itself.
  package static func only(_ entry: TargetEntry) -> TargetTree {
    TargetTree([
      TargetEntry(hostName: entry.hostName, target: entry.target, deployment: entry.deployment)
    ])
  }
}

/// A machine's name in a network, which may be written with its domain.
package struct HostName: Sendable {
  private let labels: [String]

  /// - Parameter text: The name as it is written.
  package init(_ text: String) {
    labels = text.lowercased().split(separator: ".").map(String.init)
  }

  /// Returns whether both can be the name of one machine: one may lack the domain.
  package func matches(_ other: HostName) -> Bool {
    let count = min(labels.count, other.labels.count)
    return count > 0 && labels.prefix(count) == other.labels.prefix(count)
  }
}
