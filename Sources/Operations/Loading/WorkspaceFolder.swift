package import Host

/// A workspace's folder, held open, as the user sees it.
package final class WorkspaceFolder: Sendable {
  /// Its path, as short as it can be in messages.
  package let path: String
  /// The machine that it is on.
  package let machine: Machine
  /// The folder itself; nil where there is none.
  private let root: Folder?

  private init(_ path: String, _ machine: Machine) throws(HostError) {
    self.machine = machine
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    // What GitHub annotates is 'a/b', never './a/b'.
    while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
    self.path = path
    root = try Folder.open(path)
  }

  /// A path below it, as the user sees it.
  package func file(_ relative: String) -> String { path == "." ? relative : path + "/" + relative }

  /// The one that is meant: `--workspace`, `$AMM_WORKSPACE`, the nearest folder upwards with an
  /// `instances.yaml`, else the user's.
  ///
  /// - Throws: Where the one upwards is another user's, as who works below a folder of somebody
  ///   else's need not know.
  package static func find(_ option: String?, on machine: Machine) throws(HostError)
    -> WorkspaceFolder
  {
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
      path = path == "." ? ".." : path + "/.."
    }
    return try WorkspaceFolder(machine.folders.workspace, machine)
  }

  private static func refuseForeign(
    _ folder: Folder, _ machine: Machine
  ) throws(HostError) {
    let caller = Host.userID == 0 ? machine.variable("SUDO_UID").flatMap { Int($0) } : nil
    guard let objection = folder.foreignness(or: caller) else { return }
    let path = Files.canonical(folder.path) ?? folder.path
    throw HostError(
      "take the workspace in", path,
      reason: "it \(objection); '--workspace \(path)' takes it all the same")
  }

  /// The folder of profiles that come with amm: `$AMM_LIBRARY`, `share/amm/profiles` beside the
  /// program's folder, or the source tree that the program was built in.
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

/// Looking: through links that lead to what nobody else can change.
extension WorkspaceFolder {
  /// Whether there is a workspace at all.
  package var exists: Bool {
    get throws(HostError) { try kind(of: "instances.yaml") != nil }
  }

  /// What stands below, the link itself where it is one; nil where nothing does.
  package func kind(of relative: String) throws(HostError) -> Files.Kind? {
    try root?.kind(of: relative)
  }

  /// A file's bytes; nil where there is none.
  package func read(_ relative: String, limit: Int) throws(HostError) -> FileContent? {
    try root?.readFollowing(relative, limit: limit)
  }

  /// A folder below; nil where there is none.
  package func folder(_ relative: String) throws(HostError) -> Folder? {
    try root?.folderFollowing(relative)
  }

  /// Where a link below points, as it is written; nil for anything but a link.
  package func destination(of relative: String) throws(HostError) -> String? {
    try root?.destination(of: relative)
  }

  /// The place of what is generated; nil where there is no workspace.
  package var generated: OutputPlace? { root.map { OutputPlace("generated", in: $0) } }

  /// What is generated, to look at, through a link into the Nix store too; nil where it is not there.
  var generatedFolder: Folder? {
    get throws(HostError) {
      if let stored = try root?.storedFolder("generated") { return stored }
      return try generated?.folder
    }
  }
}

/// Writing: through no link at all.
extension WorkspaceFolder {
  /// The folder, to be written below.
  ///
  /// - Throws: Where there is none.
  package var writable: Folder {
    get throws(HostError) {
      guard let root else {
        throw HostError("open the folder", path, reason: "there is no such folder")
      }
      return root
    }
  }

  /// Waits for the lock of one of its folders, which is made where it is missing.
  package func lock(_ relative: String) throws(HostError) -> FolderLock {
    let folder = try writable.makeFolder(relative)
    return try FolderLock(folder) { holder in
      machine.tell(.waiting(holder: holder, folder: folder.path))
    }
  }

  /// Replaces a file of the workspace, whole or not at all.
  package func write(_ text: String, to relative: String) throws(HostError) {
    let root = try writable
    if let slash = relative.lastIndex(of: "/") {
      _ = try root.makeFolder(String(relative[..<slash]))
    }
    try root.write(text, to: relative, .made(in: root, on: machine))
  }

  /// Replaces a link of the workspace, whole or not at all.
  package func replaceLink(_ relative: String, with destination: String) throws(HostError) {
    let root = try writable
    try root.replaceLink(relative, with: destination, .made(in: root, on: machine))
  }

  /// Removes a file or link of the workspace; one that is not there is no error.
  package func remove(_ relative: String) throws(HostError) { try writable.remove(relative) }

  /// The place of what is generated, to be written.
  var writableGenerated: OutputPlace {
    get throws(HostError) { OutputPlace("generated", in: try writable) }
  }
}
