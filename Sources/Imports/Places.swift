import Diagnostics

/// Lines and columns of byte offsets, found without going through the text each time.
struct Places {
  /// The distance between the counts of characters that are kept, in bytes.
  private static let step = 64

  let source: SourceFile
  private let starts: [Int]
  /// The number of characters that begin before each multiple of ``step``.
  private let counts: [Int]

  init(_ source: SourceFile) {
    self.source = source
    var starts = [source.textStart]
    var counts: [Int] = []
    counts.reserveCapacity(source.bytes.count / Self.step + 1)
    var count = 0
    for (index, byte) in source.bytes.enumerated() {
      if index % Self.step == 0 { counts.append(count) }
      if byte & 0xC0 != 0x80 { count += 1 }
      if byte == 0x0A { starts.append(index + 1) }
    }
    counts.append(count)
    self.starts = starts
    self.counts = counts
  }

  /// Returns the number of characters that begin before an offset.
  private func characters(before offset: Int) -> Int {
    let block = min(offset / Self.step, counts.count - 1)
    let first = block * Self.step
    guard offset > first else { return counts[block] }
    return counts[block] + source.bytes[first..<offset].count { $0 & 0xC0 != 0x80 }
  }

  /// Returns the position of a byte; that of the end for an offset after it.
  func position(_ offset: Int) -> SourcePosition {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    let start = min(starts[low], source.bytes.count)
    let end = max(start, min(offset, source.bytes.count))
    let column = characters(before: end) - characters(before: start)
    return SourcePosition(line: low + 1, column: column + 1)
  }

  /// Returns the byte offset of a position; columns count code points.
  func offset(of position: SourcePosition) -> Int {
    guard starts.indices.contains(position.line - 1) else { return source.bytes.count }
    var index = starts[position.line - 1]
    var rest = position.column - 1
    while index < source.bytes.count, rest > 0 || source.bytes[index] & 0xC0 == 0x80 {
      if source.bytes[index] & 0xC0 != 0x80 { rest -= 1 }
      index += 1
    }
    return index
  }

  /// Returns the range between two offsets.
  func range(_ start: Int, _ end: Int) -> SourceRange {
    SourceRange(start: position(start), end: position(end))
  }
}
