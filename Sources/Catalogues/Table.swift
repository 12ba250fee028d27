import Text

/// A table of lines, with an index of names.
@safe struct Table: @unchecked Sendable {
  // `@unchecked`: the bytes are constants in the program and are never changed or freed.
  private let bytes: UnsafeBufferPointer<UInt8>
  /// The start of each line.
  private let starts: [Int]
  /// A hash table of indexes into `words` plus one, or 0 if empty; its size is a power of two.
  private let slots: [UInt16]
  private let words: [Word]
  /// The end of the option lines and the start of the variable lines.
  private let optionsEnd: Int

  /// A name, an off form or a variable.
  private struct Word {
    let start: UInt32
    let length: UInt16
    let line: UInt16
  }

  /// The kind of a removed option.
  static let removed = "removed"

  private static let tab: UInt8 = 0x09
  private static let newline: UInt8 = 0x0A
  private static let space: UInt8 = 0x20
  private static let hash: UInt8 = 0x23
  private static let dollar: UInt8 = 0x24

  /// Indexes a table.
  ///
  /// - Parameter bytes: Constants in the program.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    unsafe self.bytes = bytes
    let end = bytes.count
    var starts: [Int] = []
    var words: [Word] = []
    starts.reserveCapacity(end / 48)
    words.reserveCapacity(end / 32)
    var (index, start, column, lineStart) = (0, 0, 0, 0)
    // Variables without an option are at the end of the table and are not indexed.
    while index < end {
      if index == lineStart, unsafe bytes[index] == Self.dollar { break }
      let byte = unsafe bytes[index]
      if byte <= Self.space {
        if index > start, column < 2 || column == 6, unsafe bytes[lineStart] != Self.hash {
          words.append(
            Word(
              start: UInt32(start), length: UInt16(index - start), line: UInt16(starts.count)))
        }
        start = index + 1
        if byte == Self.tab {
          column += 1
        } else if byte == Self.newline {
          starts.append(lineStart)
          (column, lineStart) = (0, start)
        }
      }
      index += 1
    }
    optionsEnd = index
    var size = 64
    while size < 2 * words.count { size *= 2 }
    var slots = [UInt16](repeating: 0, count: size)
    for number in words.indices {
      let word = words[number]
      let text = unsafe UnsafeBufferPointer(
        rebasing: bytes[Int(word.start)..<Int(word.start) + Int(word.length)])
      var slot = unsafe Self.hash(text) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt16(number + 1)
    }
    self.starts = starts
    self.words = words
    self.slots = slots
  }

  /// Returns the first line with a name.
  subscript(name: String) -> Int? {
    unsafe name.withBytes { name in
      var slot = unsafe Self.hash(name) & (slots.count - 1)
      while slots[slot] != 0 {
        let word = words[Int(slots[slot]) - 1]
        let start = Int(word.start)
        if Int(word.length) == name.count,
          unsafe bytes[start..<start + name.count].elementsEqual(name)
        {
          return Int(word.line)
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }
  }

  /// Returns the line of an option.
  func line(_ number: Int) -> TableLine {
    let start = starts[number]
    let end = (number + 1 < starts.count ? starts[number + 1] : optionsEnd) - 1
    return unsafe TableLine(UnsafeBufferPointer(rebasing: bytes[start..<end]))
  }

  /// The lines of options, including the comment at the start.
  var lines: [TableLine] { starts.indices.map(line) }

  /// The lines of variables without an option.
  var variableLines: [TableLine] {
    unsafe bytes[optionsEnd...].split(separator: Self.newline)
      .map { unsafe TableLine(UnsafeBufferPointer(rebasing: $0)) }
  }

  /// Checks whether a line is a removed option.
  func isRemoved(_ number: Int) -> Bool {
    line(number).has(Self.removed, in: 2)
  }

  /// Returns the FNV-1a hash of a name.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt32 = 0x811C_9DC5
    for index in name.indices { hash = unsafe (hash ^ UInt32(name[index])) &* 0x0100_0193 }
    return Int(hash ^ hash >> 16)
  }
}
