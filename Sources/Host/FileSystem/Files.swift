#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Read-only access to paths that the user or the system provides; files in a workspace are
/// accessed through ``Folder`` instead.
package enum Files {
  /// The kind of a file.
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

  /// Returns the kind of file at a path, without following links; nil if there is none.
  package static func kind(of path: String) throws(HostError) -> Kind? {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else {
      let error = HostError.last("inspect", path)
      if error.isMissing { return nil }
      throw error
    }
    return Kind(status.st_mode)
  }

  /// Returns the size of a regular file in bytes, following links; nil if there is none.
  package static func size(of path: String) -> Int? {
    var status = stat()
    guard unsafe stat(path, &status) == 0, Kind(status.st_mode) == .file else { return nil }
    return Int(status.st_size)
  }

  /// Returns the bytes of a regular file; nil if there is none.
  ///
  /// - Parameter limit: The maximum size. One more byte is read, so that the caller can detect a
  ///   larger file without holding all of it in memory.
  /// - Throws: Also for folders, pipes and devices, which could block forever, and for a file that
  ///   another process keeps changing, because its content may be incomplete.
  package static func read(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
    guard let file = try opened(path) else { return nil }
    defer { close(file) }
    return try content(of: file, path, limit: limit)
  }

  /// Returns the current content of a log, from its beginning.
  ///
  /// It may still be growing.
  ///
  /// - Parameters:
  ///   - path: The file; nil for the standard input, which is read to its end.
  ///   - limit: The maximum number of bytes to read.
  /// - Throws: Also if the path is a folder, a pipe, a device, or does not exist.
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

  /// Opens a file for reading; the caller closes it.
  ///
  /// Nil if there is none.
  private static func opened(_ path: String) throws(HostError) -> Int32? {
    // Non-blocking, because opening a pipe would wait for its writer.
    let file = sysOpen(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if file >= 0 { return file }
    let error = HostError.last("read", path)
    if error.isMissing { return nil }
    throw error
  }

  /// Returns the bytes of an open file, from its beginning.
  ///
  /// - Parameter path: The file's name in messages.
  static func content(of file: Int32, _ path: String, limit: Int) throws(HostError) -> [UInt8] {
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw .last("read", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw HostError("read", path, reason: "it is not a regular file")
    }
    // A normal write is done within a moment; give up on a file that changes all the time.
    for _ in 1...3 {
      let before = status
      let bytes = try content(of: file, path, size: Int(status.st_size), limit: limit)
      guard unsafe fstat(file, &status) == 0 else { throw .last("read", path) }
      if status.isSame(as: before) { return bytes }
      guard lseek(file, 0, SEEK_SET) == 0 else { throw .last("read", path) }
    }
    throw HostError("read", path, reason: "another process is writing it")
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

  /// Reads into a buffer from an offset of it; returns the number of bytes, 0 at the end, or -1 with
  /// `errno` set.
  static func read(
    _ file: Int32, into buffer: UnsafeMutableBufferPointer<UInt8>, from offset: Int
  ) -> Int {
    while true {
      let rest = unsafe UnsafeMutableBufferPointer(rebasing: buffer[offset...])
      let got = unsafe sysRead(file, rest.baseAddress, rest.count)
      if got < 0, errno == EINTR { continue }
      return got
    }
  }

  /// Returns the names in a folder, always in the same order; empty if there is no folder.
  package static func names(in path: String) throws(HostError) -> [String] {
    try entries(in: path).map(\.name)
  }

  /// An entry of a folder.
  package struct Entry: Sendable {
    package let name: String
    package let kind: Kind
    /// Whether the name is valid UTF-8; otherwise the file cannot be accessed by this name.
    package var isExact = true
  }

  /// Returns the entries of a folder sorted by name; empty if there is no folder.
  package static func entries(in path: String) throws(HostError) -> [Entry] {
    try Folder.open(path)?.entries() ?? []
  }

  /// Returns the canonical path of an existing file, with all links resolved; nil if there is none.
  package static func canonical(_ path: String) -> String? {
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Returns a file's bytes to its end, ignoring its reported size, for files that the kernel
  /// generates.
  package static func readStream(_ path: String) throws(HostError) -> [UInt8]? {
    guard let file = try opened(path) else { return nil }
    defer { close(file) }
    // The kernel returns one page of a generated file at a time.
    var all: [UInt8] = []
    while all.count < Self.streamLimit {
      let part = unsafe [UInt8](unsafeUninitializedCapacity: 65536) { buffer, count in
        unsafe count = max(0, Self.read(file, into: buffer, from: all.count))
      }
      guard !part.isEmpty else { break }
      all += part
    }
    return all
  }

  /// The bytes that are read of a file that the kernel generates: a table of 400,000 connections.
  private static let streamLimit = 64 << 20

  /// Returns the permission bits of a file; nil if there is none.
  package static func permissions(of path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_mode & 0o777) : nil
  }

  /// Returns the group ID of a file; nil if there is none.
  package static func group(of path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_gid) : nil
  }

  /// Returns the space that a user may still write to a file system, in bytes.
  package static func freeBytes(at path: String) -> Int? {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// Returns the current folder, which relative paths start from.
  package static func currentFolder() -> String { canonical(".") ?? "." }

  /// Returns the path of the running program.
  package static func program() -> String? { canonical("/proc/self/exe") }
}

extension Files {
  /// Writes all bytes; returns false, with `errno` set, on failure.
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

  /// Writes once and returns the number of bytes written; negative, with `errno` set, on failure.
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
  /// Returns whether the file is unchanged since an earlier call.
  fileprivate func isSame(as earlier: stat) -> Bool {
    #if canImport(Darwin)
      let (now, then) = (st_mtimespec, earlier.st_mtimespec)
    #else
      let (now, then) = (st_mtim, earlier.st_mtim)
    #endif
    return st_size == earlier.st_size && now.tv_sec == then.tv_sec && now.tv_nsec == then.tv_nsec
  }
}
