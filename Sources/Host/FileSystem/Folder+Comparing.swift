#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Folder {
  /// Returns whether a regular file has exactly a text; false if that cannot be found out.
  package func holds(_ text: String, at relative: String) -> Bool {
    holds(parts: 1, { _ in text }, at: relative)
  }

  /// Returns whether a regular file has exactly the text of all parts; false if that cannot be found out.
  ///
  /// Only a part of the file is in memory at a time.
  package func holds(parts: Int, _ part: (Int) -> String, at relative: String) -> Bool {
    let file = open(relative, O_RDONLY | O_NONBLOCK)
    guard file >= 0 else { return false }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    var rest = Int(status.st_size)
    for index in 0..<parts {
      let text = part(index)
      rest -= text.utf8.count
      // The last part ends where the file does.
      guard rest >= 0, index < parts - 1 || rest == 0 else { return false }
      let isSame = unsafe text.utf8.withContiguousStorageIfAvailable {
        unsafe Self.holds($0, in: file)
      }
      guard isSame ?? false else { return false }
    }
    return rest == 0
  }

  private static func holds(_ bytes: UnsafeBufferPointer<UInt8>, in file: Int32) -> Bool {
    var part = [UInt8](repeating: 0, count: min(bytes.count, 1 << 16))
    var place = 0
    while place < bytes.count {
      let isSame = unsafe part.withUnsafeMutableBufferPointer { part in
        // Not beyond these bytes, which another part may follow.
        let rest = unsafe part.prefix(bytes.count - place)
        let count = unsafe Files.read(file, into: .init(rebasing: rest), from: 0)
        guard count > 0, let found = part.baseAddress,
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
