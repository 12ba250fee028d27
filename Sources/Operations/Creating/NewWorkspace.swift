import Diagnostics
import Host
import Profiles
import Targets
import Values
import YAML

/// A new workspace with instances and the profiles that come with amm.
package struct NewWorkspace {
  /// The path of the folder, as it was typed.
  package let path: String
  /// The number of profiles.
  package let profiles: Int
  /// The instances, in the order of the file, each with the profile that it serves.
  package let instances: [(name: String, profile: String)]

  /// The set of instances of a new workspace.
  package enum Kind: Sendable {
    /// One instance that fits the machine, if its hardware can be detected.
    case machine
    /// The four instances of the design document, for any machine.
    case example
  }

  /// Creates a workspace, completely or not at all.
  ///
  /// - Parameters:
  ///   - folder: The new folder, which must be missing or empty; nil for `$AMM_WORKSPACE`, or else
  ///     the user's default.
  ///   - kind: The set of instances.
  /// - Throws: An ``OperationError`` if the folder is not empty; a ``HostError`` if the system
  ///   refuses or amm's library is missing.
  package static func create(
    at folder: String?, as kind: Kind = .machine, on machine: Machine
  ) throws -> NewWorkspace {
    var path = try folder ?? machine.variable("AMM_WORKSPACE") ?? machine.folders.workspace
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if try Files.kind(of: path) != nil {
      let isEmptyFolder = try Folder.open(path)?.entries().isEmpty == true
      guard isEmptyFolder else {
        throw OperationError(
          .invalid, "'\(path)' already exists, and amm does not overwrite it",
          help: WorkspaceFolder.completion(of: path) ?? "choose another folder, or move it away")
      }
    }
    guard let library = WorkspaceFolder.library(on: machine) else {
      throw HostError("find", "share/amm/profiles", reason: "set AMM_LIBRARY to its path")
    }
    let profiles = try ProfileFolder.library(on: machine).files
    guard !profiles.isEmpty else {
      throw OperationError(
        .refused, "there are no profiles in '\(library)'",
        help: (machine.variable("AMM_LIBRARY") ?? "").isEmpty
          ? "install amm again, or set AMM_LIBRARY to the path of share/amm/profiles"
          : "AMM_LIBRARY names this folder; unset it, or set it to the path of share/amm/profiles")
    }
    guard let place = try OutputPlace.typed(path, makingParents: true) else {
      throw HostError("create", path, reason: "its parent folder is missing")
    }
    let (instances, links) = start(kind, profiles, on: machine)
    let contents = try contents(profiles, instances, links)
    try FolderCreator.create(place, with: contents, .made(in: place.parent, on: machine))
    return NewWorkspace(
      path: path, profiles: profiles.count,
      instances: links.map { (name: $0.instance, profile: $0.profile) })
  }

  /// Returns the text of `instances.yaml`, and the profile of each instance.
  private static func start(
    _ kind: Kind, _ files: [ProfileFile], on machine: Machine
  ) -> (text: String, links: [(instance: String, profile: String)]) {
    let example = (WorkspaceTemplate.instances(for:), WorkspaceTemplate.links)
    guard kind == .machine else { return (example.0(machine.podmanVersion), example.1) }
    let profiles = files.compactMap { file in
      file.read().value.map { (id: file.id, profile: $0) }
    }
    guard let first = FirstInstance(MachineSurvey(machine), among: profiles) else {
      return (example.0(machine.podmanVersion), example.1)
    }
    return (first.text, [("main", first.profile)])
  }

  private static func contents(
    _ profiles: [ProfileFile], _ instances: String, _ links: [(instance: String, profile: String)]
  ) throws -> [(path: String, item: FolderCreator.Item)] {
    var items: [(path: String, item: FolderCreator.Item)] = [
      (
        "instances.yaml",
        .file(
          Array(
            (SchemaFile.instances.comment(at: "instances.yaml") + instances).utf8)
        )
      ),
      ("custom/.gitkeep", .file([])),
      ("experiments/.gitkeep", .file([])),
    ]
    for profile in profiles {
      guard let bytes = try profile.content(limit: Composer.Limits.bytes)?.bytes else { continue }
      let path = "profiles/\(profile.id).yaml"
      let comment = SchemaFile.profile.comment(at: path)
      items.append((path, .file(Array(comment.utf8) + bytes)))
    }
    for schema in SchemaFile.ofWorkspace {
      items.append((schema.path, .file(Array(JSON.text(schema.value).utf8))))
    }
    for (instance, profile) in links {
      items.append(("active/\(instance).yaml", .link("../profiles/\(profile).yaml")))
    }
    return items
  }
}
