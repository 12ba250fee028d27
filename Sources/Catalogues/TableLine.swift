import Text

/// A line of a table, with columns that are decoded on demand.
@safe struct TableLine: @unchecked Sendable {
  // `@unchecked`: the bytes are constants in the program and are never changed or freed.
  private let bytes: UnsafeBufferPointer<UInt8>

  /// - Parameter bytes: The line without the newline.
  init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = bytes }

  private static let tab: UInt8 = 0x09
  private static let space: UInt8 = 0x20

  /// Returns the range of a column; empty if the line does not have it.
  private func range(of column: Int) -> Range<Int> {
    var start = 0
    var left = column
    for index in unsafe bytes.indices where unsafe bytes[index] == Self.tab {
      if left == 0 { return start..<index }
      left -= 1
      start = index + 1
    }
    return unsafe left == 0 ? start..<bytes.count : 0..<0
  }

  func text(_ column: Int) -> String {
    unsafe String(decoding: bytes[range(of: column)], as: UTF8.self)
  }

  func words(_ column: Int) -> [String] {
    unsafe bytes[range(of: column)].split(separator: Self.space)
      .map { unsafe String(decoding: $0, as: UTF8.self) }
  }

  func isEmpty(_ column: Int) -> Bool { range(of: column).isEmpty }

  /// Checks whether a column contains a word.
  func has(_ word: String, in column: Int) -> Bool {
    let range = range(of: column)
    return unsafe word.withBytes { word in
      var start = range.lowerBound
      while start < range.upperBound {
        var end = start
        while end < range.upperBound, unsafe bytes[end] != Self.space { end += 1 }
        if end - start == word.count,
          unsafe bytes[start..<end].elementsEqual(word)
        {
          return true
        }
        start = end + 1
      }
      return false
    }
  }

  /// The first byte, which identifies the kind of line.
  var mark: UInt8? { unsafe bytes.first }
}
