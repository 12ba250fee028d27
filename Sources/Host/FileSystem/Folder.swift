import CSystem

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that is held open, and what stands below it.
///
/// The one door to a workspace and to every folder that amm writes: what stands below is reached from
/// this handle, and no part of the way may be a link. So nothing that somebody puts there leads out
/// of it, not even while amm looks. Links are followed by `read(_:following:)` alone, where they lead
/// to what nobody else can change.
package final class Folder: Sendable {
  let handle: Int32
  /// Its path as the user sees it, for messages.
  package let path: String

  init(_ handle: Int32, path: String) {
    self.handle = handle
    self.path = path
  }

  deinit { close(handle) }

  /// A folder that the user or the system names: links on the way to it are followed, once.
  ///
  /// - Returns: Nil where there is none.
  package static func open(_ path: String) throws(HostError) -> Folder? {
    let handle = sysOpen(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else {
      let error = HostError.last("open the folder", path)
      if error.isMissing { return nil }
      throw error
    }
    return Folder(handle, path: path)
  }

  /// The path of something below, as the user sees it.
  package func shown(_ relative: String) -> String {
    if path == "." { return relative }
    return path.hasSuffix("/") ? path + relative : path + "/" + relative
  }

  /// A folder below it; nil where there is none.
  ///
  /// - Throws: Where a link stands there.
  package func folder(_ relative: String) throws(HostError) -> Folder? {
    let file = open(relative, O_RDONLY | O_DIRECTORY)
    guard file >= 0 else {
      let error = failure("open the folder", relative)
      if error.isMissing { return nil }
      throw error
    }
    return Folder(file, path: shown(relative))
  }

  /// What stands below, the link itself where it is one; nil where nothing does.
  ///
  /// - Throws: Where a link stands in the place of a folder on the way.
  package func kind(of relative: String) throws(HostError) -> Files.Kind? {
    let status: stat? = try inParent(of: relative, "look at") { parent, name in
      var status = stat()
      guard unsafe fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        return nil
      }
      return status
    }
    return status.map { Files.Kind($0.st_mode) }
  }

  /// What stands in the folder, by name, always in the same order.
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
      // The end and a failure look the same but for this.
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
      // Most file systems say the kind with the name, which spares a call for each file.
      let kind: Files.Kind =
        switch unsafe Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        default: try self.kind(of: name) ?? .other
        }
      entries.append(Files.Entry(name: name, kind: kind, isExact: isExact))
    }
    // Swift compares ASCII by bytes, fast; only names that look alike need their bytes compared.
    return entries.sorted { left, right in
      left.name < right.name
        || (left.name == right.name && left.name.utf8.lexicographicallyPrecedes(right.name.utf8))
    }
  }

  /// A regular file's bytes; nil where there is none.
  ///
  /// - Parameter limit: One byte more than this is read, as ``Files/read(_:limit:)`` does.
  /// - Throws: For links, too, and for all that is no regular file.
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

  /// As ``read(_:limit:)``, for a file that says nothing in part.
  ///
  /// - Parameter limit: Bytes; a larger file is an error.
  package func readWhole(_ relative: String, limit: Int) throws(HostError) -> [UInt8]? {
    let bytes = try read(relative, limit: limit)
    guard let bytes, bytes.count > limit else { return bytes }
    let size = limit >= 1 << 20 ? "\(limit >> 20) MiB" : "\(limit) bytes"
    throw HostError("read", shown(relative), reason: "it is larger than \(size); move it away")
  }

  /// Where a link points, as it is written; nil for anything but a link.
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
  /// A file descriptor of what stands below, or -1 with `errno` set.
  func open(_ relative: String, _ flags: Int32, _ mode: UInt32 = 0) -> Int32 {
    unsafe amm_open_beneath(handle, relative, flags | O_CLOEXEC, mode)
  }

  /// Calls a function with the folder that a path's last part is in, and that part.
  ///
  /// - Parameter body: Gives nil, with `errno` set, where the system refused.
  /// - Returns: Nil where there is no such folder, or nothing in it.
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

  /// The error of the call that failed just now; where a link was in its way, it says which one.
  func failure(_ action: String, _ relative: String) -> HostError {
    let code = errno
    guard code == ELOOP, let (link, target) = firstLink(on: relative) else {
      return HostError(action, shown(relative), code: code)
    }
    return HostError(
      action, shown(relative), code: code,
      reason:
        "'\(shown(link))' is a link to '\(target)', and amm goes through none here; put a folder or file of its own there"
    )
  }

  /// The first part of a path that is a link, and where it points.
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
