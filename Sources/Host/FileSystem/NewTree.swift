import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of a tree that is being written, and those of the tree that it replaces.
///
/// Folders stay open from one file to the next, and files are flushed to disk in groups: a flush of
/// a single file makes most file systems write their journal.
final class NewTree {
  /// The number of files that are open before they are flushed; a process has at least 256.
  private static let group = 100

  private let new: Folder
  private let old: Folder?
  /// The folder of the last file, in both trees; the old one is nil if it does not exist.
  private var last: (path: String, new: Folder, old: Folder?)
  private var unflushed: [(file: Int32, path: String)] = []

  /// - Parameter old: The tree that is replaced; nil if there is none.
  init(_ new: Folder, replacing old: Folder?) {
    self.new = new
    self.old = old
    last = ("", new, old)
  }

  deinit { for (file, _) in unflushed { close(file) } }

  /// Adds a file; an unchanged file is hard-linked from the old tree.
  ///
  /// A written file may not be on disk until ``flush()``.
  func add(_ file: (path: String, text: String)) throws(HostError) {
    let (parent, name) = file.path.splitLastPart
    if parent != last.path {
      last = (
        parent, try parent.isEmpty ? new : new.makeFolder(parent),
        try parent.isEmpty ? old : old?.folder(parent)
      )
    }
    if let before = last.old, before.holds(file.text, at: name) {
      return try before.keep(name, in: last.new)
    }
    let written = try last.new.writeUnflushed(file.text, to: name)
    unflushed.append((written, last.new.shown(name)))
    if unflushed.count == Self.group { try flush() }
  }

  /// Waits until all files are on disk.
  func flush() throws(HostError) {
    while let (file, path) = unflushed.popLast() {
      defer { close(file) }
      guard fsync(file) == 0 else { throw .last("write", path) }
    }
  }
}

extension Folder {
  /// Writes a new file, and returns it open: it may not be on disk yet.
  ///
  /// - Throws: Also if the name exists.
  fileprivate func writeUnflushed(_ text: String, to name: String) throws(HostError) -> Int32 {
    let file = open(name, O_WRONLY | O_CREAT | O_EXCL, 0o666)
    guard file >= 0 else { throw failure("write", name) }
    guard Files.write(Array(text.utf8), to: file) else {
      let error = HostError.last("write", shown(name))
      close(file)
      throw error
    }
    // The first flush of a group then includes the others.
    amm_start_writing(file)
    return file
  }
}

extension String {
  /// Splits `a/b/c` into `a/b` and `c`.
  var splitLastPart: (parent: String, name: String) {
    guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", self) }
    return (String(self[..<slash]), String(self[utf8.index(after: slash)...]))
  }
}
