#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Small files and links that are replaced as a whole.
package enum Links {
  /// Makes a link lead elsewhere; whoever looks sees the old one or the new one.
  package static func replace(_ path: String, with destination: String) throws(HostError) {
    let staging = path + ".amm-new"
    unsafe unlink(staging)
    guard unsafe symlink(destination, staging) == 0 else { throw .last("link", path) }
    guard unsafe rename(staging, path) == 0 else { throw .last("link", path) }
    try sync(parentOf: path)
  }

  /// Writes a small file that is on the disk when this returns, or was not written at all.
  package static func write(_ text: String, to path: String) throws(HostError) {
    let staging = path + ".amm-new"
    unsafe unlink(staging)
    try FolderCreator.write(Array(text.utf8), to: staging)
    guard unsafe rename(staging, path) == 0 else { throw .last("write", path) }
    try sync(parentOf: path)
  }

  /// Removes a file or link; one that is not there is no error.
  package static func remove(_ path: String) throws(HostError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .last("remove", path) }
    try sync(parentOf: path)
  }

  /// Adds a line to a file that several programs may add to at once.
  package static func append(_ line: String, to path: String) throws(HostError) {
    let file = unsafe open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .last("write", path) }
    defer { close(file) }
    // A line of which a full disk took only a part must not take this one with it.
    let end = lseek(file, 0, SEEK_END)
    var last: UInt8 = 0x0A
    if end > 0 { _ = unsafe pread(file, &last, 1, end - 1) }
    let bytes = Array(((last == 0x0A ? "" : "\n") + line + "\n").utf8)
    // One call: with O_APPEND, lines of several writers do not mix.
    let count = unsafe bytes.withUnsafeBytes { unsafe sysWrite(file, $0.baseAddress, $0.count) }
    guard count == bytes.count, fsync(file) == 0 else { throw .last("write", path) }
  }

  private static func sync(parentOf path: String) throws(HostError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let handle = unsafe open(folder.isEmpty ? "/" : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { throw .last("open the folder", folder) }
    defer { close(handle) }
    guard fsync(handle) == 0 || errno == EINVAL else { throw .last("write", folder) }
  }
}

private func sysWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, buffer, count)
}
