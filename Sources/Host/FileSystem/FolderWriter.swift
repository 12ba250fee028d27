/// Replaces a folder's content as a whole: whoever looks sees the old tree or the new one.
///
/// The new tree is made beside the old one and takes its place in one system call
/// (`renameat2` with `RENAME_EXCHANGE`). What others put into the folder is linked over, so that
/// nothing of theirs is copied, changed or lost.
package final class FolderWriter {
  private let place: OutputPlace
  /// The place's path as the user sees it.
  package var path: String { place.path }
  private let staging: String
  private let lock: FolderLock
  /// The tree that stands there; nil where none does.
  private var tree: Folder?

  /// Takes the lock of the folder that the place is in, and clears what an interrupted amm of this
  /// user left there.
  ///
  /// - Parameters:
  ///   - mark: What tells this user's own unfinished trees.
  ///   - waiting: Called once when another has the lock, with who that is.
  /// - Throws: Where a link stands in the place, too.
  package init(
    _ place: OutputPlace, _ mark: OwnMark, waiting: (String) -> Void
  ) throws(HostError) {
    self.place = place
    staging = mark.staging(of: place.name)
    lock = try FolderLock(place.parent, waiting: waiting)
    tree = try place.folder
    try recover()
  }

  /// The trees that others, or an amm whose state is lost, left beside a place, by their names.
  ///
  /// - Parameter mark: This user's own; nil where nothing of this user's can be there.
  package static func foreignTrees(
    beside place: OutputPlace, except mark: OwnMark?
  ) throws(HostError) -> [Files.Entry] {
    let start = OwnMark.stagingStart(of: place.name)
    let own = mark?.staging(of: place.name)
    return try place.parent.entries().filter { $0.name.hasPrefix(start) && $0.name != own }
  }

  /// A tree that was left behind is one that never took its place or one that was replaced.
  ///
  /// The folder itself is whole in both cases.
  private func recover() throws(HostError) {
    if try place.parent.kind(of: staging) != nil { try clear(staging) }
  }

  /// Removes a tree that is not in its place; what others put into it goes where they meant it to be.
  ///
  /// - Parameter name: The tree's, beside the place.
  package func clear(_ name: String) throws(HostError) {
    guard let left = try place.parent.folder(name) else { return }
    let own = try Manifest(of: left).own.union(Manifest(of: tree).own)
    try empty(left, into: tree, ours: own, below: "")
    try place.parent.removeFolder(name)
  }

  /// Those of `files` that someone else has written already.
  ///
  /// - Throws: Where a link stands in the place of one of them, or on the way to it.
  package func conflicts(with files: [String]) throws(HostError) -> [String] {
    guard let tree else { return [] }
    let ours = try Manifest(of: tree).own
    var conflicts: [String] = []
    for file in files {
      switch try tree.kind(of: file) {
      case nil: continue
      case .link where ours.contains(file):
        throw HostError(
          "write", tree.shown(file), reason: "it is a link, and amm writes through none; remove it")
      default: if !ours.contains(file) { conflicts.append(file) }
      }
    }
    return conflicts
  }

  /// Puts files in place of those that amm wrote earlier; all others are kept.
  ///
  /// - Parameters:
  ///   - files: Paths below the folder with their content; none is someone else's.
  ///   - properties: What the list says of the folder as a whole; values without line feeds.
  ///   - note: What the list says of a file besides its path: a line without tabs, or nil.
  package func replace(
    with files: [(path: String, bytes: [UInt8])], _ properties: [Manifest.Property: String] = [:],
    noting note: (Int) -> String? = { _ in nil }
  ) throws(HostError) {
    let owned = try Manifest(of: tree).own
    try refuseOwnFolder()
    try place.parent.make(staging)
    guard let new = try place.parent.folder(staging) else { return }
    // First of all, so that a tree of which only a part was written tells what in it is amm's.
    try new.writeNew(
      Array(Manifest.text(of: files, properties, noting: note).utf8), to: Manifest.name)
    if let tree { try keepForeign(of: tree, in: new, except: owned, below: "") }
    for file in files { try add(file, to: new) }
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

  /// Refuses to replace the folder that amm runs in: who called it there would be left in one that is
  /// gone.
  private func refuseOwnFolder() throws(HostError) {
    guard let tree, let here = Files.canonical("."), let there = Files.canonical(tree.path),
      here == there || here.hasPrefix(there + "/")
    else { return }
    throw HostError(
      "replace the folder", place.path,
      reason:
        "amm runs in it, and its caller would be left in a folder that is gone; go to another one, such "
        + "as that of instances.yaml")
  }

  /// Gives the folders of the new tree the permissions that they have in the old one.
  private func takePermissions(of old: Folder, for new: Folder) throws(HostError) {
    for entry in try new.entries() where entry.kind == .folder {
      guard try old.kind(of: entry.name) == .folder, let before = try old.folder(entry.name),
        let now = try new.folder(entry.name)
      else { continue }
      try takePermissions(of: before, for: now)
    }
    // Last, for they may forbid to look.
    try new.takePermissions(of: old)
  }

  /// Writes a file into the new tree; one that is in the old tree already stays the same file.
  private func add(
    _ file: (path: String, bytes: [UInt8]), to new: Folder
  ) throws(HostError) {
    let (parent, name) = file.path.splitLastPart
    let folder = try parent.isEmpty ? new : new.makeFolder(parent)
    var old = tree
    if !parent.isEmpty, let tree { old = try tree.folder(parent) }
    guard let old, try old.kind(of: name) == .file,
      try old.read(name, limit: file.bytes.count) == file.bytes
    else { return try folder.writeNew(file.bytes, to: name) }
    try old.keep(name, in: folder)
  }

  /// Links everything that is not amm's into the new tree.
  private func keepForeign(
    of old: Folder, in new: Folder, except ours: Set<String>, below relative: String
  ) throws(HostError) {
    for entry in try old.entries() {
      guard entry.isExact else {
        throw HostError(
          "keep", old.shown(entry.name), reason: "its name is no UTF-8; rename it or move it away")
      }
      let inner = relative.isEmpty ? entry.name : "\(relative)/\(entry.name)"
      if entry.kind == .folder {
        guard let folder = try old.folder(entry.name) else { continue }
        // A folder that only held files of ours is not kept for its own sake.
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

  /// Empties a tree that is not in its place.
  ///
  /// A file that someone added while it still was is moved to where they meant it to be.
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

extension String {
  /// `a/b` and `c` of `a/b/c`.
  fileprivate var splitLastPart: (parent: String, name: String) {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", self) }
    return (String(self[..<slash]), String(self[utf8.index(after: slash)...]))
  }
}
