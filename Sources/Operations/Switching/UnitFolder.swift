import Deployments
import Diagnostics
package import Host
import Targets
import Text

/// The folder of quadlet files that Podman's generator reads: the units of one workspace.
///
/// Which one is written down in it. Two workspaces that share it would stop each other's servers.
package struct UnitFolder {
  /// Where it lies.
  package let place: OutputPlace
  private let machine: Machine
  /// This workspace, by its path on this machine.
  private let workspace: String

  /// - Parameter isMade: Whether the folders above it are made where they are missing.
  /// - Returns: Nil where they are missing and not to be made.
  package init?(of folder: WorkspaceFolder, makingParents isMade: Bool) throws(HostError) {
    let folders = folder.machine.folders
    let path = try folders.units
    if isMade { try folders.requireHome(above: path) }
    machine = folder.machine
    guard let place = try OutputPlace.typed(path, makingParents: isMade) else { return nil }
    self.place = place
    workspace = folder.canonicalPath
  }

  /// Whose units it holds.
  package enum Owner: Equatable {
    case nobody
    case this
    /// Another workspace, by its path.
    case other(String)
    /// Units are there, and nothing says whose.
    case unknown
  }

  /// Which workspace the folder belongs to, by its manifest.
  package var owner: Owner {
    get throws(HostError) {
      let manifest = try Manifest(of: place.folder)
      guard let path = manifest[.workspace] else {
        return manifest.entries.isEmpty ? .nobody : .unknown
      }
      return path == workspace ? .this : .other(path)
    }
  }

  /// Refuses to touch what belongs to another workspace.
  package func requireOwn() throws(HostError) {
    switch try owner {
    case .nobody, .this: return
    case .other(let path):
      let isGone = try Files.kind(of: path + "/instances.yaml") == nil
      throw HostError(
        "install units in", place.path,
        reason: "they belong to the workspace '\(path)', and this is '\(workspace)'; "
          + (isGone
            ? "that one is not there any more: 'amm recover --adopt' makes them this one's"
            : "one of the two can be served: 'amm switch --workspace \(path.shellWord)' goes on with that "
              + "one, 'amm recover --adopt' hands its units over to this one, which stops its servers")
      )
    case .unknown:
      throw HostError(
        "install units in", place.path,
        reason:
          "nothing says which workspace the units there belong to; 'amm recover --adopt' makes them "
          + "this one's, '\(workspace)'")
    }
  }

  /// Makes what is installed there this workspace's, as it is.
  ///
  /// - Returns: What was done; nil where there was nothing to be done.
  package func adopt() throws(HostError) -> String? {
    let old = try owner
    guard old != .nobody, old != .this, let folder = try place.folder else { return nil }
    var files: [RenderedFile] = []
    for entry in try Manifest(of: folder).entries where folder.firstLink(on: entry.path) == nil {
      guard let bytes = try folder.read(entry.path, limit: OutputChanges.limit) else { continue }
      files.append(RenderedFile(path: entry.path, text: String(decoding: bytes, as: UTF8.self)))
    }
    try FolderWriter(to: place, machine).replace(with: files, properties)
    let from = if case .other(let path) = old { ", which were those of '\(path)'" } else { "" }
    return "the units in '\(place.path)' are those of '\(workspace)' now\(from)"
  }

  /// What its list says of it as a whole.
  package var properties: [Manifest.Property: String] { [.workspace: workspace] }
}

extension WorkspaceFolder {
  /// Its path on this machine, without links.
  var canonicalPath: String { Files.canonical(path) ?? path }
}
