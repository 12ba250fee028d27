import Text
package import Values

/// Extracts the relevant part of an answer.
package enum AnswerText {
  /// Returns the text without leading and trailing whitespace.
  static func trimmed(_ text: some StringProtocol) -> String {
    let scalars = Substring(text).unicodeScalars
    guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
      let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
    else { return "" }
    return String(scalars[start...end])
  }

  /// Returns the answer without whitespace around it and without a leading `<think>` section.
  package static func final(_ answer: String) -> String {
    let text = trimmed(answer)
    guard text.hasPrefix("<think>") else { return text }
    let close = Array("</think>".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count >= close.count else { return text }
    var index = bytes.count - close.count
    while index > 0 {
      if bytes[index] == close[0], bytes[index...].starts(with: close) {
        return trimmed(String(decoding: bytes[(index + close.count)...], as: UTF8.self))
      }
      index -= 1
    }
    return text
  }

  /// Returns the JSON of an answer, which is all of it or its first Markdown code block; else nil.
  package static func json(_ answer: String) -> JSONValue? {
    let text = final(answer)
    if let value = JSONValue(parsing: text) { return value }
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let open = lines.firstIndex(where: { $0.hasPrefix("```") }),
      let close = lines[(open + 1)...].firstIndex(where: { $0.hasPrefix("```") })
    else { return nil }
    return JSONValue(parsing: lines[(open + 1)..<close].joined(separator: "\n"))
  }

  /// Returns the code of an answer: its first Markdown code block, or all of it if there is none.
  package static func code(_ answer: String) -> String {
    let text = final(answer)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let open = lines.firstIndex(where: { $0.hasPrefix("```") }) else { return text }
    let rest = lines[(open + 1)...]
    let close = rest.firstIndex { $0.hasPrefix("```") } ?? rest.endIndex
    return rest[..<close].joined(separator: "\n")
  }

  /// Returns the last number of an answer, where models put the result; `1,234` is one number.
  package static func lastNumber(_ answer: String) -> Double? {
    var bytes = Array(final(answer).utf8)[...]
    while let end = bytes.lastIndex(where: { $0.isASCIIDigit }) {
      var start = end
      while start > bytes.startIndex, isNumberByte(bytes[start - 1]) { start -= 1 }
      var digits = bytes[start...end].filter { $0 != UInt8(ascii: ",") }
      if start > bytes.startIndex, bytes[start - 1] == UInt8(ascii: "-") {
        // A hyphen between words or digits is not a sign.
        let isSign = start - 1 == bytes.startIndex || !isWordByte(bytes[start - 2])
        if isSign { digits.insert(UInt8(ascii: "-"), at: 0) }
      }
      let text = String(decoding: digits.drop { $0 == UInt8(ascii: ".") }, as: UTF8.self)
      if let number = Double(text), number.isFinite { return number }
      // `1.2.3` is a version or a date, not a number.
      bytes = bytes[..<start]
    }
    return nil
  }

  /// Returns the letter of a choice: `A` for 0.
  package static func letter(_ index: Int) -> String {
    Unicode.Scalar(UInt8(0x41 + min(index, 25))).description
  }

  /// Returns the index of the choice that an answer makes: the text of a choice, a letter at the
  /// beginning, the last letter after "answer", or the last single letter.
  package static func choice(_ answer: String, among choices: [String]) -> Int? {
    let text = final(answer)
    if let index = choices.firstIndex(where: { trimmed($0).lowercased() == text.lowercased() }) {
      return index
    }
    let letters = standing(in: text).filter { $0.index < choices.count }
    if let first = letters.first, first.isFirst, first.isMarked { return first.index }
    return letters.last { $0.followsAnswer }?.index
      ?? letters.last { $0.isMarked }?.index ?? letters.last?.index
  }

  private struct Letter {
    let index: Int
    /// Whether only spaces, asterisks and opening brackets come before it.
    let isFirst: Bool
    /// Whether punctuation, a line feed or the end follows, so that it is a label and not a word
    /// such as "A" or "I".
    let isMarked: Bool
    let followsAnswer: Bool
  }

  private static func standing(in text: String) -> [Letter] {
    let bytes = Array(text.utf8)
    var found: [Letter] = []
    for (index, byte) in bytes.enumerated() where (0x41...0x5A).contains(byte) {
      let next = index + 1 < bytes.count ? bytes[index + 1] : nil
      guard index == 0 || !isWordByte(bytes[index - 1]), next.map({ !isWordByte($0) }) ?? true
      else {
        continue
      }
      let before = String(decoding: bytes[max(0, index - 16)..<index], as: UTF8.self).lowercased()
      let isMarked =
        next.map { [0x2E, 0x29, 0x3A, 0x2C, 0x2A, 0x0A, 0x5D].contains($0) } ?? true
      found.append(
        Letter(
          index: Int(byte) - 0x41,
          isFirst: bytes[..<index].allSatisfy { [0x28, 0x2A, 0x5B, 0x20].contains($0) },
          isMarked: isMarked, followsAnswer: before.contains("answer")))
    }
    return found
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x27, 0x80...: true
    default: false
    }
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    byte.isASCIIDigit || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",")
  }
}
