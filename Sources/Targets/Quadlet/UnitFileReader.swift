import Text

/// Reads a unit file back as Podman's generator and systemd do, independently of how it was
/// written: what amm writes is compared with what they would understand.
package enum UnitFileReader {
  /// Why text is no unit file that amm writes.
  package struct Problem: Error, Equatable {
    /// From 1.
    package let line: Int
    /// What is wrong with the line.
    package let reason: String
  }

  /// A section's keys with what their readers make of them, in the file's order.
  package struct Section {
    package let name: String
    /// The entries, in order; a key may come more than once.
    package fileprivate(set) var entries: [Entry] = []
  }

  /// A key with what its reader makes of its value: parts of the file's bytes where nothing in them is
  /// written otherwise than it is meant.
  package struct Entry {
    fileprivate let keyBytes: ArraySlice<UInt8>
    fileprivate let valueBytes: [ArraySlice<UInt8>]

    /// The key.
    package var key: String { keyBytes.text }
    /// The words of the value, unescaped.
    package var values: [String] { valueBytes.map(\.text) }
  }

  /// - Throws: The first line that a reader would refuse, or understand otherwise than it looks.
  package static func read(_ text: String) throws(Problem) -> [Section] {
    // Bytes, as systemd and Podman read them: a '%' before a combining accent is a '%' to them.
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
          throw Problem(line: number, reason: "a section's name needs brackets")
        }
        let section = Section(name: line.dropFirst().dropLast().text)
        isQuadlet = ["Container", "Network", "Volume", "Quadlet"].contains(section.name)
        sections.append(section)
        continue
      }
      guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > line.startIndex else {
        throw Problem(line: number, reason: "no key stands before '='")
      }
      guard !sections.isEmpty else {
        throw Problem(line: number, reason: "a key stands before the first section")
      }
      guard line.last != UInt8(ascii: "\\") else {
        throw Problem(line: number, reason: "the line's last character joins it to the next")
      }
      let key = line[..<equals]
      let section = sections[sections.count - 1].name
      let values = try values(
        of: line[(equals + 1)...], key, quadlet: isQuadlet ? section : nil, number)
      sections[sections.count - 1].entries.append(Entry(keyBytes: key, valueBytes: values))
    }
    return sections
  }

  /// - Parameter section: The section where it is one of quadlet's; nil for one that systemd reads.
  private static func values(
    of value: ArraySlice<UInt8>, _ key: ArraySlice<UInt8>, quadlet section: String?, _ line: Int
  ) throws(Problem) -> [ArraySlice<UInt8>] {
    guard !value.isEmpty, !value.hasBlankEnd else {
      throw Problem(
        line: line, reason: "'\(key.text)' would lose a blank or clear what stands above")
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
        throw Problem(line: line, reason: "'\(key)' is neither true nor false")
      }
      return [value]
    case .single, .lines:
      let quote = UInt8(ascii: "\"")
      guard value.first != quote, value.last != quote, value != [UInt8(ascii: ";")] else {
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
        guard !word.isEmpty, word != [UInt8(ascii: ";")] else {
          throw Problem(line: line, reason: "'\(key)' has a word that cannot be passed")
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

  /// Doubled characters become single ones; a lone one would start something.
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
      // The one specifier amm writes: the home folder.
      if character == "%", rest.first == UInt8(ascii: "h") { continue }
      guard rest.popFirst() == special else {
        throw Problem(line: line, reason: "a lone '\(character)' would be replaced")
      }
    }
    return out[...]
  }

  /// systemd's word splitting with C escapes (src/basic/extract-word.c, Podman's split.go).
  private static func split(
    _ text: ArraySlice<UInt8>, _ line: Int
  ) throws(Problem) -> [ArraySlice<UInt8>] {
    // Without quotes and escapes, words are what stands between blanks.
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
    guard quote == nil else { throw Problem(line: line, reason: "a quote has no end") }
    if let word { words.append(word[...]) }
    return words
  }

  /// The byte that an escape after a backslash stands for.
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
    default: throw Problem(line: line, reason: "an unknown escape would drop the line")
    }
  }
}

extension [UnitFileReader.Section] {
  /// Whether a file's readers make of it what it was written for.
  func means(_ unit: UnitFile) -> Bool {
    elementsEqual(unit.sections) { read, meant in
      read.name == meant.name
        && read.entries.elementsEqual(meant.entries) { read, meant in
          // By bytes: two spellings of one accent are two texts to the next program.
          read.keyBytes.elementsEqual(meant.key.utf8) && meant.value.isMeant(by: read.valueBytes)
        }
    }
  }
}

extension UnitValue {
  /// Whether it is what a reader makes of it.
  fileprivate func isMeant(by values: [ArraySlice<UInt8>]) -> Bool {
    switch self {
    case .words(let words):
      return values.elementsEqual(words) { $0.elementsEqual($1.utf8) }
    case .single(let text), .systemd(let text):
      return values.count == 1 && values[0].elementsEqual(text.utf8)
    case .belowHome(let path):
      return values.count == 1 && values[0].starts(with: "%h/".utf8)
        && values[0].dropFirst(3).elementsEqual(path.utf8)
    case .assignment(let name, let value):
      return values.count == 1 && values[0].elementsEqual((name + "=" + value).utf8)
    case .flag(let flag):
      return values.count == 1 && values[0].elementsEqual((flag ? "true" : "false").utf8)
    }
  }
}

extension ArraySlice<UInt8> {
  fileprivate var text: String { String(decoding: self, as: UTF8.self) }

  /// Whether its first or last character is a blank to Unicode.
  fileprivate var hasBlankEnd: Bool {
    guard let first, let last else { return false }
    if first < 0x80, last < 0x80 { return first.isASCIIBlank || last.isASCIIBlank }
    let scalars = text.unicodeScalars
    return scalars.first?.properties.isWhitespace == true
      || scalars.last?.properties.isWhitespace == true
  }
}
