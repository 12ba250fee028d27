import Deployments
import Host
import Rendering

/// A folder that amm writes as a whole, such as `generated/`, with the formats that it holds.
///
/// Which those are is written down in it, so that whoever looks at it, or writes it anew after a switch,
/// keeps to what `amm generate --target` was told.
struct OutputFolder {
  let place: OutputPlace
  /// The folder that is looked at; nil where it is not there yet.
  private let tree: Folder?
  private let targets: [Target]
  /// Whether it holds one format alone, in the place of the folder itself.
  private let isFlat: Bool

  /// A workspace's `generated/`.
  ///
  /// - Parameter targets: What it is to hold; without any, what it holds, which is everything where
  ///   nothing is written down.
  init(of workspace: WorkspaceFolder, _ targets: [Target] = []) throws(HostError) {
    place = try workspace.writableGenerated
    tree = try workspace.generatedFolder
    self.targets = try targets.isEmpty ? Self.written(in: tree) : targets
    isFlat = false
  }

  /// A folder that the user names: one format lies in it directly.
  init(named place: OutputPlace, _ targets: [Target]) throws(HostError) {
    self.place = place
    tree = try place.folder
    self.targets = targets
    isFlat = targets.count == 1
  }

  private static func written(in folder: Folder?) throws(HostError) -> [Target] {
    let words = try Manifest(of: folder)[.targets]?.split(separator: ",") ?? []
    let targets = Target.allCases.filter { target in words.contains { $0 == target.rawValue } }
    return targets.isEmpty ? Target.allCases : targets
  }

  /// What it is to hold for a deployment.
  func files(of plan: Deployment) -> [RenderedFile] {
    isFlat ? targets.flatMap(plan.renderAlone) : plan.render(targets)
  }

  /// What writing a deployment would change.
  func changes(for plan: Deployment) throws(HostError) -> OutputChanges {
    try OutputChanges(of: files(of: plan), in: tree)
  }

  /// The files that somebody changed since amm wrote them, by their paths in it.
  var edited: Set<String> {
    get throws(HostError) { try Manifest(of: tree).edited(in: tree) }
  }

  /// What its list says of it as a whole; nothing where it holds everything.
  private var properties: [Manifest.Property: String] {
    isFlat || targets.count == Target.allCases.count
      ? [:] : [.targets: targets.map(\.rawValue).joined(separator: ",")]
  }

  /// Refuses where a deployment could not be written.
  func requireRoom(for plan: Deployment) throws(HostError) {
    try FolderWriter(to: place).requireRoom(for: files(of: plan))
  }

  /// Writes a deployment, all of it or nothing.
  ///
  /// - Parameter more: What its list says of it besides.
  /// - Returns: What was changed.
  @discardableResult
  func write(
    _ plan: Deployment, _ more: [Manifest.Property: String] = [:]
  ) throws(HostError) -> OutputChanges {
    let properties = properties.merging(more) { $1 }
    let files = files(of: plan)
    // Even when nothing is to be written: what an interrupted run left is cleared.
    let writer = try FolderWriter(to: place)
    try writer.requireRoom(for: files)
    let changes = try OutputChanges(of: files, in: place.folder)
    let manifest = try Manifest(of: place.folder)
    let isSaid = Manifest.Property.allCases.allSatisfy { manifest[$0] == properties[$0] }
    if !changes.changed.isEmpty || !isSaid { try writer.replace(with: files, properties) }
    return changes
  }
}
