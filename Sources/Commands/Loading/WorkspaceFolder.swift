import Host

/// A workspace's folder, held open, as the user sees it.
final class WorkspaceFolder: Sendable {
  /// Its path, as short as it can be in messages.
  let path: String
  /// The folder itself; nil where there is none.
  private let root: Folder?

  private init(_ path: String) throws(HostError) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    // What GitHub annotates is 'a/b', never './a/b'.
    while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
    self.path = path
    root = try Folder.open(path)
  }

  /// A path below it, as the user sees it.
  func file(_ relative: String) -> String { path == "." ? relative : path + "/" + relative }

  /// The one that is meant: `--workspace`, `$AMM_WORKSPACE`, the nearest folder upwards with an
  /// `instances.yaml`, else the user's.
  ///
  /// - Throws: Where the one upwards is another user's, as who works below a folder of somebody
  ///   else's need not know.
  static func find(_ option: String?) throws(HostError) -> WorkspaceFolder {
    if let option { return try WorkspaceFolder(option) }
    if let variable = Terminal.variable("AMM_WORKSPACE"), !variable.isEmpty {
      return try WorkspaceFolder(variable)
    }
    var path = "."
    for _ in Files.currentFolder().split(separator: "/") {
      if let folder = (try? Folder.open(path)) ?? nil,
        let kind = (try? folder.kind(of: "instances.yaml")) ?? nil, kind != .folder
      {
        try refuseForeign(folder)
        return try WorkspaceFolder(path)
      }
      path = path == "." ? ".." : path + "/.."
    }
    return try WorkspaceFolder(UserFolder.workspace)
  }

  private static func refuseForeign(_ folder: Folder) throws(HostError) {
    let caller = Host.userID == 0 ? Terminal.variable("SUDO_UID").flatMap { Int($0) } : nil
    guard let objection = folder.foreignness(or: caller) else { return }
    let path = Files.canonical(folder.path) ?? folder.path
    throw HostError(
      "take the workspace in", path,
      reason: "it \(objection); '--workspace \(path)' takes it all the same")
  }

  /// The folder of profiles that come with amm: `$AMM_LIBRARY`, `share/amm/profiles` beside the
  /// program's folder, or the source tree that the program was built in.
  static func library() -> String? {
    if let variable = Terminal.variable("AMM_LIBRARY"), !variable.isEmpty { return variable }
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
  var exists: Bool {
    get throws(HostError) { try kind(of: "instances.yaml") != nil }
  }

  /// What stands below, the link itself where it is one; nil where nothing does.
  func kind(of relative: String) throws(HostError) -> Files.Kind? {
    try root?.kind(of: relative)
  }

  /// A file's bytes; nil where there is none.
  func read(_ relative: String, limit: Int) throws(HostError) -> FileContent? {
    try root?.readFollowing(relative, limit: limit)
  }

  /// A folder below; nil where there is none.
  func folder(_ relative: String) throws(HostError) -> Folder? {
    try root?.folderFollowing(relative)
  }

  /// Where a link below points, as it is written; nil for anything but a link.
  func destination(of relative: String) throws(HostError) -> String? {
    try root?.destination(of: relative)
  }

  /// The place of what is generated; nil where there is no workspace.
  var generated: OutputPlace? { root.map { OutputPlace("generated", in: $0) } }

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
  var writable: Folder {
    get throws(HostError) {
      guard let root else {
        throw HostError("open the folder", path, reason: "there is no such folder")
      }
      return root
    }
  }

  /// Waits for the lock of one of its folders, which is made where it is missing.
  func lock(_ relative: String) throws(HostError) -> FolderLock {
    let folder = try writable.makeFolder(relative)
    return try FolderLock(folder) { holder in
      Console.say("\(holder) is at work in \(folder.path); waiting for it")
    }
  }

  func write(_ text: String, to relative: String) throws(HostError) {
    let root = try writable
    if let slash = relative.lastIndex(of: "/") {
      _ = try root.makeFolder(String(relative[..<slash]))
    }
    try root.write(text, to: relative, .made(in: root))
  }

  func replaceLink(_ relative: String, with destination: String) throws(HostError) {
    let root = try writable
    try root.replaceLink(relative, with: destination, .made(in: root))
  }

  func remove(_ relative: String) throws(HostError) { try writable.remove(relative) }

  /// The place of what is generated, to be written.
  var writableGenerated: OutputPlace {
    get throws(HostError) { OutputPlace("generated", in: try writable) }
  }
}
