/// Replaces the content of a folder atomically: readers see the old tree or the new one.
///
/// The new tree is created next to the old one and takes its place in one system call (`renameat2`
/// with `RENAME_EXCHANGE`). Files of others are hard-linked into the new tree, so they are not
/// copied, changed or lost.
package final class FolderWriter {
  private let place: OutputPlace
  /// The path of the place as the user sees it.
  package var path: String { place.path }
  private let staging: String
  private let lock: FolderLock
  /// The existing tree; nil if there is none.
  private var tree: Folder?

  /// Takes the lock of the parent folder, and removes what an interrupted amm of this user left
  /// there.
  ///
  /// - Parameters:
  ///   - mark: The mark of this user's own unfinished trees.
  ///   - waiting: Called once if another process holds the lock, with its description.
  /// - Throws: Also if the place is a link or a file.
  package init(
    _ place: OutputPlace, _ mark: OwnMark, waiting: (String) -> Void
  ) throws(HostError) {
    self.place = place
    staging = mark.staging(of: place.name)
    lock = try FolderLock(place.parent, waiting: waiting)
    tree = try place.folder
    try place.requireFolder()
    try recover()
  }

  /// Returns the trees next to a place that other users, or an amm whose state is lost, left
  /// behind.
  ///
  /// - Parameter mark: This user's mark; nil if this user cannot have left any.
  package static func foreignTrees(
    beside place: OutputPlace, except mark: OwnMark?
  ) throws(HostError) -> [Files.Entry] {
    let start = OwnMark.stagingStart(of: place.name)
    let own = mark?.staging(of: place.name)
    return try place.parent.entries().filter { $0.name.hasPrefix(start) && $0.name != own }
  }

  /// Removes a tree that was left behind: a new one that was not installed, or an old one that was
  /// replaced.
  ///
  /// The folder itself is complete in both cases.
  private func recover() throws(HostError) {
    if try place.parent.kind(of: staging) != nil { try clear(staging) }
  }

  /// Removes a leftover tree; files that others put into it are moved to the folder they were meant
  /// for.
  ///
  /// - Parameter name: The name of the tree, next to the place.
  package func clear(_ name: String) throws(HostError) {
    guard let left = try place.parent.folder(name) else { return }
    let own = try Manifest(of: left).own.union(Manifest(of: tree).own)
    try empty(left, into: tree, ours: own, below: "")
    try place.parent.removeFolder(name)
  }

  /// Returns those of `files` that already exist and were not written by amm.
  ///
  /// - Throws: If one of them, or a folder in its path, is a link.
  package func conflicts(with files: [String]) throws(HostError) -> [String] {
    guard let tree else { return [] }
    let ours = try Manifest(of: tree).own
    var conflicts: [String] = []
    var listed: [String: [String: Files.Kind]] = [:]
    for file in files {
      let (parent, name) = file.splitLastPart
      // A folder is listed once, which costs less than a look at each file.
      if listed[parent] == nil { listed[parent] = try tree.kinds(in: parent) }
      switch listed[parent]?[name] {
      case nil: continue
      case .link where ours.contains(file):
        throw HostError(
          "write", tree.shown(file),
          reason: "it is a link, and amm does not write through links; remove it")
      default: if !ours.contains(file) { conflicts.append(file) }
      }
    }
    return conflicts
  }

  /// Replaces the files that amm wrote earlier; all other files are kept.
  ///
  /// - Parameters:
  ///   - files: Paths below the folder with their content. None may be a file of others.
  ///   - properties: The manifest's properties of the folder; values without line feeds.
  ///   - note: Returns the manifest's note on a file: a line without tabs, or nil.
  package func replace(
    with files: [(path: String, text: String)], _ properties: [Manifest.Property: String] = [:],
    noting note: (Int) -> String? = { _ in nil }
  ) throws(HostError) {
    let owned = try Manifest(of: tree).own
    try refuseOwnFolder()
    do throws(HostError) {
      try place.parent.make(staging)
    } catch {
      throw HostError("write", path, code: error.code, reason: error.reason)
    }
    guard let new = try place.parent.folder(staging) else { return }
    // Written first, so that an incomplete tree shows which of its files are amm's.
    try new.writeNew(
      Array(Manifest.text(of: files, properties, noting: note).utf8), to: Manifest.name)
    if let tree { try keepForeign(of: tree, in: new, except: owned, below: "") }
    let contents = NewTree(new, replacing: tree)
    for file in files { try contents.add(file) }
    try contents.flush()
    if let tree { try takePermissions(of: tree, for: new) }
    try new.sync()
    if tree == nil {
      try place.parent.rename(staging, to: place.name)
    } else {
      try place.parent.exchange(staging, with: place.name)
    }
    try place.parent.sync()
    tree = try place.folder
    guard let old = try place.parent.folder(staging) else { return }
    try empty(old, into: tree, ours: owned, below: "")
    try place.parent.removeFolder(staging)
  }

  /// Refuses to replace the current folder: the calling shell would be left in a deleted folder.
  private func refuseOwnFolder() throws(HostError) {
    guard let tree, let here = Files.canonical("."), let there = Files.canonical(tree.path),
      here == there || here.hasPrefix(there + "/")
    else { return }
    throw HostError(
      "replace the folder", place.path,
      reason:
        "amm is running in this folder, which is about to be replaced; change to another folder, "
        + "such as that of instances.yaml")
  }

  /// Gives the folders of the new tree the permissions of the old ones.
  private func takePermissions(of old: Folder, for new: Folder) throws(HostError) {
    for entry in try new.entries() where entry.kind == .folder {
      guard try old.kind(of: entry.name) == .folder, let before = try old.folder(entry.name),
        let now = try new.folder(entry.name)
      else { continue }
      try takePermissions(of: before, for: now)
    }
    // Last, because the permissions may forbid reading.
    try new.takePermissions(of: old)
  }

  /// Hard-links all files that are not amm's into the new tree.
  private func keepForeign(
    of old: Folder, in new: Folder, except ours: Set<String>, below relative: String
  ) throws(HostError) {
    for entry in try old.entries() {
      guard entry.isExact else {
        throw HostError(
          "keep", old.shown(entry.name), reason: "its name is not UTF-8; rename it or move it away")
      }
      let inner = relative.isEmpty ? entry.name : "\(relative)/\(entry.name)"
      if entry.kind == .folder {
        guard let folder = try old.folder(entry.name) else { continue }
        // A folder that contained only amm's files is not kept.
        let isOurs = ours.contains { $0.hasPrefix(inner + "/") }
        let isKept = try isOurs ? holdsForeign(folder, except: ours, below: inner) : true
        guard isKept else { continue }
        try keepForeign(
          of: folder, in: new.makeFolder(entry.name), except: ours, below: inner)
      } else if !ours.contains(inner) {
        try old.keep(entry.name, in: new)
      }
    }
  }

  private func holdsForeign(
    _ folder: Folder, except ours: Set<String>, below relative: String
  ) throws(HostError) -> Bool {
    for entry in try folder.entries() {
      let inner = "\(relative)/\(entry.name)"
      guard entry.kind == .folder else {
        if !ours.contains(inner) { return true }
        continue
      }
      let isOurs = ours.contains { $0.hasPrefix(inner + "/") }
      guard isOurs, let below = try folder.folder(entry.name) else { return true }
      if try holdsForeign(below, except: ours, below: inner) { return true }
    }
    return false
  }

  /// Empties a leftover tree.
  ///
  /// A file that someone added in the meantime is moved to the folder it was meant for.
  private func empty(
    _ old: Folder, into home: Folder?, ours: Set<String>, below relative: String
  ) throws(HostError) {
    for entry in try old.entries() {
      let inner = relative.isEmpty ? entry.name : "\(relative)/\(entry.name)"
      if entry.kind == .folder {
        guard let folder = try old.folder(entry.name) else { continue }
        var inside: Folder?
        if let home {
          switch try home.kind(of: entry.name) {
          case .folder: inside = try home.folder(entry.name)
          case nil where try holdsForeign(folder, except: ours, below: inner):
            inside = try home.makeFolder(entry.name)
          default: break
          }
        }
        try empty(folder, into: inside, ours: ours, below: inner)
        try old.removeFolder(entry.name)
      } else if let home, !ours.contains(inner), try home.kind(of: entry.name) == nil {
        try old.rename(entry.name, to: entry.name, in: home)
      } else {
        try old.unlink(entry.name)
      }
    }
  }
}

extension Folder {
  /// Returns the kinds of what is in a folder below, by name; empty if there is none.
  ///
  /// - Throws: Also if the path contains a link.
  fileprivate func kinds(in relative: String) throws(HostError) -> [String: Files.Kind] {
    let entries = try relative.isEmpty ? self.entries() : folder(relative)?.entries()
    return Dictionary(
      (entries ?? []).lazy.map { ($0.name, $0.kind) }, uniquingKeysWith: { first, _ in first })
  }
}
