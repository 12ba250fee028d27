import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What tells amm's own unfinished files from those of others: nobody but this user knows it, and it
/// holds for one place alone.
package struct OwnMark: Sendable, Hashable {
  /// The mark as it stands in the file.
  package let text: String

  /// - Parameter text: Letters and digits.
  package init(_ text: String) { self.text = text }

  /// The name under which something is made before it takes its place.
  package func staging(of name: String) -> String { Self.stagingStart(of: name) + text }

  /// What every such name begins with, whoever made it.
  static func stagingStart(of name: String) -> String { ".\(name).amm-" }
}

/// Writing: never through a link, and whole or not at all.
extension Folder {
  /// A folder below it, made with those above it where they are missing.
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

  /// Makes a folder.
  func make(_ relative: String) throws(HostError) {
    try change(relative, "create the folder") { parent, name in
      unsafe mkdirat(parent, name, 0o777) == 0
    }
  }

  /// Takes over the permissions, and as far as this user may the owner, of another folder.
  func takePermissions(of other: Folder) throws(HostError) {
    var (status, own) = (stat(), stat())
    guard unsafe fstat(other.handle, &status) == 0, unsafe fstat(handle, &own) == 0 else {
      throw .last("look at", other.path)
    }
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid) {
      _ = fchown(handle, status.st_uid, status.st_gid)
    }
    guard fchmod(handle, status.st_mode & 0o7777) == 0 else {
      throw .last("set the permissions of", path)
    }
  }

  /// Makes a link; what stands there is an error.
  func link(_ relative: String, to destination: String) throws(HostError) {
    try change(relative, "link") { parent, name in
      unsafe symlinkat(destination, parent, name) == 0
    }
  }

  /// Writes a new file that is on the disk when this returns; what stands there is an error.
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

  /// Writes a small file unless something stands there, in which case that stays.
  package func writeOnce(_ text: String, to name: String, permissions: UInt32) throws(HostError) {
    let staging = OwnMark(String(UInt64.random(in: 0...UInt64.max), radix: 16)).staging(of: name)
    try writeNew(Array(text.utf8), to: staging, permissions: permissions)
    let isMade = unsafe linkat(handle, staging, handle, name, 0) == 0
    let error = HostError.last("write", shown(name))
    try unlink(staging)
    guard isMade || error.code == EEXIST else { throw error }
    try sync()
  }

  /// Makes a link lead elsewhere; whoever looks sees the old one or the new one.
  ///
  /// - Throws: Where something else than a link stands there.
  package func replaceLink(
    _ relative: String, with destination: String, _ mark: OwnMark
  ) throws(HostError) {
    try replace(relative, "link", where: .link, mark) { folder, name throws(HostError) in
      try folder.link(name, to: destination)
    }
  }

  /// Writes a small file that is on the disk when this returns, or was not written at all.
  ///
  /// - Throws: Where something else than a file stands there.
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
        action, shown(relative), reason: "something else stands there, and is not overwritten")
    }
    let staging = mark.staging(of: name)
    _ = unsafe unlinkat(parent.handle, staging, 0)
    try make(parent, staging)
    guard unsafe renameat(parent.handle, staging, parent.handle, name) == 0 else {
      throw .last(action, shown(relative))
    }
    try parent.sync()
  }

  /// Removes a file or link; one that is not there is no error.
  package func remove(_ relative: String) throws(HostError) {
    guard try kind(of: relative) != nil else { return }
    try change(relative, "remove") { parent, name in
      unsafe unlinkat(parent, name, 0) == 0 && (fsync(parent) == 0 || errno == EINVAL)
    }
  }

  /// Removes a file or link of the folder, which may come back after a power cut.
  func unlink(_ name: String) throws(HostError) {
    guard unsafe unlinkat(handle, name, 0) == 0 else { throw .last("remove", shown(name)) }
  }

  /// Removes an empty folder.
  func removeFolder(_ name: String) throws(HostError) {
    guard unsafe unlinkat(handle, name, AT_REMOVEDIR) == 0 else {
      throw .last("remove the folder", shown(name))
    }
  }

  /// Removes a folder that amm made, with all that is in it; links are removed, not followed.
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

  /// Adds a line to a file that several programs may add to at once.
  package func append(
    _ line: String, to name: String, permissions: UInt32 = 0o666
  ) throws(HostError) {
    let file = open(name, O_RDWR | O_CREAT | O_APPEND, permissions)
    guard file >= 0 else { throw failure("write", name) }
    defer { close(file) }
    // A line of which a full disk took only a part must not take this one with it.
    let end = lseek(file, 0, SEEK_END)
    var last: UInt8 = 0x0A
    if end > 0 { _ = unsafe pread(file, &last, 1, end - 1) }
    let bytes = Array(((last == 0x0A ? "" : "\n") + line + "\n").utf8)
    // One call: with O_APPEND, lines of several writers do not mix.
    guard Files.writeOnce(bytes, to: file) == bytes.count, fsync(file) == 0 else {
      throw .last("write", shown(name))
    }
  }

  /// Brings the folder's names to the disk.
  func sync() throws(HostError) {
    // Some file systems cannot sync a folder; they have nothing to lose there.
    guard fsync(handle) == 0 || errno == EINVAL else { throw .last("write", path) }
  }

  /// Makes one name mean what another one does, within the folder or from another one.
  func rename(_ name: String, to other: String, in target: Folder? = nil) throws(HostError) {
    let target = target ?? self
    guard unsafe renameat(handle, name, target.handle, other) == 0 else {
      throw .last("create", target.shown(other))
    }
  }

  /// Exchanges what two names mean, in one step.
  func exchange(_ name: String, with other: String) throws(HostError) {
    guard unsafe amm_exchange(handle, name, other) == 0 else {
      throw .last("replace the folder", shown(other))
    }
  }

  /// Gives a file, or a link, a second name in another folder.
  func keep(_ name: String, in target: Folder) throws(HostError) {
    guard unsafe linkat(handle, name, target.handle, name, 0) == 0 else {
      throw .last("keep", shown(name))
    }
  }

  /// Calls what changes something, in the folder that a path's last part is in.
  private func change(
    _ relative: String, _ action: String, _ body: (Int32, String) -> Bool
  ) throws(HostError) {
    let result: Void? = try inParent(of: relative, action) { body($0, $1) ? () : nil }
    if result == nil { throw HostError(action, shown(relative), code: ENOENT) }
  }
}
