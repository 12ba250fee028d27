import Deployments
import Diagnostics
package import Host
import Targets
import Text

/// The folder of quadlet files that Podman's generator reads, with the units of one workspace.
///
/// The folder records its workspace: two workspaces that share it would stop each other's servers.
package struct UnitFolder {
  /// The place of the folder.
  package let place: OutputPlace
  private let machine: Machine
  /// The path of this workspace on this machine.
  private let workspace: String

  /// - Parameter isMade: Whether to create missing folders above it.
  /// - Returns: Nil if they are missing and not created.
  package init?(of folder: WorkspaceFolder, makingParents isMade: Bool) throws(HostError) {
    let folders = folder.machine.folders
    let path = try folders.units
    if isMade { try folders.requireHome(above: path) }
    machine = folder.machine
    guard let place = try OutputPlace.typed(path, makingParents: isMade) else { return nil }
    self.place = place
    workspace = folder.canonicalPath
  }

  /// Returns the path of the workspace whose units are installed; nil if there are none, or if it no
  /// longer exists.
  static func installedWorkspace(on machine: Machine) throws(HostError) -> String? {
    guard let folder = try Folder.open(machine.folders.units),
      let path = try Manifest(of: folder)[.workspace],
      try Files.kind(of: path + "/instances.yaml") != nil
    else { return nil }
    return path
  }

  /// The owner of the units.
  package enum Owner: Equatable {
    case nobody
    case this
    /// Another workspace, by its path.
    case other(String)
    /// There are units, but no record of their owner.
    case unknown
  }

  /// The workspace that the folder belongs to, according to its manifest.
  package var owner: Owner {
    get throws(HostError) {
      let manifest = try Manifest(of: place.folder)
      guard let path = manifest[.workspace] else {
        return manifest.entries.isEmpty ? .nobody : .unknown
      }
      return path == workspace ? .this : .other(path)
    }
  }

  /// The other workspace that installed the units, and the instances and companions that it has
  /// units for; nil if this one installed them, or something else than amm.
  package var foreign: (owner: String, names: Set<String>)? {
    get throws(HostError) {
      guard case .other(let path) = try owner else { return nil }
      let names = try Manifest(of: place.folder).entries.map(\.path)
        .filter { $0.hasSuffix(".container") }.map { String($0.dropLast(".container".count)) }
      return (path, Set(names))
    }
  }

  /// Throws if the units belong to another workspace.
  package func requireOwn() throws(HostError) {
    switch try owner {
    case .nobody, .this: return
    case .other(let path):
      let isGone = try Files.kind(of: path + "/instances.yaml") == nil
      throw HostError(
        "install units in", place.path,
        reason: "they belong to the workspace '\(path)', and this is '\(workspace)'",
        help: isGone
          ? "that one no longer exists: 'amm recover --adopt' assigns the units to this one"
          : "only one of the two can be served: 'amm status --workspace \(path.shellWord)' shows that "
            + "one, and 'amm recover --adopt' assigns the units to this one, whose next switch stops "
            + "the servers of that one")
    case .unknown:
      throw HostError(
        "install units in", place.path,
        reason: "there is no record of the workspace that the units belong to",
        help: "'amm recover --adopt' assigns them to this one, '\(workspace)'")
    }
  }

  /// Assigns the installed units to this workspace without changing them.
  ///
  /// - Returns: The action; nil if there was nothing to do.
  package func adopt() throws(HostError) -> String? {
    let old = try owner
    guard old != .nobody, old != .this, let folder = try place.folder else { return nil }
    var files: [RenderedFile] = []
    for entry in try Manifest(of: folder).entries where folder.firstLink(on: entry.path) == nil {
      guard let bytes = try folder.read(entry.path, limit: OutputChanges.limit) else { continue }
      files.append(RenderedFile(path: entry.path, text: String(decoding: bytes, as: UTF8.self)))
    }
    try FolderWriter(to: place, machine).replace(with: files, properties)
    let from = if case .other(let path) = old { " instead of '\(path)'" } else { "" }
    return "the units in '\(place.path)' now belong to '\(workspace)'\(from)"
  }

  /// The properties in its manifest.
  package var properties: [Manifest.Property: String] { [.workspace: workspace] }
}

extension WorkspaceFolder {
  /// The path on this machine, without links.
  var canonicalPath: String { Files.canonical(path) ?? path }

  /// The path for a sentence, in which `.` would not be read as a folder.
  package var shownPath: String { path == "." ? canonicalPath : path }
}
