#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The file system, read-only.
package enum Files {
  package enum Kind: Sendable, Equatable { case file, folder, link, other }

  /// What stands at a path, the link itself where it is one; nil when nothing does.
  package static func kind(of path: String) throws(HostError) -> Kind? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      let error = HostError.last("look at", path)
      if error.isMissing { return nil }
      throw error
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    case S_IFLNK: return .link
    default: return .other
    }
  }

  /// A regular file's bytes; nil when there is none.
  ///
  /// - Parameter limit: One byte more than this is read, so that the caller can tell that the file
  ///   is larger without having it all in memory.
  /// - Throws: For folders, pipes and devices, too: reading one could take for ever. And for a file
  ///   that somebody writes while it is read, since half of what they write may say something else.
  package static func read(_ path: String, limit: Int = .max) throws(HostError) -> [UInt8]? {
    // Not blocking, or a pipe would wait for its writer before it can be refused.
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      let error = HostError.last("read", path)
      if error.isMissing { return nil }
      throw error
    }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw .last("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HostError("read", path, reason: "it is not a regular file")
    }
    // Who writes a file is done in a moment; who writes it all the time is no author of a profile.
    for _ in 1...3 {
      let before = status
      let bytes = try content(of: file, path, size: Int(status.st_size), limit: limit)
      guard unsafe fstat(file, &status) == 0 else { throw .last("read", path) }
      if status.isSame(as: before) { return bytes }
      guard lseek(file, 0, SEEK_SET) == 0 else { throw .last("read", path) }
    }
    throw HostError("read", path, reason: "somebody is writing it")
  }

  private static func content(
    of file: Int32, _ path: String, size: Int, limit: Int
  ) throws(HostError) -> [UInt8] {
    let wanted = limit == .max ? Int.max : limit + 1
    let size = min(size, wanted)
    var bytes: [UInt8] = []
    var failure: HostError?
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let got = unsafe Self.read(file, into: buffer, from: count)
        if got < 0 { failure = .last("read", path) }
        if got <= 0 { break }
        count += got
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private static func read(
    _ file: Int32, into buffer: UnsafeMutableBufferPointer<UInt8>, from offset: Int
  ) -> Int {
    while true {
      let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[offset...])
      let got = unsafe sysRead(file, rest.baseAddress, rest.count)
      if got < 0, errno == EINTR { continue }
      return got
    }
  }

  /// The names in a folder, always in the same order; empty when there is no folder.
  package static func names(in path: String) throws(HostError) -> [String] {
    try entries(in: path).map(\.name)
  }

  /// Something in a folder.
  package struct Entry: Sendable {
    package let name: String
    package let kind: Kind
  }

  /// What stands in a folder, by name, always in the same order; empty when there is no folder.
  package static func entries(in path: String) throws(HostError) -> [Entry] {
    guard let folder = unsafe opendir(path) else {
      let error = HostError.last("read the folder", path)
      if error.isMissing { return [] }
      throw error
    }
    defer { unsafe closedir(folder) }
    var entries: [Entry] = []
    while true {
      // The end and a failure look the same but for this.
      errno = 0
      guard let entry = unsafe readdir(folder) else {
        guard errno == 0 else { throw .last("read the folder", path) }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      guard name != ".", name != ".." else { continue }
      // Most file systems say the kind with the name, which spares a call for each file.
      let kind: Kind =
        switch unsafe Int(entry.pointee.d_type) {
        case Int(DT_REG): .file
        case Int(DT_DIR): .folder
        case Int(DT_LNK): .link
        default: try Self.kind(of: path + "/" + name) ?? .other
        }
      entries.append(Entry(name: name, kind: kind))
    }
    // Swift compares ASCII by bytes, fast; only names that look alike need their bytes compared.
    return entries.sorted { left, right in
      left.name < right.name
        || (left.name == right.name && left.name.utf8.lexicographicallyPrecedes(right.name.utf8))
    }
  }

  /// Where a link points, as it is written; nil for anything but a link.
  package static func destination(of path: String) throws(HostError) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe bytes.baseAddress.map { unsafe readlink(path, $0, bytes.count) } ?? -1
    }
    if count >= 0 { return String(decoding: buffer[..<count], as: UTF8.self) }
    let error = HostError.last("read the link", path)
    guard error.isMissing || error.code == EINVAL else { throw error }
    return nil
  }

  /// The canonical path of an existing file, every link followed; nil when there is none.
  package static func canonical(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// A file's bytes to its end, whatever size the system claims: for what the kernel makes up.
  package static func readStream(_ path: String) throws(HostError) -> [UInt8]? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else {
      let error = HostError.last("read", path)
      if error.isMissing { return nil }
      throw error
    }
    defer { close(file) }
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
      unsafe count = max(0, Self.read(file, into: buffer, from: 0))
    }
    return bytes
  }

  /// The permission bits of a file; nil where there is none.
  package static func permissions(of path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_mode & 0o777) : nil
  }

  package static func canReadAndWrite(_ path: String) -> Bool {
    unsafe access(path, R_OK | W_OK) == 0
  }

  /// What a user may still write to a file system, in bytes.
  package static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// The folder that relative paths start from.
  package static func currentFolder() -> String { canonical(".") ?? "." }

  /// The path of the running program.
  package static func program() -> String? { canonical("/proc/self/exe") }
}

private func sysRead(_ file: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
  unsafe read(file, buffer, count)
}

extension stat {
  /// Whether nobody has written the file in between.
  fileprivate func isSame(as earlier: stat) -> Bool {
    #if canImport(Darwin)
      let (now, then) = (st_mtimespec, earlier.st_mtimespec)
    #else
      let (now, then) = (st_mtim, earlier.st_mtim)
    #endif
    return st_size == earlier.st_size && now.tv_sec == then.tv_sec && now.tv_nsec == then.tv_nsec
  }
}
