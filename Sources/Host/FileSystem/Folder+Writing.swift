import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A secret mark that distinguishes amm's own unfinished files from others.
///
/// Only this user knows it, and it is valid for a single place.
package struct OwnMark: Sendable, Hashable {
  /// The mark as it appears in file names.
  package let text: String

  /// Creates a mark from letters and digits.
  package init(_ text: String) { self.text = text }

  /// Returns the temporary name under which a file is created before it gets its own name.
  package func staging(of name: String) -> String { Self.stagingStart(of: name) + text }

  /// Returns the beginning of all temporary names for a file, with any mark.
  static func stagingStart(of name: String) -> String { ".\(name).amm-" }
}

/// Writing: never through a link, and completely or not at all.
extension Folder {
  /// Returns a folder below; creates it and its parents if they are missing.
  package func makeFolder(_ relative: String) throws(HostError) -> Folder {
    var path = ""
    for part in relative.split(separator: "/") {
      path += (path.isEmpty ? "" : "/") + part
      if try kind(of: path) == nil { try make(path) }
    }
    guard let folder = try folder(relative) else {
      throw HostError("open the folder", shown(relative), code: ENOTDIR)
    }
    return folder
  }

  /// Creates a folder.
  func make(_ relative: String) throws(HostError) {
    try change(relative, "create the folder") { parent, name in
      unsafe mkdirat(parent, name, 0o777) == 0
    }
  }

