package import Host
package import Targets
package import Workspaces

/// A folder whose content amm generates, such as `generated/`, with the formats that it contains.
///
/// The folder records the formats, so that later commands, such as a switch, keep to those that
/// `amm generate --target` selected.
package struct OutputFolder {
  /// The place of the folder.
  package let place: OutputPlace
  private let machine: Machine
  /// The folder for reading; nil if it does not exist yet.
  private let tree: Folder?
  /// The formats to write; empty for all formats of the workspace's targets.
  private let formats: [Format]
  /// Whether it contains a single format, directly in the folder.
  private let isFlat: Bool

  /// Opens a workspace's `generated/`.
  ///
  /// - Parameter formats: The formats to write; if empty, the recorded formats, or all formats if
  ///   none are recorded.
  package init(of workspace: WorkspaceFolder, _ formats: [Format] = []) throws(HostError) {
    machine = workspace.machine
    place = try workspace.writableGenerated
    tree = try workspace.generatedFolder
    self.formats = try formats.isEmpty ? Self.written(in: tree) : formats
    isFlat = false
  }

  /// Opens a folder that the user names; a single format is written directly into it.
  package init(
    named place: OutputPlace, _ formats: [Format], on machine: Machine
  ) throws(HostError) {
    self.machine = machine
    self.place = place
    try place.requireFolder()
    tree = try place.folder
    self.formats = formats
    isFlat = formats.count == 1
  }

  /// Opens a folder at a path that the user typed; a single format is written directly into it.
  ///
  /// - Parameter makingParents: Whether to create the folders above it.
  /// - Throws: If the folder above it does not exist.
  package init(
    typed path: String, _ formats: [Format], makingParents: Bool, on machine: Machine
  ) throws(HostError) {
    guard let place = try OutputPlace.typed(path, makingParents: makingParents) else {
      throw HostError("read", path, reason: "its parent folder does not exist")
    }
    try self.init(named: place, formats, on: machine)
  }

  /// Returns whether the folder is at a place, also through links.
  package func isSame(as other: OutputPlace) -> Bool {
    place.path == other.path
      || place.name == other.name
        && Files.canonical(place.parent.path) == Files.canonical(other.parent.path)
  }

  private static func written(in folder: Folder?) throws(HostError) -> [Format] {
    let words = try Manifest(of: folder)[.targets]?.split(separator: ",") ?? []
    return Targets.formats.filter { format in words.contains { $0 == format.name } }
  }

  /// Returns the files to write for a workspace.
  package func files(of workspace: Workspace) -> [RenderedFile] {
    if isFlat, let only = formats.first { return workspace.files(aloneAs: only) }
    // The recorded formats can include those of a target that the workspace no longer has.
    return workspace.files(as: formats.filter(workspace.targets.formats.contains))
  }

  /// Returns the changes that writing a workspace's files would make.
  package func changes(for workspace: Workspace) throws(HostError) -> OutputChanges {
    try changes(to: files(of: workspace))
  }

  /// Returns the changes that writing files would make.
  package func changes(to files: [RenderedFile]) throws(HostError) -> OutputChanges {
    try OutputChanges(of: files, in: tree)
  }

  /// The paths of files that were edited since amm wrote them.
  package var edited: Set<String> {
    get throws(HostError) { try Manifest(of: tree).edited(in: tree) }
  }

  /// Returns the properties in its manifest; empty if it contains all formats.
  private func properties(for workspace: Workspace) -> [Manifest.Property: String] {
    let isWhole = formats.isEmpty || workspace.targets.formats.allSatisfy(formats.contains)
    return isFlat || isWhole ? [:] : [.targets: formats.map(\.name).joined(separator: ",")]
  }

  /// Throws if a workspace's files cannot be written.
  func requireRoom(for workspace: Workspace) throws(HostError) {
    try FolderWriter(to: place, machine).requireRoom(for: files(of: workspace))
  }

  /// Writes a workspace's files, all or none.
  ///
  /// - Parameters:
  ///   - files: Its files, if they are rendered already.
  ///   - more: Additional properties in its manifest.
  /// - Returns: The changes.
  @discardableResult
  package func write(
    _ workspace: Workspace, rendered files: [RenderedFile]? = nil,
    _ more: [Manifest.Property: String] = [:]
  ) throws(HostError) -> OutputChanges {
    let properties = properties(for: workspace).merging(more) { $1 }
    let files = files ?? self.files(of: workspace)
    // Also if there are no changes: this removes what an interrupted run left.
    let writer = try FolderWriter(to: place, machine)
    try writer.requireRoom(for: files)
    let changes = try OutputChanges(of: files, in: place.folder)
    let manifest = try Manifest(of: place.folder)
    let isSaid = Manifest.Property.allCases.allSatisfy { manifest[$0] == properties[$0] }
    if !changes.changed.isEmpty || !isSaid { try writer.replace(with: files, properties) }
    return changes
  }
}
