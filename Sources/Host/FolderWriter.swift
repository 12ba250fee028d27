import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Replaces a folder's content as a whole: whoever looks sees the old tree or the new one.
///
/// The new tree is made beside the old one and takes its place in one system call
/// (`renameat2` with `RENAME_EXCHANGE`). What others put into the folder is linked over, so that
/// nothing of theirs is copied, changed or lost. A list in the folder says which files are amm's.
package struct FolderWriter: ~Copyable {
  /// The list of amm's own files in a folder: a path a line, and after a tab what its writer noted.
  package static let manifest = ".amm-manifest"

  private let path: String
  private let parent: String
  private let name: String
  private let lock: Int32

  /// Takes the folder's lock, waiting for another amm that has it, and clears what an interrupted
  /// one left.
  ///
  /// - Parameter path: The folder; its parent must exist.
  package init(_ path: String) throws(HostError) {
    var trimmed = path
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.path = trimmed
    let slash = trimmed.lastIndex(of: "/")
    parent = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
    name = slash.map { String(trimmed[trimmed.index(after: $0)...]) } ?? trimmed
    lock = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard lock >= 0 else { throw .last("open the folder", parent) }
    while flock(lock, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .last("lock the folder", parent) }
    }
    try recover()
  }

  deinit { close(lock) }

  /// Where new trees are made; a name of ours that no other program uses.
  private var staging: String { "\(parent)/.\(name).amm-new" }

  /// A tree that was left behind is one that never took its place or one that was replaced.
  ///
  /// The folder itself is whole in both cases.
  private func recover() throws(HostError) {
    guard try Files.kind(of: staging) != nil else { return }
    try remove(staging, ours: ownFiles(in: staging).union(ownFiles(in: path)))
  }

  /// The paths of a tree that amm wrote, the list itself among them.
  private func ownFiles(in tree: String) throws(HostError) -> Set<String> {
    Set(try Self.owned(in: tree) + [Self.manifest])
  }

  /// The paths of a tree that amm wrote, sorted; none where there is no tree.
  package static func owned(in tree: String) throws(HostError) -> [String] {
    try notes(in: tree).map(\.path)
  }

  /// The paths of a tree that amm wrote with what was noted of each, sorted; none where there is no
  /// tree.
  package static func notes(
    in tree: String
  ) throws(HostError) -> [(path: String, note: String?)] {
    let bytes = try Files.read("\(tree)/\(manifest)") ?? []
    return bytes.split(separator: 0x0A).compactMap { line in
      let parts = line.split(separator: 0x09, maxSplits: 1)
      // By bytes, as the kernel reads a path: anybody may have written the list.
      guard let path = parts.first, path.first != 0x2F,
        !path.split(separator: 0x2F).contains(where: { $0.elementsEqual("..".utf8) })
      else { return nil }
      return (
        String(decoding: path, as: UTF8.self),
        parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : nil
      )
    }
  }

  /// Those of `files` that someone else has written already.
  package func conflicts(with files: [String]) throws(HostError) -> [String] {
    let ours = try ownFiles(in: path)
    var conflicts: [String] = []
    for file in files where !ours.contains(file) {
      if try Files.kind(of: "\(path)/\(file)") != nil { conflicts.append(file) }
    }
    return conflicts
  }

  /// Puts files in place of those that amm wrote earlier; all others are kept.
  ///
  /// - Parameters:
  ///   - files: Paths below the folder with their content; none is someone else's.
  ///   - note: What the list says of a file besides its path: a line without tabs, or nil.
  package func replace(
    with files: [(path: String, bytes: [UInt8])], noting note: (Int) -> String? = { _ in nil }
  ) throws(HostError) {
    let owned = try ownFiles(in: path)
    try FolderCreator.make(staging)
    // First of all, so that a tree of which only a part was written tells what in it is amm's.
    let list = files.indices.map { index in
      files[index].path + (note(index).map { "\t" + $0 } ?? "") + "\n"
    }.sorted().joined()
    try FolderCreator.write(Array(list.utf8), to: "\(staging)/\(Self.manifest)")
    try keepForeign(below: "", except: owned)
    for file in files {
      try makeParents(of: file.path)
      if try Files.read("\(path)/\(file.path)") == file.bytes {
        try link(file.path)
      } else {
        try FolderCreator.write(file.bytes, to: "\(staging)/\(file.path)")
      }
    }
    try sync(staging)
    try exchange()
    try sync(parent)
    if try Files.kind(of: staging) != nil { try remove(staging, ours: owned) }
  }

  /// Links everything that is not amm's into the new tree.
  private func keepForeign(below folder: String, except ours: Set<String>) throws(HostError) {
    for entry in try Files.names(in: folder.isEmpty ? path : "\(path)/\(folder)") {
      let relative = folder.isEmpty ? entry : "\(folder)/\(entry)"
      if try Files.kind(of: "\(path)/\(relative)") == .folder {
        // A folder that only held files of ours is not kept for its own sake.
        let isOurs = ours.contains { $0.hasPrefix(relative + "/") }
        if !isOurs { try makeParents(of: relative + "/.") }
        try keepForeign(below: relative, except: ours)
      } else if !ours.contains(relative) {
        try makeParents(of: relative)
        try link(relative)
      }
    }
  }

  private func link(_ relative: String) throws(HostError) {
    guard unsafe linkat(AT_FDCWD, "\(path)/\(relative)", AT_FDCWD, "\(staging)/\(relative)", 0) == 0
    else { throw .last("keep", "\(path)/\(relative)") }
  }

  private func makeParents(of relative: String) throws(HostError) {
    var folder = staging
    for part in relative.split(separator: "/").dropLast() {
      folder += "/" + part
      if try Files.kind(of: folder) == nil { try FolderCreator.make(folder) }
    }
  }

  private func sync(_ folder: String) throws(HostError) {
    let handle = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { throw .last("open the folder", folder) }
    defer { close(handle) }
    // Some file systems cannot sync a folder; they have nothing to lose there.
    guard fsync(handle) == 0 || errno == EINVAL else { throw .last("write", folder) }
  }

  private func exchange() throws(HostError) {
    guard try Files.kind(of: path) != nil else {
      guard unsafe rename(staging, path) == 0 else { throw .last("create the folder", path) }
      return
    }
    guard unsafe amm_exchange(staging, path) == 0 else { throw .last("replace the folder", path) }
  }

  /// Removes a tree that is not in its place.
  ///
  /// A file that someone added while it still was is moved to where they meant it to be.
  private func remove(
    _ tree: String, ours: Set<String>, below relative: String = ""
  ) throws(HostError) {
    let here = relative.isEmpty ? tree : "\(tree)/\(relative)"
    for entry in try Files.names(in: here) {
      let inner = relative.isEmpty ? entry : "\(relative)/\(entry)"
      let old = "\(tree)/\(inner)"
      let new = "\(path)/\(inner)"
      if try Files.kind(of: old) == .folder {
        try remove(tree, ours: ours, below: inner)
        continue
      }
      let home = relative.isEmpty ? path : "\(path)/\(relative)"
      let hasHome = try Files.kind(of: home) == .folder
      let isKept = try Files.kind(of: new) != nil
      if !ours.contains(inner), !isKept, hasHome {
        guard unsafe rename(old, new) == 0 else { throw .last("keep", new) }
      } else {
        guard unsafe unlink(old) == 0 else { throw .last("remove", old) }
      }
    }
    guard unsafe rmdir(here) == 0 else { throw .last("remove the folder", here) }
  }
}
