/// Text of a script, of which each byte knows its place in the source and whether its value is open.
///
/// A byte is open if it belongs to a reference whose value the script does not show, such as `$1`.
struct ShellText: Sendable {
  /// The bytes.
  private(set) var bytes: [UInt8] = []
  /// For each byte, its offset in the source times four, one more if it is open, and two more if it depends
  /// on a condition.
  private var marks: [Int] = []

  init() {}

  /// Creates a text from bytes that follow each other in the source.
  init(_ bytes: [UInt8], at offset: Int) {
    self.bytes = bytes
    marks = bytes.indices.map { (offset + $0) * 4 }
  }

  /// Creates a text that has the place of another one.
  init(_ text: String, at other: ShellText) {
    bytes = Array(text.utf8)
    marks = Array(repeating: other.offset(0) * 4, count: bytes.count)
  }

  var count: Int { bytes.count }
  var isEmpty: Bool { bytes.isEmpty }
  /// Whether any of it is open.
  var isOpen: Bool { marks.contains { $0 & 1 == 1 } }
  /// Whether any of it was set under a condition that the script does not decide.
  var isConditional: Bool { marks.contains { $0 & 2 == 2 } }
  /// The text, with U+FFFD for invalid UTF-8.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Returns the place of a byte in the source; for the end, the place after the last byte.
  func offset(_ index: Int) -> Int {
    if index < marks.count { return marks[index] >> 2 }
    return marks.last.map { ($0 >> 2) + 1 } ?? 0
  }

  /// Returns the place after a byte in the source.
  func end(before index: Int) -> Int { index > 0 ? offset(index - 1) + 1 : offset(0) }

  func isOpen(at index: Int) -> Bool { marks[index] & 1 == 1 }

  mutating func append(_ byte: UInt8, at offset: Int) {
    bytes.append(byte)
    marks.append(offset * 4)
  }

  mutating func append(_ other: ShellText) {
    bytes += other.bytes
    marks += other.marks
  }

  /// Adds a byte of another text, with its place.
  mutating func append(_ index: Int, of other: ShellText) {
    bytes.append(other.bytes[index])
    marks.append(other.marks[index])
  }

  /// Returns a part of the text.
  func part(_ range: Range<Int>) -> ShellText {
    var part = ShellText()
    part.bytes = Array(bytes[range])
    part.marks = Array(marks[range])
    return part
  }

  /// Returns the text with all of it open.
  var opened: ShellText {
    var text = self
    text.marks = marks.map { $0 | 1 }
    return text
  }

  /// Returns the text as one that depends on a condition.
  var conditional: ShellText {
    var text = self
    text.marks = marks.map { $0 | 2 }
    return text
  }
}
