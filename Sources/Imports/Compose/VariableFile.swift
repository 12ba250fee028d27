import Diagnostics
import Text
import YAML

/// The variables of `.env` or another file with variables.
struct VariableFile {
  /// The forms of such files.
  enum Form {
    /// That of Docker Compose (compose-go 2.1, dotenv): quotes, escapes and references.
    case compose
    /// That of `--env-file` of Docker and Podman: each line is used as it is.
    case plain
  }

  /// A variable of the file.
  struct Variable {
    let name: String
    /// The value; nil if it comes from the caller.
    let value: String?
    /// The number of the line that it begins on.
    let line: Int
    /// Whether its value has a variable that nothing sets.
    let isOpen: Bool
  }

  /// The variables, in the order of the file.
  private(set) var variables: [Variable] = []
  /// The number of the line that Compose refuses, with the reason; nil if it reads the file.
  private(set) var fault: (line: Int, reason: String)?
  private let text: [UInt8]
  private var index = 0
  private var line = 1
  /// The variables that are known before the file, and those above the current line.
  private var known: Interpolation
  /// The names that only the file sets.
  private var own: Set<String> = []

  /// Reads a file.
  ///
  /// - Parameter known: The variables that are known before, which the file cannot set.
  init(_ source: SourceFile, as form: Form = .compose, after known: Interpolation) {
    text = source.bytes[source.textStart...].filter { $0 != 0x0D }
    self.known = known
    switch form {
    case .compose:
      while fault == nil, readStatement() {}
    case .plain: readLines()
    }
  }

  private mutating func readLines() {
    for (number, bytes) in text.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      let bytes = bytes.drop(while: \.isASCIIBlank)
      guard let first = bytes.first, first != 0x23 else { continue }
      let equals = bytes.firstIndex(of: 0x3D)
      let name = String(decoding: bytes[..<(equals ?? bytes.endIndex)], as: UTF8.self)
      let value = equals.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) }
      variables.append(Variable(name: name, value: value, line: number + 1, isOpen: false))
    }
  }

  // MARK: Compose

  /// Reads the next variable; returns whether there was one.
  private mutating func readStatement() -> Bool {
    while index < text.count {
      let byte = text[index]
      if byte == 0x0A { line += 1 }
      if byte == 0x23 {
        skipLine()
      } else if !byte.isASCIIBlank {
        break
      } else {
        index += 1
      }
    }
    guard index < text.count else { return false }
    let start = line
    guard let (name, isInherited) = readName() else { return false }
    if isInherited {
      add(name, known.value(of: name), at: start)
      return true
    }
    guard let written = readValue() else { return false }
    let place = SourceRange(at: SourcePosition(line: start, column: 1))
    let count = known.broken.count + known.required.count
    let value = written.isLiteral ? written.text : known.apply(to: written.text, at: place)
    guard known.broken.count + known.required.count == count else {
      fault = (start, "Compose cannot replace a variable in the value of '\(name.abbreviated)'")
      return false
    }
    let isOpen = !written.isLiteral && known.open.contains(place)
    // What is known before the file is what its references mean.
    if known.value(of: name) == nil || own.contains(name) {
      known.define(name, value, isOpen: isOpen)
      own.insert(name)
    }
    add(name, value, at: start, isOpen: isOpen)
    return true
  }

  private mutating func add(_ name: String, _ value: String?, at line: Int, isOpen: Bool = false) {
    variables.append(Variable(name: name, value: value, line: line, isOpen: isOpen))
  }

  private mutating func skipLine() {
    while index < text.count, text[index] != 0x0A { index += 1 }
  }

  /// Reads a name and the sign after it; nil if Compose refuses it.
  private mutating func readName() -> (name: String, isInherited: Bool)? {
    let word = Array("export".utf8)
    if text[index...].starts(with: word), text.count > index + word.count,
      text[index + word.count].isASCIIBlank
    {
      index += word.count
      while index < text.count, text[index].isBlankWithinLine { index += 1 }
    }
    let start = index
    while index < text.count {
      let byte = text[index]
      if [0x3D, 0x3A, 0x0A].contains(byte) { break }
      let isName =
        byte.isASCIIWord || byte.isBlankWithinLine || byte >= 0x80
        || [0x2E, 0x2D, 0x5B, 0x5D].contains(byte)
      guard isName else {
        fault = (line, "a variable's name has letters, digits, '_', '.' and '-'")
        return nil
      }
      index += 1
    }
    let name = String(decoding: text[start..<index], as: UTF8.self).trimmed
    let isInherited = index == text.count || text[index] == 0x0A
    guard !name.contains(" ") else {
      fault = (line, "a variable's name has no spaces")
      return nil
    }
    guard !name.isEmpty else {
      fault = (line, "a variable has no name")
      return nil
    }
    if !isInherited { index += 1 }
    while index < text.count, text[index].isBlankWithinLine { index += 1 }
    return (name, isInherited)
  }

  /// Reads a value to the end of its line or quotes; nil if Compose refuses it.
  private mutating func readValue() -> (text: String, isLiteral: Bool)? {
    guard index < text.count, [0x22, 0x27].contains(text[index]) else {
      let start = index
      skipLine()
      var value = text[start..<index]
      if let comment = value.indices.first(where: { value[$0...].starts(with: [0x20, 0x23]) }) {
        value = value[..<comment]
      }
      while let last = value.last, last.isASCIIBlank { value.removeLast() }
      return (String(decoding: value, as: UTF8.self), false)
    }
    let quote = text[index]
    let first = line
    index += 1
    var value: [UInt8] = []
    var isEscaped = false
    while index < text.count {
      let byte = text[index]
      index += 1
      if byte == 0x0A { line += 1 }
      if byte == 0x5C, !isEscaped {
        isEscaped = true
        continue
      }
      if byte == quote, !isEscaped {
        let isLiteral = quote == 0x27
        return (
          String(decoding: isLiteral ? value : Self.unescaped(value), as: UTF8.self), isLiteral
        )
      }
      if isEscaped, byte != quote { value.append(0x5C) }
      isEscaped = false
      value.append(byte)
    }
    fault = (first, "a quote is never closed")
    return nil
  }

  /// Returns a value in double quotes with its escapes replaced.
  private static func unescaped(_ value: [UInt8]) -> [UInt8] {
    let signs: [UInt8: UInt8] = [
      0x61: 0x07, 0x62: 0x08, 0x66: 0x0C, 0x6E: 0x0A, 0x72: 0x0D, 0x74: 0x09,
      0x76: 0x0B, 0x22: 0x22, 0x5C: 0x5C,
    ]
    var out: [UInt8] = []
    var index = 0
    while index < value.count {
      guard value[index] == 0x5C, index + 1 < value.count else {
        out.append(value[index])
        index += 1
        continue
      }
      let next = value[index + 1]
      if next == 0x24 {
        // A dollar sign that begins no reference.
        out += [0x24, 0x24]
      } else if let sign = signs[next] {
        out.append(sign)
      } else if next == 0x30 {
        let digits = value[(index + 2)...].prefix(3).prefix { (0x30...0x37).contains($0) }
        let code = digits.reduce(0) { $0 * 8 + Int($1 - 0x30) }
        if digits.count == 3, code < 256 {
          out += Array(String(UnicodeScalar(UInt8(code))).utf8)
        } else {
          out += [0x5C, 0x30] + digits
        }
        index += digits.count
      } else {
        out += [0x5C, next]
      }
      index += 2
    }
    return out
  }
}

extension UInt8 {
  /// Whether it is a space that does not end a line.
  fileprivate var isBlankWithinLine: Bool { isASCIIBlank && self != 0x0A }
}
