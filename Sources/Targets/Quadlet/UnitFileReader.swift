import Text

/// Parses a unit file as Podman's generator and systemd do, independently of the code that writes
/// it.
///
/// The result is compared with the unit that was intended.
package enum UnitFileReader {
  /// A problem that makes text invalid as a unit file.
  package struct Problem: Error, Equatable {
    /// The line number, from 1.
    package let line: Int
    /// The problem with the line.
    package let reason: String
  }

  /// A section's keys and parsed values, in the order of the file.
  package struct Section {
    package let name: String
    /// The entries, in order.
    ///
    /// A key may be repeated.
    package fileprivate(set) var entries: [Entry] = []
  }

  /// A key and its parsed value.
  ///
  /// Values without escapes are slices of the file's bytes.
  package struct Entry {
    fileprivate let keyBytes: ArraySlice<UInt8>
    fileprivate let valueBytes: [ArraySlice<UInt8>]

    /// The key's name.
    package var key: String { keyBytes.text }
    /// The words of the value, without escapes.
    package var values: [String] { valueBytes.map(\.text) }
  }

  /// - Throws: A problem with the first line that Podman or systemd would refuse or misinterpret.
  package static func read(_ text: String) throws(Problem) -> [Section] {
    // Parses bytes, as systemd and Podman do: to them, a '%' before a combining accent is still a
    // '%'.
    let bytes = Array(text.utf8)
    var isQuadlet = false
    var sections: [Section] = []
    var number = 0
    var rest = bytes[...]
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let line = rest[..<end]
      rest = rest[min(end + 1, rest.endIndex)...]
      guard let first = line.first, first != UInt8(ascii: "#"), first != UInt8(ascii: ";") else {
        continue
      }
      if first == UInt8(ascii: "[") {
        guard line.last == UInt8(ascii: "]"), line.count > 2 else {
          throw Problem(line: number, reason: "a section's name must be in brackets")
        }
        let section = Section(name: line.dropFirst().dropLast().text)
        isQuadlet = ["Container", "Network", "Volume", "Quadlet"].contains(section.name)
        sections.append(section)
        continue
      }
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > line.startIndex else {
        throw Problem(line: number, reason: "there is no key before '='")
      }
      guard !sections.isEmpty else {
        throw Problem(line: number, reason: "there is a key before the first section")
      }
      guard line.last != UInt8(ascii: "\\") else {
        throw Problem(
          line: number, reason: "the line ends with a backslash, which joins it to the next line")
      }
      let key = line[..<equals]
      let section = sections[sections.count - 1].name
      let values = try values(
        of: line[(equals + 1)...], key, quadlet: isQuadlet ? section : nil, number)
      sections[sections.count - 1].entries.append(Entry(keyBytes: key, valueBytes: values))
    }
    return sections
  }

  /// - Parameter section: The name of a quadlet section, or nil for a section that systemd reads.
  private static func values(
    of value: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>, quadlet section: String?, _ line: Int
  ) throws(Problem) -> [ArraySlice<UInt8>] {
    guard !value.isEmpty, !value.hasBlankEnd else {
      throw Problem(
        line: line, reason: "'\(key.text)' would lose whitespace or reset earlier values")
    }
    guard let section else { return [try unescaped(value, "%", line)] }
    let key = key.text
    guard let known = section == "Container" ? QuadletKey.container[key] : QuadletKey.others[key]
    else {
      throw Problem(line: line, reason: "'\(key)' is not a key of [\(section)]")
    }
    switch known.reading {
    case .flag:
      guard value.elementsEqual("true".utf8) || value.elementsEqual("false".utf8) else {
        throw Problem(line: line, reason: "'\(key)' must be true or false")
      }
      return [value]
    case .single, .lines:
      let quote = UInt8(ascii: "\"")
      guard value.first != quote, value.last != quote, !value.isSemicolon else {
        throw Problem(line: line, reason: "'\(key)' would lose a quote or end the command")
      }
      return [try unescapedTwice(value, line)]
    case .words:
      guard !value.contains(where: { "\"'\\ \t".utf8.contains($0) }) else {
        throw Problem(line: line, reason: "'\(key)' cannot be quoted")
      }
      return [try unescapedTwice(value, line)]
    case .escapedWords:
      var words: [ArraySlice<UInt8>] = []
      for word in try split(value, line) {
        guard !word.isEmpty, !word.isSemicolon else {
          throw Problem(line: line, reason: "'\(key)' contains a word that cannot be passed on")
        }
        words.append(try unescapedTwice(word, line))
      }
      return words
    }
  }

  private static func unescapedTwice(
    _ text: ArraySlice<UInt8>, _ line: Int
  ) throws(Problem) -> ArraySlice<UInt8> {
    try unescaped(unescaped(text, "%", line), "$", line)
  }

  /// Returns the text with doubled special characters made single.
  ///
  /// A single one would start a specifier or a variable.
  private static func unescaped(
    _ text: ArraySlice<UInt8>, _ character: Unicode.Scalar, _ line: Int
  ) throws(Problem) -> ArraySlice<UInt8> {
    let special = UInt8(ascii: character)
    guard text.contains(special) else { return text }
    var out: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      out.append(byte)
      guard byte == special else { continue }
      // The specifiers that amm writes: the folder of configurations, the home folder and the user.
      if character == "%", let next = rest.first, "Ehu".utf8.contains(next) { continue }
      guard rest.popFirst() == special else {
        throw Problem(line: line, reason: "a single '\(character)' would be replaced")
      }
    }
    return out[...]
  }

  /// Splits text into words as systemd does, with C escapes (src/basic/extract-word.c, Podman's
  /// split.go).
  private static func split(
    _ text: ArraySlice<UInt8>, _ line: Int
  ) throws(Problem) -> [ArraySlice<UInt8>] {
    // Without quotes and escapes, words are separated by whitespace.
    guard text.contains(where: { $0 == 0x22 || $0 == 0x27 || $0 == 0x5C }) else {
      return text.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
    var words: [ArraySlice<UInt8>] = []
    var word: [UInt8]?
    var quote: UInt8?
    var rest = text
    while let byte = rest.popFirst() {
      switch (byte, quote) {
      case (UInt8(ascii: "\\"), _): word = (word ?? []) + [try escape(&rest, line)]
      case (_, byte): quote = nil
      case (UInt8(ascii: "\""), nil), (UInt8(ascii: "'"), nil):
        quote = byte
        word = word ?? []
      case (UInt8(ascii: " "), nil), (UInt8(ascii: "\t"), nil), (UInt8(ascii: "\r"), nil):
        if let word { words.append(word[...]) }
        word = nil
      default:
        if word == nil { word = [] }
        word?.append(byte)
      }
    }
    guard quote == nil else { throw Problem(line: line, reason: "a quote is not closed") }
    if let word { words.append(word[...]) }
    return words
  }

  /// Returns the byte for the escape sequence after a backslash.
  private static func escape(
    _ rest: inout ArraySlice<UInt8>, _ line: Int
  ) throws(Problem) -> UInt8 {
    switch rest.popFirst() {
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    case UInt8(ascii: "\""): return UInt8(ascii: "\"")
    case UInt8(ascii: "x"):
      let digits = rest.prefix(2)
      rest = rest.dropFirst(2)
      guard digits.count == 2, let value = UInt8(digits.text, radix: 16) else { fallthrough }
      return value
    default: throw Problem(line: line, reason: "an unknown escape sequence would drop the line")
    }
  }
}

