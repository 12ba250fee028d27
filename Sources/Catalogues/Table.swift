import Text

/// The lines of a table, and where each name stands in it.
@safe struct Table: @unchecked Sendable {
  // `@unchecked`: the bytes are constants of the program, which nothing changes or frees.
  private let bytes: UnsafeBufferPointer<UInt8>
  /// Where each line begins.
  private let starts: [Int]
  /// A name's index in `words` and one more, or 0: a power of two of them.
  private let slots: [UInt16]
  private let words: [Word]
  /// Where the lines of options end, and those of other variables begin.
  private let optionsEnd: Int

  /// A name, an off form or a variable.
  private struct Word {
    let start: UInt32
    let length: UInt16
    let line: UInt16
  }

  /// The kind of an option that the launcher knows only to say that it is gone.
  static let removed = "removed"

  private static let tab: UInt8 = 0x09
  private static let newline: UInt8 = 0x0A
  private static let space: UInt8 = 0x20
  private static let hash: UInt8 = 0x23
  private static let dollar: UInt8 = 0x24

  /// - Parameter bytes: Constants of the program.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    unsafe self.bytes = bytes
    let end = bytes.count
    var starts: [Int] = []
    var words: [Word] = []
    starts.reserveCapacity(end / 48)
    words.reserveCapacity(end / 32)
    var (index, start, column, lineStart) = (0, 0, 0, 0)
    // Variables that stand for no option come last, and are found otherwise.
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

  /// The line that a name stands in; the first one, where several have it.
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

  /// A line of an option.
  func line(_ number: Int) -> TableLine {
    let start = starts[number]
    let end = (number + 1 < starts.count ? starts[number + 1] : optionsEnd) - 1
    return unsafe TableLine(UnsafeBufferPointer(rebasing: bytes[start..<end]))
  }

  /// Those of options, and the comment that they begin with.
  var lines: [TableLine] { starts.indices.map(line) }

  /// Those of variables that stand for no option.
  var variableLines: [TableLine] {
    unsafe bytes[optionsEnd...].split(separator: Self.newline)
      .map { unsafe TableLine(UnsafeBufferPointer(rebasing: $0)) }
  }

  /// Whether a line is of an option that is gone.
  func isRemoved(_ number: Int) -> Bool {
    line(number).has(Self.removed, in: 2)
  }

  /// FNV-1a.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt32 = 0x811C_9DC5
    for index in name.indices { hash = unsafe (hash ^ UInt32(name[index])) &* 0x0100_0193 }
    return Int(hash ^ hash >> 16)
  }
}
