import Diagnostics
package import Host
import Targets
import Text
import Workspaces
import YAML

/// A workspace's folder, which is kept open.
package final class WorkspaceFolder: Sendable {
  /// The path for messages, as short as possible.
  package let path: String
  /// The machine that it is on.
  package let machine: Machine
  /// The folder itself; nil if it does not exist.
  private let root: Folder?

  private init(_ path: String, _ machine: Machine) throws(HostError) {
    var machine = machine
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    // GitHub annotates 'a/b', but not './a/b'.
    while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
    self.path = path
    root = try Folder.open(path)
    machine.scope = Self.scope(of: root, on: machine)
    self.machine = machine
  }

  /// Returns the manager that runs the workspace's servers on a machine.
  ///
  /// Only a file that contains the setting is parsed.
  private static func scope(of root: Folder?, on machine: Machine) -> Scope {
    let content = try? root?.readFollowing("instances.yaml", limit: Composer.InstanceLimits.bytes)
    guard let bytes = content?.bytes, String(decoding: bytes, as: UTF8.self).holds("scope") else {
      return .user
    }
    let source = SourceFile(path: "instances.yaml", bytes: bytes)
    return Composer.compose(instances: source).value.map { node in
      Workspace.scope(node, from: source, on: machine.hostName, isRoot: machine.user == 0)
    } ?? .user
  }

  /// Whether the folder is there, with or without a workspace in it.
  package var isThere: Bool { root != nil }

  /// Returns the folder after creating it with its parents.
  package func made() throws(HostError) -> WorkspaceFolder {
    guard let place = try OutputPlace.typed(path, makingParents: true) else {
      throw HostError("create", path, reason: "its parent folder is missing")
    }
    do throws(HostError) {
      _ = try place.parent.makeFolder(place.name)
    } catch {
      // Another process may create it at the same time.
      guard try place.parent.kind(of: place.name) == .folder else { throw error }
    }
    return try WorkspaceFolder(path, machine)
  }

  /// Returns a path below the folder, as the user sees it.
  package func file(_ relative: String) -> String { path == "." ? relative : path + "/" + relative }

  /// Finds the workspace: `--workspace`, `$AMM_WORKSPACE`, the nearest folder upwards with an
  /// `instances.yaml`, or the user's workspace.
  ///
  /// - Throws: If the folder found upwards belongs to another user, because the user may not know
  ///   that they are working below it.
  /// - Parameter prefersInstalled: Whether to use the workspace whose units are installed before the
  ///   user's workspace, for commands that control these units.
  package static func find(
    _ option: String?, on machine: Machine, prefersInstalled: Bool = false
  ) throws(HostError) -> WorkspaceFolder {
    if let option { return try WorkspaceFolder(option, machine) }
    if let variable = machine.variable("AMM_WORKSPACE"), !variable.isEmpty {
      return try WorkspaceFolder(variable, machine)
    }
    var path = "."
    for _ in Files.currentFolder().split(separator: "/") {
      if let folder = (try? Folder.open(path)) ?? nil,
        let kind = (try? folder.kind(of: "instances.yaml")) ?? nil, kind != .folder
      {
        try refuseForeign(folder, machine)
        return try WorkspaceFolder(path, machine)
      }
      try refuseWrongEnding(path)
      path = path == "." ? ".." : path + "/.."
    }
    if prefersInstalled, let path = try UnitFolder.installedWorkspace(on: machine) {
      return try WorkspaceFolder(path, machine)
    }
    return try WorkspaceFolder(machine.folders.workspace, machine)
  }

  /// Throws if a folder is a workspace but for the ending of a file's name: another workspace would be used.
  private static func refuseWrongEnding(_ path: String) throws(HostError) {
    guard (try? Files.kind(of: path + "/instances.yml")) == .file,
      ["profiles", "active"].contains(where: { (try? Files.kind(of: path + "/\($0)")) == .folder })
    else { return }
    throw HostError(
      "use the workspace in", Files.canonical(path) ?? path,
      reason: "its file has the name 'instances.yml'; rename it to 'instances.yaml'")
  }

  private static func refuseForeign(
    _ folder: Folder, _ machine: Machine
  ) throws(HostError) {
    let caller = Host.userID == 0 ? machine.variable("SUDO_UID").flatMap { Int($0) } : nil
    guard let objection = folder.foreignness(or: caller) else { return }
    let path = Files.canonical(folder.path) ?? folder.path
    throw HostError(
      "use the workspace in", path,
      reason: "it \(objection); pass '--workspace \(path)' to use it anyway")
  }

  /// Returns the folder of profiles that come with amm: `$AMM_LIBRARY`, `share/amm/profiles` next
  /// to the program's folder, or `profiles` of the source tree that the program was built in.
  package static func library(on machine: Machine) -> String? {
    if let variable = machine.variable("AMM_LIBRARY"), !variable.isEmpty { return variable }
    guard let program = Files.program() else { return nil }
    var folder = program[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if let kind = try? Files.kind(of: folder + "/share/amm/profiles"), kind == .folder {
        return folder + "/share/amm/profiles"
      }
      let isSource = (try? Files.kind(of: folder + "/Package.swift")) ?? nil
      if isSource == .file { return folder + "/profiles" }
    }
    return nil
  }
}

