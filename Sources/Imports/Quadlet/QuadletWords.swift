import Diagnostics
import Schema
import Text

/// Splits values of units into words by the rules of systemd, which are not those of a shell
/// (Podman 5.4.2, pkg/systemd/parser/split.go).
package enum QuadletWords {
  /// A word of a value.
  struct Word {
    /// The word without quotes and escapes, and its place.
    let text: Located<String>
    /// Whether quotes in the middle of the word were removed, such as those of JSON.
    let losesQuotes: Bool
  }

  /// What the generator reads in another way than it is meant.
  enum Problem {
    /// An escape that it does not know, so that it ignores the entire line.
    case escape(Located<String>)
    /// An empty word, at which it stops.
    case emptyWord(SourceRange)
  }

  /// The words of a value.
  struct Split {
    var words: [Word] = []
    var problem: Problem?
  }

  /// Returns the words of a text.
  ///
  /// - Parameter hasEscapes: Whether a backslash begins an escape, which depends on the key.
  /// - Returns: Nil if the generator ignores the text because of an unknown escape.
  package static func words(of text: String, escapes hasEscapes: Bool = true) -> [String]? {
    let split = split(QuadletText(text), escapes: hasEscapes)
    if case .escape = split.problem { return nil }
    return split.words.map(\.text.value)
  }

  static func split(_ text: QuadletText, escapes hasEscapes: Bool) -> Split {
    var reader = WordReader(text: text, bytes: text.bytes, hasEscapes: hasEscapes)
    var split = Split()
    while let word = reader.word() {
      if let escape = reader.escape {
        return Split(words: [], problem: .escape(escape))
      }
      guard !word.text.value.isEmpty else {
        split.problem = .emptyWord(word.text.range)
        break
      }
      split.words.append(word)
    }
    return split
  }
}

private struct WordReader {
  let text: QuadletText
  let bytes: [UInt8]
  let hasEscapes: Bool
  /// The unknown escape that was found.
  var escape: Located<String>?
  private var index = 0

  init(text: QuadletText, bytes: [UInt8], hasEscapes: Bool) {
    self.text = text
    self.bytes = bytes
    self.hasEscapes = hasEscapes
  }

  /// Returns the next word; nil if there is none.
  mutating func word() -> QuadletWords.Word? {
    while index < bytes.count, Self.isSeparator(bytes[index]) { index += 1 }
    guard index < bytes.count else { return nil }
    let start = index
    var out: [UInt8] = []
    var quote: UInt8?
    var quotesInside = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == open {
          quote = nil
          index += 1
          continue
        }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
        // `{"`, `["`, `:"` and `,"` are JSON that needs quotes around it.
        if byte == 0x22, let last = out.last, [0x7B, 0x5B, 0x3A, 0x2C].contains(last) {
          quotesInside += 1
        }
        index += 1
        continue
      } else if Self.isSeparator(byte) {
        break
      }
      if byte == 0x5C, hasEscapes {
        guard let (scalar, length) = unescaped(at: index + 1) else {
          let end = min(index + 2, bytes.count)
          escape = Located(
            String(decoding: bytes[index..<end], as: UTF8.self), text.range(index..<end))
          return QuadletWords.Word(
            text: Located("", text.range(start..<end)), losesQuotes: false)
        }
        out += Array(String(Character(scalar)).utf8)
        index += 1 + length
        continue
      }
      out.append(byte)
      index += 1
    }
    let isJSON = quotesInside > 0 && (out.contains(0x7B) || out.contains(0x5B))
    return QuadletWords.Word(
      text: Located(String(decoding: out, as: UTF8.self), text.range(start..<index)),
      losesQuotes: isJSON)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    [0x20, 0x09, 0x0A, 0x0D].contains(byte)
  }

  private static let simple: [UInt8: Unicode.Scalar] = [
    0x61: "\u{07}", 0x62: "\u{08}", 0x66: "\u{0C}", 0x6E: "\n", 0x72: "\r", 0x74: "\t",
    0x76: "\u{0B}", 0x5C: "\\", 0x22: "\"", 0x27: "'", 0x73: " ",
  ]

  /// Returns the character of an escape after its backslash, and the escape's length.
  private func unescaped(at start: Int) -> (Unicode.Scalar, Int)? {
    guard start < bytes.count else { return nil }
    let kind = bytes[start]
    if let scalar = Self.simple[kind] { return (scalar, 1) }
    func number(_ from: Int, _ count: Int, radix: Int) -> Unicode.Scalar? {
      guard from + count <= bytes.count else { return nil }
      let digits = bytes[from..<(from + count)]
      guard digits.allSatisfy(\.isASCIIAlphanumeric),
        let value = UInt32(String(decoding: digits, as: UTF8.self), radix: radix), value > 0
      else { return nil }
      return Unicode.Scalar(value)
    }
    switch kind {
    case 0x78: return number(start + 1, 2, radix: 16).map { ($0, 3) }
    case 0x75: return number(start + 1, 4, radix: 16).map { ($0, 5) }
    case 0x55: return number(start + 1, 8, radix: 16).map { ($0, 9) }
    case 0x30...0x37:
      // Octal digits are a byte.
      return number(start, 3, radix: 8).flatMap { $0.value < 256 ? ($0, 3) : nil }
    default: return nil
    }
  }
}