  /// Copies the permissions, and the owner where this user may, from another folder.
  func takePermissions(of other: Folder) throws(HostError) {
    var (status, own) = (stat(), stat())
    guard unsafe fstat(other.handle, &status) == 0, unsafe fstat(handle, &own) == 0 else {
      throw .last("inspect", other.path)
    }
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid) {
      _ = fchown(handle, status.st_uid, status.st_gid)
    }
    guard fchmod(handle, status.st_mode & 0o7777) == 0 else {
      throw .last("set the permissions of", path)
    }
  }

  /// Creates a link; it is an error if the name exists.
  func link(_ relative: String, to destination: String) throws(HostError) {
    try change(relative, "link") { parent, name in
      unsafe symlinkat(destination, parent, name) == 0
    }
  }

  /// Writes a new file and waits until it is on disk; it is an error if the name exists.
  func writeNew(
    _ bytes: [UInt8], to relative: String, permissions: UInt32 = 0o666
  ) throws(HostError) {
    let file = open(relative, O_WRONLY | O_CREAT | O_EXCL, permissions)
    guard file >= 0 else { throw failure("write", relative) }
    defer { close(file) }
    guard Files.write(bytes, to: file), fsync(file) == 0 else {
      throw .last("write", shown(relative))
    }
  }

  /// Writes a small file unless the name exists; an existing file is kept.
  package func writeOnce(_ text: String, to name: String, permissions: UInt32) throws(HostError) {
    let staging = OwnMark(String(UInt64.random(in: 0...UInt64.max), radix: 16)).staging(of: name)
    do throws(HostError) {
      try writeNew(Array(text.utf8), to: staging, permissions: permissions)
    } catch {
      _ = unsafe unlinkat(handle, staging, 0)
      throw error.naming(name, insteadOf: staging)
    }
    let isMade = unsafe linkat(handle, staging, handle, name, 0) == 0
    let error = HostError.last("write", shown(name))
    try unlink(staging)
    guard isMade || error.code == EEXIST else { throw error }
    try sync()
  }

  /// Changes the target of a link atomically: readers see the old target or the new one.
  ///
  /// - Throws: If the name belongs to something other than a link.
  package func replaceLink(
    _ relative: String, with destination: String, _ mark: OwnMark
  ) throws(HostError) {
    try replace(relative, "link", where: .link, mark) { folder, name throws(HostError) in
      try folder.link(name, to: destination)
    }
  }

  /// Writes a small file atomically and waits until it is on disk.
  ///
  /// - Throws: If the name belongs to something other than a file.
  package func write(
    _ text: String, to relative: String, permissions: UInt32 = 0o666, _ mark: OwnMark
  ) throws(HostError) {
    try replace(relative, "write", where: .file, mark) { folder, name throws(HostError) in
      try folder.writeNew(Array(text.utf8), to: name, permissions: permissions)
    }
  }

  private func replace(
    _ relative: String, _ action: String, where kind: Files.Kind, _ mark: OwnMark,
    make: (Folder, String) throws(HostError) -> Void
  ) throws(HostError) {
    let parts = relative.split(separator: "/").map(String.init)
    let name = parts.last ?? relative
    let above = parts.dropLast().joined(separator: "/")
    guard let parent = try above.isEmpty ? self : folder(above) else {
      throw HostError(action, shown(relative), code: ENOENT)
    }
    switch try parent.kind(of: name) {
    case nil, kind: break
    case .link:
      errno = ELOOP
      throw parent.failure(action, name)
    default:
      throw HostError(
        action, shown(relative), reason: "something else is there, and amm does not overwrite it")
    }
    let staging = mark.staging(of: name)
    _ = unsafe unlinkat(parent.handle, staging, 0)
    do throws(HostError) {
      try make(parent, staging)
      guard unsafe renameat(parent.handle, staging, parent.handle, name) == 0 else {
        throw .last(action, shown(relative))
      }
    } catch {
      // A full disk leaves an empty file, and has room for its removal.
      _ = unsafe unlinkat(parent.handle, staging, 0)
      throw error.naming(name, insteadOf: staging)
    }
    try parent.sync()
  }

  /// Removes a file or link; it is not an error if it does not exist.
  package func remove(_ relative: String) throws(HostError) {
    guard try kind(of: relative) != nil else { return }
    try change(relative, "remove") { parent, name in
      unsafe unlinkat(parent, name, 0) == 0 && (fsync(parent) == 0 || errno == EINVAL)
    }
  }

  /// Removes a file or link of the folder; it may reappear after a power failure.
  func unlink(_ name: String) throws(HostError) {
    guard unsafe unlinkat(handle, name, 0) == 0 else { throw .last("remove", shown(name)) }
  }

  /// Removes an empty folder.
  func removeFolder(_ name: String) throws(HostError) {
    guard unsafe unlinkat(handle, name, AT_REMOVEDIR) == 0 else {
      throw .last("remove the folder", shown(name))
    }
  }

  /// Removes a folder that amm created, with its content; links are removed, not followed.
  func removeTree(_ name: String) throws(HostError) {
    guard let folder = try folder(name) else { return }
    for entry in try folder.entries() {
      if entry.kind == .folder {
        try folder.removeTree(entry.name)
      } else {
        try folder.unlink(entry.name)
      }
    }
    try removeFolder(name)
  }

  /// Appends a line to a file to which several programs may append at the same time.
  package func append(
    _ line: String, to name: String, permissions: UInt32 = 0o666
  ) throws(HostError) {
    let file = open(name, O_RDWR | O_CREAT | O_APPEND, permissions)
    guard file >= 0 else { throw failure("write", name) }
    defer { close(file) }
    // If a full disk truncated the last line, start a new one.
    let end = lseek(file, 0, SEEK_END)
    var last: UInt8 = 0x0A
    if end > 0 { _ = unsafe pread(file, &last, 1, end - 1) }
    let bytes = Array(((last == 0x0A ? "" : "\n") + line + "\n").utf8)
    // A single call: with O_APPEND, the lines of several writers do not mix.
    guard Files.writeOnce(bytes, to: file) == bytes.count, fsync(file) == 0 else {
      throw .last("write", shown(name))
    }
  }

  /// Flushes the folder's entries to disk.
  func sync() throws(HostError) {
    // Some file systems cannot sync a folder; they do not need it.
    guard fsync(handle) == 0 || errno == EINVAL else { throw .last("write", path) }
  }

  /// Renames an entry, optionally into another folder; an existing file of that name is replaced.
  func rename(_ name: String, to other: String, in target: Folder? = nil) throws(HostError) {
    let target = target ?? self
    guard unsafe renameat(handle, name, target.handle, other) == 0 else {
      throw .last("create", target.shown(other))
    }
  }

  /// Exchanges two names in one step.
  func exchange(_ name: String, with other: String) throws(HostError) {
    guard unsafe amm_exchange(handle, name, other) == 0 else {
      throw .last("replace the folder", shown(other))
    }
  }

  /// Gives a file or link a second name in another folder.
  func keep(_ name: String, in target: Folder) throws(HostError) {
    guard unsafe linkat(handle, name, target.handle, name, 0) == 0 else {
      throw .last("keep", shown(name))
    }
  }

  /// Calls a function that changes an entry, in the parent folder of a path.
  private func change(
    _ relative: String, _ action: String, _ body: (Int32, String) -> Bool
  ) throws(HostError) {
    let result: Void? = try inParent(of: relative, action) { body($0, $1) ? () : nil }
    if result == nil { throw HostError(action, shown(relative), code: ENOENT) }
  }
}
