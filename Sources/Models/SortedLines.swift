/// A table of lines `NAME<tab>REST`, sorted by bytes and embedded in the program.
@safe struct SortedLines {
  /// The first byte of the table.
  private let start: UnsafePointer<UInt8>?
  private let length: Int

  /// - Parameters:
  ///   - start: The first byte of the table; must remain valid while the program runs.
  ///   - length: The length in bytes.
  init(start: UnsafePointer<UInt8>?, length: Int) {
    unsafe self.start = start
    self.length = length
  }

  /// Returns the rest of a name's line; nil if the name has no line.
  ///
  /// Uses binary search, because a command looks up only a few of thousands of names.
  func rest(of name: String) -> String? {
    guard !name.isEmpty, !name.utf8.contains(where: { $0 < 0x21 }) else { return nil }
    let bytes = unsafe UnsafeBufferPointer(start: start, count: length)
    let wanted = Array(name.utf8) + [0x09]
    var (low, high) = (0, bytes.count)
    while low < high {
      var start = (low + high) / 2
      while start > low, unsafe bytes[start - 1] != 0x0A { start -= 1 }
      var end = start
      while end < bytes.count, unsafe bytes[end] != 0x0A { end += 1 }
      let line = unsafe bytes[start..<end]
      if unsafe line.starts(with: wanted) {
        return unsafe String(decoding: line.dropFirst(wanted.count), as: UTF8.self)
      }
      if unsafe line.lexicographicallyPrecedes(wanted) { low = end + 1 } else { high = start }
    }
    return nil
  }

  /// All lines, each split into name and rest.
  var all: [(name: Substring, rest: Substring)] {
    let bytes = unsafe UnsafeBufferPointer(start: start, count: length)
    return unsafe String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      line.firstIndex(of: "\t").map { (line[..<$0], line[line.index(after: $0)...]) }
    }
  }
}
