#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Folder {
  /// Returns whether a regular file has exactly a text; false if that cannot be found out.
  ///
  /// Only a part of the file is in memory at a time.
  package func holds(_ text: String, at relative: String) -> Bool {
    let file = open(relative, O_RDONLY | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) == text.utf8.count
    else { return false }
    return unsafe text.utf8.withContiguousStorageIfAvailable {
      unsafe Self.holds($0, in: file)
    } ?? false
  }

  private static func holds(_ bytes: UnsafeBufferPointer<UInt8>, in file: Int32) -> Bool {
    var part = [UInt8](repeating: 0, count: min(bytes.count, 1 << 16))
    var place = 0
    while place < bytes.count {
      let isSame = unsafe part.withUnsafeMutableBufferPointer { part in
        let count = unsafe Files.read(file, into: part, from: 0)
        guard count > 0, count <= bytes.count - place, let found = part.baseAddress,
          let wanted = bytes.baseAddress
        else { return false }
        defer { place += count }
        return unsafe memcmp(found, wanted + place, count) == 0
      }
      guard isSame else { return false }
    }
    return true
  }
}
