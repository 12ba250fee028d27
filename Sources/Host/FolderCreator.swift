#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes a whole new folder, or nothing.
package enum FolderCreator {
  package enum Item: Sendable {
    case file([UInt8])
    /// A symbolic link with this destination.
    case link(String)
    case folder
  }

  /// - Parameters:
  ///   - path: Where the folder is to be; nothing or an empty folder may stand there.
  ///   - items: What it is to hold, by path below it.
  package static func create(
    _ path: String, with items: [(path: String, item: Item)]
  ) throws(HostError) {
    if let slash = path.lastIndex(of: "/") { try makeAll(String(path[..<slash])) }
    let staging = path + ".amm-new-" + String(getpid())
    do throws(HostError) {
      try make(staging)
      for (relative, item) in items { try add(item, at: relative, in: staging) }
      guard unsafe rename(staging, path) == 0 else { throw .last("create", path) }
    } catch {
      try? remove(staging)
      throw error
    }
  }

  /// Makes a folder and those above it, where they are missing.
  package static func makeAll(_ path: String) throws(HostError) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      folder += folder.isEmpty || folder == "/" ? String(part) : "/" + part
      if try Files.kind(of: folder) == nil { try make(folder) }
    }
  }

  private static func add(
    _ item: Item, at relative: String, in root: String
  ) throws(HostError) {
    var folder = root
    for part in relative.split(separator: "/").dropLast() {
      folder += "/" + part
      if try Files.kind(of: folder) == nil { try make(folder) }
    }
    let path = root + "/" + relative
    switch item {
    case .folder: try make(path)
    case .link(let destination):
      guard unsafe symlink(destination, path) == 0 else { throw .last("link", path) }
    case .file(let bytes): try write(bytes, to: path)
    }
  }

  /// Writes a new file; one that is there already is refused.
  static func write(_ bytes: [UInt8], to path: String) throws(HostError) {
    let handle = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard handle >= 0 else { throw .last("write", path) }
    defer { close(handle) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe sysWrite(handle, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .last("write", path) }
      rest = rest.dropFirst(count)
    }
    guard fsync(handle) == 0 else { throw .last("write", path) }
  }

  static func make(_ folder: String) throws(HostError) {
    guard unsafe mkdir(folder, 0o777) == 0 else { throw .last("create the folder", folder) }
  }

  static func remove(_ folder: String) throws(HostError) {
    for entry in try Files.names(in: folder) {
      let path = folder + "/" + entry
      if try Files.kind(of: path) == .folder { try remove(path) } else { unsafe unlink(path) }
    }
    unsafe rmdir(folder)
  }
}

private func sysWrite(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, buffer, count)
}
