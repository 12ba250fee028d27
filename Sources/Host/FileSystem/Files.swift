#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Paths that the user or the system names, read-only; what stands in a workspace is reached through
/// ``Folder`` instead.
package enum Files {
  /// What lies at a path.
  package enum Kind: Sendable, Equatable {
    case file, folder, link, other

    init(_ mode: mode_t) {
      switch mode & S_IFMT {
      case S_IFREG: self = .file
      case S_IFDIR: self = .folder
      case S_IFLNK: self = .link
      default: self = .other
      }
    }
  }

  /// What stands at a path, the link itself where it is one; nil when nothing does.
  package static func kind(of path: String) throws(HostError) -> Kind? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      let error = HostError.last("look at", path)
      if error.isMissing { return nil }
      throw error
    }
    return Kind(status.st_mode)
  }

  /// Bytes of a regular file, links followed; nil for anything else, and where there is none.
  package static func size(of path: String) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, Kind(status.st_mode) == .file else { return nil }
    return Int(status.st_size)
  }

  /// A regular file's bytes; nil when there is none.
  ///
  /// - Parameter limit: One byte more than this is read, so that the caller can tell that the file
  ///   is larger without having it all in memory.
  /// - Throws: For folders, pipes and devices, too: reading one could take for ever. And for a file
  ///   that somebody writes while it is read, since half of what they write may say something else.
  package static func read(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
    guard let file = try opened(path) else { return nil }
    defer { close(file) }
    return try content(of: file, path, limit: limit)
  }

  /// What a log holds by now, from its beginning: somebody may be writing it.
  ///
  /// - Parameters:
  ///   - path: Nil for the standard input, to its end.
  ///   - limit: No more bytes than these are read.
  /// - Throws: For folders, pipes and devices that are named, and for a file that is not there.
  package static func readLog(_ path: String?, limit: Int) throws(HostError) -> [UInt8] {
    guard let path else { return try bytes(of: STDIN_FILENO, "the standard input", limit: limit) }
    guard let file = try opened(path) else {
      throw HostError("read", path, reason: "there is no such file")
    }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw .last("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HostError("read", path, reason: "it is not a regular file")
    }
    return try bytes(of: file, path, limit: limit)
  }

  private static func bytes(
    of file: Int32, _ name: String, limit: Int
  ) throws(HostError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      var got = 0
      let size = min(1 << 18, limit - bytes.count)
      bytes += unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        got = unsafe read(file, into: buffer, from: 0)
        count = max(0, got)
      }
      if got < 0 { throw .last("read", name) }
      if got == 0 { break }
    }
    return bytes
  }

  /// A file opened to be read, which the caller closes; nil where there is none.
  private static func opened(_ path: String) throws(HostError) -> Int32? {
    // Not blocking, or a pipe would wait for its writer before it can be refused.
    let file = sysOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if file >= 0 { return file }
    let error = HostError.last("read", path)
    if error.isMissing { return nil }
    throw error
  }

  /// The bytes of an open file, from its beginning.
  ///
  /// - Parameter path: What messages call it.
  static func content(of file: Int32, _ path: String, limit: Int) throws(HostError) -> [UInt8] {
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
    let size = min(size, limit + 1)
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
    /// Whether the name is UTF-8; one that is not cannot be named again.
    package var isExact = true
  }

  /// What stands in a folder, by name, always in the same order; empty when there is no folder.
  package static func entries(in path: String) throws(HostError) -> [Entry] {
    try Folder.open(path)?.entries() ?? []
  }

  /// The canonical path of an existing file, every link followed; nil when there is none.
  package static func canonical(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// A file's bytes to its end, whatever size the system claims: for what the kernel makes up.
  package static func readStream(_ path: String) throws(HostError) -> [UInt8]? {
    guard let file = try opened(path) else { return nil }
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

  /// The number of the group that a file belongs to; nil where there is none.
  package static func group(of path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_gid) : nil
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

extension Files {
  /// Writes all bytes; false, with `errno` set, where the system refuses.
  static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = writeOnce(rest, to: file)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  /// One call: how many bytes were taken; a negative number, with `errno` set, where none were.
  static func writeOnce(_ bytes: some Collection<UInt8>, to file: Int32) -> Int {
    bytes.withContiguousStorageIfAvailable {
      unsafe sysWrite(file, $0.baseAddress, $0.count)
    } ?? -1
  }
}

private func sysWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, buffer, count)
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
