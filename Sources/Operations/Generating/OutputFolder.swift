package import Host
package import Targets
package import Workspaces

/// A folder that amm writes as a whole, such as `generated/`, with the formats that it holds.
///
/// Which those are is written down in it, so that whoever looks at it, or writes it anew after a switch,
/// keeps to what `amm generate --target` was told.
package struct OutputFolder {
  /// Where it lies.
  package let place: OutputPlace
  private let machine: Machine
  /// The folder that is looked at; nil where it is not there yet.
  private let tree: Folder?
  /// What it is to hold; nothing for everything that the workspace has targets for.
  private let formats: [Format]
  /// Whether it holds one format alone, in the place of the folder itself.
  private let isFlat: Bool

  /// A workspace's `generated/`.
  ///
  /// - Parameter formats: What it is to hold; without any, what it holds, which is everything where
  ///   nothing is written down.
  package init(of workspace: WorkspaceFolder, _ formats: [Format] = []) throws(HostError) {
    machine = workspace.machine
    place = try workspace.writableGenerated
    tree = try workspace.generatedFolder
    self.formats = try formats.isEmpty ? Self.written(in: tree) : formats
    isFlat = false
  }

  /// A folder that the user names: one format lies in it directly.
  package init(
    named place: OutputPlace, _ formats: [Format], on machine: Machine
  ) throws(HostError) {
    self.machine = machine
    self.place = place
    tree = try place.folder
    self.formats = formats
    isFlat = formats.count == 1
  }

  private static func written(in folder: Folder?) throws(HostError) -> [Format] {
    let words = try Manifest(of: folder)[.targets]?.split(separator: ",") ?? []
    return Targets.formats.filter { format in words.contains { $0 == format.name } }
  }

  /// What it is to hold for a workspace.
  private func files(of workspace: Workspace) -> [RenderedFile] {
    if isFlat, let only = formats.first { return workspace.files(aloneAs: only) }
    // What was written down may be of a target that the workspace has no longer.
    return workspace.files(as: formats.filter(workspace.targets.formats.contains))
  }

  /// What writing a workspace's files would change.
  package func changes(for workspace: Workspace) throws(HostError) -> OutputChanges {
    try OutputChanges(of: files(of: workspace), in: tree)
  }

  /// The files that somebody changed since amm wrote them, by their paths in it.
  package var edited: Set<String> {
    get throws(HostError) { try Manifest(of: tree).edited(in: tree) }
  }

  /// What its list says of it as a whole; nothing where it holds everything.
  private func properties(for workspace: Workspace) -> [Manifest.Property: String] {
    let isWhole = formats.isEmpty || workspace.targets.formats.allSatisfy(formats.contains)
    return isFlat || isWhole ? [:] : [.targets: formats.map(\.name).joined(separator: ",")]
  }

  /// Refuses where a workspace's files could not be written.
  func requireRoom(for workspace: Workspace) throws(HostError) {
    try FolderWriter(to: place, machine).requireRoom(for: files(of: workspace))
  }

  /// Writes a workspace's files, all of them or nothing.
  ///
  /// - Parameter more: What its list says of it besides.
  /// - Returns: What was changed.
  @discardableResult
  package func write(
    _ workspace: Workspace, _ more: [Manifest.Property: String] = [:]
  ) throws(HostError) -> OutputChanges {
    let properties = properties(for: workspace).merging(more) { $1 }
    let files = files(of: workspace)
    // Even when nothing is to be written: what an interrupted run left is cleared.
    let writer = try FolderWriter(to: place, machine)
    try writer.requireRoom(for: files)
    let changes = try OutputChanges(of: files, in: place.folder)
    let manifest = try Manifest(of: place.folder)
    let isSaid = Manifest.Property.allCases.allSatisfy { manifest[$0] == properties[$0] }
    if !changes.changed.isEmpty || !isSaid { try writer.replace(with: files, properties) }
    return changes
  }
}
