import Diagnostics
import Schema
import Text

/// A unit of systemd as systemd itself reads it, in which each byte of a value knows its place
/// (systemd 257, src/shared/conf-parser.c).
struct ServiceFile {
  /// A key with its value.
  struct Line {
    let section: String
    let key: String
    /// The value, of which continued lines are one text.
    let value: ShellText
    /// The offsets of the key.
    let place: Range<Int>
  }

  private(set) var lines: [Line] = []
  /// The offsets of lines that are neither a section nor a key with a value.
  private(set) var strays: [Range<Int>] = []

  init(_ source: SourceFile) {
    var section = ""
    var continued: ShellText?
    var index = source.textStart
    let bytes = source.bytes
    while index < bytes.count {
      let end = bytes[index...].firstIndex { $0 == 0x0A } ?? bytes.count
      let line = Self.trimmed(bytes, index..<end)
      index = end + 1
      // A comment does not end a value that continues, and an empty line does.
      if let first = line.first, [0x23, 0x3B].contains(bytes[first]) { continue }
      var text = continued ?? ShellText()
      for offset in line { text.append(bytes[offset], at: offset) }
      if Self.continues(text), let last = line.last {
        text = text.part(0..<(text.count - 1))
        text.append(0x20, at: last)
        continued = text
        continue
      }
      continued = nil
      add(text, in: &section)
    }
    if let continued { add(continued, in: &section) }
  }

  /// Returns the values of a key, without those before an empty one.
  func values(of key: String, in section: String) -> [ShellText] {
    let all = lines.filter { $0.section == section && $0.key == key }.map(\.value)
    let start = all.lastIndex { $0.isEmpty }.map { $0 + 1 } ?? 0
    return Array(all[start...])
  }

  private mutating func add(_ text: ShellText, in section: inout String) {
    let bytes = text.bytes
    guard let first = bytes.first else { return }
    if first == 0x5B {
      section = String(decoding: bytes.dropFirst().prefix { $0 != 0x5D }, as: UTF8.self)
      return
    }
    guard let equals = bytes.firstIndex(of: 0x3D), equals > 0 else {
      strays.append(text.offset(0)..<text.end(before: bytes.count))
      return
    }
    let key = Self.trimmed(bytes, 0..<equals)
    lines.append(
      Line(
        section: section, key: String(decoding: bytes[key], as: UTF8.self),
        value: text.part(Self.trimmed(bytes, (equals + 1)..<bytes.count)),
        place: text.offset(key.lowerBound)..<text.end(before: key.upperBound)))
  }

  /// Whether an odd number of backslashes ends a text.
  private static func continues(_ text: ShellText) -> Bool {
    !text.bytes.reversed().prefix { $0 == 0x5C }.count.isMultiple(of: 2)
  }

  private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start].isASCIIBlank { start += 1 }
    while end > start, bytes[end - 1].isASCIIBlank { end -= 1 }
    return start..<end
  }
}

/// Splits values into words as systemd does (systemd 257, src/basic/extract-word.c and escape.c).
enum ServiceWords {
  private static let simple: [UInt8: UInt8] = [
    0x61: 0x07, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09, 0x76: 0x0B, 0x5C: 0x5C,
    0x22: 0x22, 0x27: 0x27, 0x73: 0x20,
  ]

  /// Returns the words of a text, without their quotes; an escape that systemd does not know stays as it is.
  static func words(of text: ShellText) -> [ShellField] {
    var words: [ShellField] = []
    var current: ShellText?
    var start = 0
    var quote: UInt8?
    let bytes = text.bytes
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if quote == nil, byte.isASCIIBlank {
        if let word = current {
          words.append(ShellField(text: word, start: start, end: text.end(before: index)))
        }
        current = nil
        index += 1
        continue
      }
      if current == nil { start = text.offset(index) }
      var word = current ?? ShellText()
      if byte == quote {
        quote = nil
      } else if quote == nil, byte == 0x22 || byte == 0x27 {
        quote = byte
      } else if byte == 0x5C, index + 1 < bytes.count {
        index += 1
        let code = bytes[(index + 1)...].prefix(2)
        if let meant = simple[bytes[index]] {
          word.append(meant, at: text.offset(index))
        } else if bytes[index] == 0x78, code.count == 2, code.allSatisfy(\.isASCIIAlphanumeric),
          let number = UInt8(String(decoding: code, as: UTF8.self), radix: 16), number > 0
        {
          word.append(number, at: text.offset(index))
          index += 2
        } else {
          // `\;` is no end of the command.
          if bytes[index] != 0x3B { word.append(index - 1, of: text) }
          word.append(index, of: text)
        }
      } else {
        word.append(index, of: text)
      }
      current = word
      index += 1
    }
    if let word = current {
      words.append(ShellField(text: word, start: start, end: text.end(before: bytes.count)))
    }
    return words
  }
}