extension [UnitFileReader.Section] {
  /// Returns whether the parsed sections equal a unit.
  func means(_ unit: UnitFile) -> Bool {
    elementsEqual(unit.sections) { read, meant in
      read.name == meant.name
        && read.entries.elementsEqual(meant.entries) { read, meant in
          // Compares bytes: other programs distinguish different encodings of the same accent.
          meant.key.hasBytes(of: read.keyBytes) && meant.value.isMeant(by: read.valueBytes)
        }
    }
  }
}

extension UnitValue {
  /// Returns whether parsed values equal this value.
  fileprivate func isMeant(by values: [ArraySlice<UInt8>]) -> Bool {
    switch self {
    case .words(let words):
      return values.elementsEqual(words) { $1.hasBytes(of: $0) }
    case .single(let text), .systemd(let text), .specified(let text):
      return values.count == 1 && text.hasBytes(of: values[0])
    case .belowHome(let path):
      return values.count == 1 && values[0].starts(with: "%h/".utf8)
        && path.hasBytes(of: values[0].dropFirst(3))
    case .assignment(let name, let value):
      return values.count == 1 && (name + "=" + value).hasBytes(of: values[0])
    case .flag(let flag):
      return values.count == 1 && values[0].elementsEqual((flag ? "true" : "false").utf8)
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  fileprivate var isSemicolon: Bool { count == 1 && first == UInt8(ascii: ";") }

  /// Whether the first or last character is Unicode whitespace.
  fileprivate var hasBlankEnd: Bool {
    guard let first, let last else { return false }
    if first < 0x80, last < 0x80 { return first.isASCIIBlank || last.isASCIIBlank }
    let scalars = text.unicodeScalars
    return scalars.first?.properties.isWhitespace == true
      || scalars.last?.properties.isWhitespace == true
  }
}
