import Text

/// JSON from other programs (RFC 8259), including null.
///
/// `Value` is what amm itself writes.
package enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// A double, as in JavaScript: integers beyond 2^53 lose digits.
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// The maximum nesting of lists and objects, which protects the reader from attacks.
  static let depthLimit = 128

  /// Parses a complete JSON text; nil if it is invalid or nested too deeply.
  package init?(parsing text: String) {
    self.init(parsing: Array(text.utf8))
  }

  /// Parses a complete JSON text in UTF-8; nil if it is invalid or nested too deeply.
  ///
  /// - Parameter isStrict: Whether to refuse an object with a duplicate name, whose meaning is
  ///   ambiguous.
  package init?(parsing bytes: [UInt8], strictly isStrict: Bool = false) {
    var reader = JSONReader(bytes: bytes, isStrict: isStrict)
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
  }

  /// The member of an object; nil if there is none.
  package subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The item of a list; nil if there is none.
  package subscript(index: Int) -> JSONValue? {
    if case .list(let items) = self, items.indices.contains(index) { items[index] } else { nil }
  }

  /// The text, if the value is one.
  package var text: String? { if case .text(let text) = self { text } else { nil } }
  /// The number, if the value is one.
  package var number: Double? { if case .number(let number) = self { number } else { nil } }
  /// The truth value, if the value is one.
  package var boolean: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
  /// The items, if the value is a list.
  package var list: [JSONValue]? { if case .list(let items) = self { items } else { nil } }

  /// An integer that is not negative and exact in JSON.
  package var wholeNumber: Int? {
    guard let number, number >= 0, number <= 9_007_199_254_740_992 else { return nil }
    return Int(exactly: number)
  }

  /// A number without a fraction that fits an `Int`.
  package var integer: Int? { number.flatMap { Int(exactly: $0) } }
}

/// A JSON reader that works byte by byte.
private struct JSONReader {
  private let bytes: [UInt8]
  /// Whether to refuse duplicate names in an object.
  private let isStrict: Bool
  /// The offset of the next byte.
  private var place = 0

  init(bytes: [UInt8], isStrict: Bool) {
    self.bytes = bytes
    self.isStrict = isStrict
  }

  /// The next byte; nil at the end.
  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while place < bytes.count {
      let byte = bytes[place]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return }
      place += 1
    }
  }

  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return place == bytes.count
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func pop() -> UInt8? {
    guard place < bytes.count else { return nil }
    place += 1
    return bytes[place - 1]
  }

  mutating func value(depth: Int) -> JSONValue? {
    skipBlanks()
    guard depth < JSONValue.depthLimit, let first = next else { return nil }
    switch first {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return list(depth: depth)
    case UInt8(ascii: "\""): return text().map(JSONValue.text)
    case UInt8(ascii: "t"): return word("true", .boolean(true))
    case UInt8(ascii: "f"): return word("false", .boolean(false))
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: JSONValue) -> JSONValue? {
    let letters = Array(word.description.utf8)
    guard bytes[place...].starts(with: letters) else { return nil }
    place += letters.count
    return value
  }

  private mutating func list(depth: Int) -> JSONValue? {
    guard take(UInt8(ascii: "[")) else { return nil }
    var items: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .list(items) }
    repeat {
      guard let item = value(depth: depth + 1) else { return nil }
      items.append(item)
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "]")) ? .list(items) : nil
  }

  private mutating func object(depth: Int) -> JSONValue? {
    guard take(UInt8(ascii: "{")) else { return nil }
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipBlanks()
      guard let name = text(), take(UInt8(ascii: ":")), let item = value(depth: depth + 1) else {
        return nil
      }
      let before = members.updateValue(item, forKey: name)
      if isStrict, before != nil { return nil }
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}")) ? .object(members) : nil
  }

  /// RFC 8259, section 6.
  private mutating func number() -> JSONValue? {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let startsWithZero = next == 0x30
    let first = place
    let whole = digits()
    guard whole > 0, !(startsWithZero && whole > 1) else { return nil }
    var isWhole = true
    if next == UInt8(ascii: ".") {
      isWhole = false
      place += 1
      guard digits() > 0 else { return nil }
    }
    if let byte = next, byte | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      place += 1
      if let sign = next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { place += 1 }
      guard digits() > 0 else { return nil }
    }
    // Most numbers are integers, and a double holds any integer of fifteen digits exactly.
    if isWhole, whole <= 15, start == first {
      return .number(Double(bytes[start..<place].reduce(0) { $0 * 10 + Int($1 - 0x30) }))
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    guard let number = Double(text), number.isFinite else { return nil }
    return .number(number)
  }

  /// Skips digits and returns their number.
  private mutating func digits() -> Int {
    let start = place
    while let byte = next, byte.isASCIIDigit { place += 1 }
    return place - start
  }

  private mutating func text() -> String? {
    guard next == UInt8(ascii: "\"") else { return nil }
    place += 1
    let start = place
    let isASCII = skipPlain()
    // Most texts have no escapes and are ASCII, which is always valid UTF-8.
    if next == UInt8(ascii: "\"") {
      place += 1
      let text = bytes[start..<(place - 1)]
      return isASCII
        ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
    }
    var out = Array(bytes[start..<place])
    while true {
      switch pop() {
      case UInt8(ascii: "\""): return String(validating: out, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        out += String(scalar).utf8
      default: return nil
      }
      let plain = place
      skipPlain()
      out += bytes[plain..<place]
    }
  }

  /// Skips characters that need no unescaping.
  ///
  /// - Returns: Whether all of them are ASCII.
  @discardableResult
  private mutating func skipPlain() -> Bool {
    var all: UInt8 = 0
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      all |= byte
      place += 1
    }
    return all < 0x80
  }

  private mutating func escape() -> Unicode.Scalar? {
    switch pop() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      guard let unit = utf16() else { return nil }
      guard (0xD800..<0xDC00).contains(unit) else {
        // Half of a pair has no meaning; servers send one if a token ends within a character.
        return Unicode.Scalar(unit) ?? "\u{FFFD}"
      }
      let saved = place
      guard pop() == UInt8(ascii: "\\"), pop() == UInt8(ascii: "u"), let low = utf16(),
        (0xDC00..<0xE000).contains(low)
      else {
        place = saved
        return "\u{FFFD}"
      }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    default: return nil
    }
  }

  private mutating func utf16() -> UInt32? {
    let digits = bytes[place...].prefix(4)
    guard digits.count == 4, digits.allSatisfy(\.isHexDigit) else { return nil }
    place += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
