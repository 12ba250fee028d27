#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that grows until it is complete, and can be continued after an interruption.
package final class PartialFile {
  private let folder: Folder
  private let name: String
  private let handle: Int32
  /// The current size in bytes.
  package private(set) var size: Int

  /// Opens a file of a folder for appending, and creates it if it is missing.
  ///
  /// - Throws: `HostError`, also if the name is not a regular file, if the file has a second hard
  ///   link, or if another amm is appending to it.
  package init(_ name: String, in folder: Folder) throws(HostError) {
    self.folder = folder
    self.name = name
    handle = folder.open(name, O_RDWR | O_CREAT | O_NONBLOCK, 0o666)
    guard handle >= 0 else { throw folder.failure("write", name) }
    var status = stat()
    guard unsafe fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      // A second hard link would be changed too.
      status.st_nlink == 1
    else {
      close(handle)
      throw HostError(
        "write", folder.shown(name), reason: "it is not a regular file, or has a second hard link")
    }
    size = Int(status.st_size)
    guard flock(handle, LOCK_EX | LOCK_NB) == 0 else {
      close(handle)
      throw HostError("write", folder.shown(name), reason: "another program is fetching it")
    }
  }

  deinit { close(handle) }

  /// Appends bytes.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(HostError) {
    guard lseek(handle, off_t(size), SEEK_SET) >= 0 else {
      throw .last("write", folder.shown(name))
    }
    var done = 0
    while done < bytes.count {
      let count = unsafe write(handle, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("write", folder.shown(name)) }
      done += count
      size += count
    }
  }

  /// Removes all content.
  package func empty() throws(HostError) {
    guard ftruncate(handle, 0) == 0 else { throw .last("write", folder.shown(name)) }
    size = 0
  }

  /// Passes on the content, from its beginning, a megabyte at a time.
  package func read(_ take: (UnsafeRawBufferPointer) -> Void) throws(HostError) {
    unsafe try Self.read(handle, folder.shown(name), take)
  }

  /// Flushes the file to disk and renames it.
  ///
  /// - Parameter other: The new name.
  package func finish(as other: String) throws(HostError) {
    guard fsync(handle) == 0 else { throw .last("write", folder.shown(name)) }
    try folder.rename(name, to: other)
    try folder.sync()
  }

  static func read(
    _ handle: Int32, _ path: String, _ take: (UnsafeRawBufferPointer) -> Void
  ) throws(HostError) {
    var place = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe pread(handle, bytes.baseAddress, bytes.count, off_t(place))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .last("read", path) }
      if count == 0 { return }
      unsafe buffer.withUnsafeBytes { bytes in
        unsafe take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      }
      place += count
    }
  }
}

extension Folder {
  /// Returns the size in bytes of a file in this folder, or nil if the file does not exist.
  package func size(of relative: String) throws(HostError) -> Int? {
    guard let file = try opened(relative) else { return nil }
    close(file.handle)
    return file.size
  }

  /// Passes on the bytes of a file, a megabyte at a time.
  ///
  /// - Returns: Whether the file exists.
  package func stream(
    _ relative: String, to take: (UnsafeRawBufferPointer) -> Void
  ) throws(HostError) -> Bool {
    guard let file = try opened(relative) else { return false }
    defer { close(file.handle) }
    unsafe try PartialFile.read(file.handle, shown(relative), take)
    return true
  }

  private func opened(_ relative: String) throws(HostError) -> (handle: Int32, size: Int)? {
    let file = open(relative, O_RDONLY | O_NONBLOCK)
    guard file >= 0 else {
      let error = failure("read", relative)
      if error.isMissing { return nil }
      throw error
    }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(file)
      throw HostError("read", shown(relative), reason: "it is not a file")
    }
    return (file, Int(status.st_size))
  }
}