/// Reading, which follows links to files that other users cannot change.
extension WorkspaceFolder {
  /// Whether the workspace exists.
  package var exists: Bool {
    get throws(HostError) { try kind(of: "instances.yaml") != nil }
  }

  /// Returns the kind of a file below; of the link itself if it is one; nil if nothing exists
  /// there.
  package func kind(of relative: String) throws(HostError) -> Files.Kind? {
    try root?.kind(of: relative)
  }

  /// Reads a file; nil if it does not exist.
  package func read(_ relative: String, limit: Int) throws(HostError) -> FileContent? {
    try root?.readFollowing(relative, limit: limit)
  }

  /// Opens a folder below; nil if it does not exist.
  package func folder(_ relative: String) throws(HostError) -> Folder? {
    try root?.folderFollowing(relative)
  }

  /// Returns the target of a link below, as it is written; nil if it is not a link.
  package func destination(of relative: String) throws(HostError) -> String? {
    try root?.destination(of: relative)
  }

  /// The place of the generated files; nil if there is no workspace.
  package var generated: OutputPlace? { root.map { OutputPlace("generated", in: $0) } }

  /// The generated files for reading, also through a link into the Nix store; nil if there are
  /// none.
  var generatedFolder: Folder? {
    get throws(HostError) {
      if let stored = try root?.storedFolder("generated") { return stored }
      return try generated?.folder
    }
  }
}

/// Writing, which does not follow links.
extension WorkspaceFolder {
  /// The folder, for writing.
  ///
  /// - Throws: If it does not exist.
  package var writable: Folder {
    get throws(HostError) {
      guard let root else {
        throw HostError("open the folder", path, reason: "there is no such folder")
      }
      return root
    }
  }

  /// Waits for the lock of one of its folders, and creates the folder if it is missing.
  package func lock(_ relative: String) throws(HostError) -> FolderLock {
    let folder = try writable.makeFolder(relative)
    return try FolderLock(folder) { holder in
      machine.tell(.waiting(holder: holder, folder: folder.path))
    }
  }

  /// Replaces a file of the workspace, completely or not at all.
  package func write(_ text: String, to relative: String) throws(HostError) {
    let root = try writable
    if let slash = relative.lastIndex(of: "/") {
      _ = try root.makeFolder(String(relative[..<slash]))
    }
    try root.write(text, to: relative, .made(in: root, on: machine))
  }

  /// Replaces a link of the workspace, completely or not at all.
  package func replaceLink(_ relative: String, with destination: String) throws(HostError) {
    let root = try writable
    try root.replaceLink(relative, with: destination, .made(in: root, on: machine))
  }

  /// Removes a file or link of the workspace; it is not an error if it does not exist.
  package func remove(_ relative: String) throws(HostError) { try writable.remove(relative) }

  /// The place of the generated files, for writing.
  var writableGenerated: OutputPlace {
    get throws(HostError) { OutputPlace("generated", in: try writable) }
  }
}
