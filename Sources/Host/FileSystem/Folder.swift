import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An open folder, and access to the files below it.
///
/// This is the only access to a workspace and to the folders that amm writes. All paths start from
/// the open handle, and no component may be a link, so nothing in the folder can lead out of it,
/// even if another process changes it in the meantime. Only `readFollowing(_:limit:)` and
/// `folderFollowing(_:)` follow links, to targets that no other user can change.
package final class Folder: Sendable {
  let handle: Int32
  /// The path as the user sees it, for messages.
  package let path: String

  init(_ handle: Int32, path: String) {
    self.handle = handle
    self.path = path
  }

  deinit { close(handle) }

  /// Opens a folder that the user or the system provides; links in its path are followed once.
  ///
  /// - Returns: Nil if there is none.
  package static func open(_ path: String) throws(HostError) -> Folder? {
    let handle = sysOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else {
      let error = HostError.last("open the folder", path)
      if error.isMissing { return nil }
      throw error
    }
    return Folder(handle, path: path)
  }

  /// Returns the path of a file below, as the user sees it.
  package func shown(_ relative: String) -> String {
    if path == "." { return relative }
    return path.hasSuffix("/") ? path + relative : path + "/" + relative
  }

  /// Returns a folder below; nil if there is none.
  ///
  /// - Throws: If the path contains a link.
  package func folder(_ relative: String) throws(HostError) -> Folder? {
    let file = open(relative, O_RDONLY | O_DIRECTORY)
    guard file >= 0 else {
      let error = failure("open the folder", relative)
      if error.isMissing { return nil }
      throw error
    }
    return Folder(file, path: shown(relative))
  }

  /// Returns the kind of a file below, without following links; nil if there is none.
  ///
  /// - Throws: If a parent folder in the path is a link.
  package func kind(of relative: String) throws(HostError) -> Files.Kind? {
    let status: stat? = try inParent(of: relative, "inspect") { parent, name in
      var status = stat()
      guard unsafe fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        return nil
      }
      return status
    }
    return status.map { Files.Kind($0.st_mode) }
  }

  /// Returns the entries of the folder, sorted by name.
  package func entries() throws(HostError) -> [Files.Entry] {
    let copy = unsafe openat(handle, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw .last("read the folder", path) }
    guard let stream = unsafe fdopendir(copy) else {
      let error = HostError.last("read the folder", path)
      close(copy)
      throw error
    }
    defer { unsafe closedir(stream) }
    var entries: [Files.Entry] = []
    while true {
      // readdir returns nil both at the end and on failure; errno tells them apart.
      errno = 0
      guard let entry = unsafe readdir(stream) else {
        guard errno == 0 else { throw .last("read the folder", path) }
        break
      }
      let (name, isExact) = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe (String(cString: $0), String(validatingCString: $0) != nil)
        }
      }
      guard name != ".", name != ".." else { continue }
      // Most file systems report the kind with the name, which saves a call for each file.
      let kind: Files.Kind =
        switch unsafe Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        default: try self.kind(of: name) ?? .other
        }
      entries.append(Files.Entry(name: name, kind: kind, isExact: isExact))
    }
    // Swift compares ASCII quickly, by bytes; only names that it considers equal need a byte
    // comparison.
    return entries.sorted { left, right in
      left.name < right.name
        || (left.name == right.name && left.name.utf8.lexicographicallyPrecedes(right.name.utf8))
    }
  }

  /// Returns the bytes of a regular file; nil if there is none.
  ///
  /// - Parameter limit: The maximum size. One more byte is read, as in ``Files/read(_:limit:)``.
  /// - Throws: Also for links, and for anything other than a regular file.
  package func read(_ relative: String, limit: Int) throws(HostError) -> [UInt8]? {
    let file = open(relative, O_RDONLY | O_NONBLOCK)
    guard file >= 0 else {
      let error = failure("read", relative)
      if error.isMissing { return nil }
      throw error
    }
    defer { close(file) }
    return try Files.content(of: file, shown(relative), limit: limit)
  }

  /// Like ``read(_:limit:)``, for a file that must be read completely.
  ///
  /// - Parameter limit: The maximum size in bytes; a larger file is an error.
  package func readWhole(_ relative: String, limit: Int) throws(HostError) -> [UInt8]? {
    let bytes = try read(relative, limit: limit)
    guard let bytes, bytes.count > limit else { return bytes }
    let size = limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit) bytes"
    throw HostError("read", shown(relative), reason: "it is larger than \(size); move it away")
  }

  /// Returns the target of a link as it is written; nil if the file is not a link.
  package func destination(of relative: String) throws(HostError) -> String? {
    try inParent(of: relative, "read the link") { parent, name in
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe bytes.baseAddress.map { unsafe readlinkat(parent, name, $0, bytes.count) } ?? -1
      }
      if count >= 0 { return String(decoding: buffer[..<count], as: UTF8.self) }
      if errno == EINVAL { errno = ENOENT }
      return nil
    }
  }
}

extension Folder {
  /// Returns a file descriptor for a path below, or -1 with `errno` set.
  func open(_ relative: String, _ flags: Int32, _ mode: UInt32 = 0) -> Int32 {
    unsafe amm_open_beneath(handle, relative, flags | O_CLOEXEC, mode)
  }

  /// Calls a function with the parent folder of a path and its last component.
  ///
  /// - Parameter body: Returns nil, with `errno` set, on failure.
  /// - Returns: Nil if the folder or the file in it does not exist.
  func inParent<Result>(
    of relative: String, _ action: String, _ body: (Int32, String) -> Result?
  ) throws(HostError) -> Result? {
    var parent = handle
    var name = relative
    if let slash = relative.utf8.lastIndex(of: UInt8(ascii: "/")) {
      parent = open(String(relative[..<slash]), O_RDONLY | O_DIRECTORY)
      name = String(relative[relative.utf8.index(after: slash)...])
    }
    defer { if parent >= 0, parent != handle { close(parent) } }
    if parent >= 0, let result = body(parent, name) { return result }
    let error = failure(action, relative)
    if error.isMissing { return nil }
    throw error
  }

  /// Returns the error of the call that just failed; it names a link that caused it.
  func failure(_ action: String, _ relative: String) -> HostError {
    let code = errno
    guard code == ELOOP, let (link, target) = firstLink(on: relative) else {
      return HostError(action, shown(relative), code: code)
    }
    return HostError(
      action, shown(relative), code: code,
      reason:
        "'\(shown(link))' is a link to '\(target)', and amm does not follow links here; put a real folder or file there"
    )
  }

  /// Returns the first component of a path that is a link, and its target.
  package func firstLink(on relative: String) -> (link: String, target: String)? {
    var path = ""
    for part in relative.split(separator: "/") {
      path += (path.isEmpty ? "" : "/") + part
      var status = stat()
      guard unsafe fstatat(handle, path, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
      if status.st_mode & S_IFMT == S_IFLNK {
        return (path, ((try? destination(of: path)) ?? nil) ?? "")
      }
    }
    return nil
  }
}

func sysOpen(_ path: String, _ flags: Int32, _ mode: mode_t = 0) -> Int32 {
  unsafe open(path, flags, mode)
}
