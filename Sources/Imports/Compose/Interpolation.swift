package import Diagnostics
package import Schema
import Text

/// The variables of a Compose file: `$NAME`, `${NAME}`, `${NAME:-default}` and the like
/// (compose-spec, 12-interpolation.md).
package struct Interpolation {
  /// The variables that have a value, by name.
  private var values: [String: String] = [:]
  /// The names of those whose value has a variable that nothing sets.
  private var openNames: Set<String> = []
  /// The names that nothing sets, each with the place of its first use.
  package private(set) var unset: [(name: String, range: SourceRange)] = []
  private var unsetNames: Set<String> = []
  /// The problems of references that Compose would refuse.
  package private(set) var broken: [Located<String>] = []
  /// The variables that a text requires with `?`, with the message that the file gives.
  package private(set) var required: [(name: String, message: String, range: SourceRange)] = []
  /// The places of texts with a variable that nothing sets.
  package private(set) var open: Set<SourceRange> = []
  /// The places of texts with a variable.
  package private(set) var referred: Set<SourceRange> = []
  /// The places of texts with `$$` before a name, which a shell in the container replaces.
  private(set) var escaped: Set<SourceRange> = []
  /// The variables that a text uses.
  private(set) var used: Set<String> = []
  /// The variables of files that are included, each with the number of the last line before the file.
  private var scopes: [(line: Int, values: [String: String], openNames: Set<String>)] = []
  /// The bytes that values may still add to texts.
  private var rest = Self.limit
  /// Whether values add more to texts than ``limit``.
  var isExhausted: Bool { rest < 0 }
  /// The number of bytes that values may add to the texts of a file.
  static let limit = 1 << 20
  /// Whether there is a `.env`.
  private(set) var hasFile = false
  /// Whether a variable that nothing sets stays as it is written, so that its value is not judged.
  private let keepsUnset: Bool

  /// Variables that a shell has in any case, and that a file does not change.
  private static let ofShell = ["HOME": "~", "PWD": "."]

  /// - Parameters:
  ///   - environment: The text of `.env`; nil if there is none.
  ///   - keepsUnset: Whether a variable that nothing sets stays as it is written; Compose replaces it
  ///     with nothing.
  package init(environment: String?, keepsUnset: Bool = false) {
    self.keepsUnset = keepsUnset
    values = Self.ofShell
    if let environment { _ = read(SourceFile(path: ".env", text: environment)) }
  }

  /// Reads a file with variables.
  ///
  /// - Parameter isFirst: Whether its values replace those that are known.
  /// - Returns: The line that Compose refuses, with the reason; nil if it reads the file.
  mutating func read(
    _ source: SourceFile, isFirst: Bool = true
  ) -> (line: Int, reason: String)? {
    hasFile = true
    let file = VariableFile(source, after: Interpolation(like: self))
    for variable in file.variables {
      guard let value = variable.value, isFirst || values[variable.name] == nil else { continue }
      define(variable.name, value, isOpen: variable.isOpen)
    }
    return file.fault
  }

  /// Creates one with the same variables and without what was found.
  init(like other: Interpolation) {
    keepsUnset = other.keepsUnset
    (values, openNames) = (other.values, other.openNames)
  }

  /// Sets a variable, unless the shell has it in any case.
  mutating func define(_ name: String, _ value: String, isOpen: Bool = false) {
    guard Self.ofShell[name] == nil else { return }
    values[name] = value
    if isOpen { openNames.insert(name) } else { openNames.remove(name) }
  }

  /// Sets the folder in which Compose is started: that of the file.
  mutating func setFolder(_ path: String) { values["PWD"] = path }

  /// Uses the variables of another one for all texts after a line.
  mutating func use(_ other: Interpolation, after line: Int) {
    scopes.append((line, other.values, other.openNames))
  }

  /// Returns the value of a variable; nil if nothing sets it.
  func value(of name: String) -> String? { values[name] }

  /// Records that a part of a text has a variable that nothing sets.
  mutating func markOpen(_ range: SourceRange) { open.insert(range) }

  /// Records that a place has a variable.
  mutating func markReferred(_ range: SourceRange) { referred.insert(range) }

  /// Returns a text with its references replaced.
  package mutating func apply(to text: String, at range: SourceRange) -> String {
    guard text.holds("$") else { return text }
    referred.insert(range)
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == 0x24, index + 1 < bytes.count else {
        out.append(bytes[index])
        index += 1
        continue
      }
      switch bytes[index + 1] {
      case 0x24:
        out.append(0x24)
        index += 2
        // A shell in the container replaces what follows.
        if index < bytes.count, bytes[index].isASCIIWord || bytes[index] == 0x7B {
          escaped.insert(range)
        }
      case 0x7B:
        guard let end = Self.end(of: bytes, from: index + 2) else {
          broken.append(Located(text, range))
          return text
        }
        out += Array(
          braced(String(decoding: bytes[(index + 2)..<end], as: UTF8.self), at: range).utf8)
        index = end + 1
      case let byte where byte.isASCIILetter || byte == 0x5F:
        var end = index + 1
        while end < bytes.count, bytes[end].isASCIIWord { end += 1 }
        out += Array(
          plain(String(decoding: bytes[(index + 1)..<end], as: UTF8.self), at: range).utf8)
        index = end
      default:
        // Compose keeps what begins no reference, such as `$(date)`.
        out.append(0x24)
        index += 1
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var depth = 1
    for index in start..<max(start, bytes.count) {
      if bytes[index] == 0x7B, bytes[index - 1] == 0x24 { depth += 1 }
      if bytes[index] == 0x7D {
        depth -= 1
        if depth == 0 { return index }
      }
    }
    return nil
  }

  /// Returns the value of a variable that a text uses.
  private mutating func value(of name: String, at range: SourceRange) -> String? {
    used.insert(name)
    let scope = scopes.last { range.start.line > $0.line }
    if (scope?.openNames ?? openNames).contains(name) { open.insert(range) }
    guard let value = (scope?.values ?? values)[name] else { return nil }
    rest -= isExhausted ? 0 : value.utf8.count
    return isExhausted ? nil : value
  }

  private mutating func plain(_ name: String, at range: SourceRange) -> String {
    if let value = value(of: name, at: range) { return value }
    if unsetNames.insert(name).inserted { unset.append((name, range)) }
    open.insert(range)
    return keepsUnset ? "${\(name)}" : ""
  }

  private mutating func braced(_ text: String, at range: SourceRange) -> String {
    let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    let rest = text.dropFirst(name.count)
    guard !name.isEmpty else {
      broken.append(Located("${\(text)}", range))
      return "${\(text)}"
    }
    let value = value(of: String(name), at: range)
    for (mark, ifEmpty) in [(":-", true), ("-", false)] where rest.hasPrefix(mark) {
      if let value, !(ifEmpty && value.isEmpty) { return value }
      return apply(to: String(rest.dropFirst(mark.count)), at: range)
    }
    for (mark, ifEmpty) in [(":+", true), ("+", false)] where rest.hasPrefix(mark) {
      guard let value, !(ifEmpty && value.isEmpty) else { return "" }
      return apply(to: String(rest.dropFirst(mark.count)), at: range)
    }
    if rest.hasPrefix(":?") || rest.hasPrefix("?") {
      if let value, !(rest.hasPrefix(":?") && value.isEmpty) { return value }
      if !required.contains(where: { $0.name == name }) {
        let message = rest.drop { $0 == ":" || $0 == "?" }
        required.append((String(name), String(message), range))
      }
      open.insert(range)
      return keepsUnset ? "${\(name)}" : ""
    }
    guard rest.isEmpty else {
      broken.append(Located("${\(text)}", range))
      return "${\(text)}"
    }
    return plain(String(name), at: range)
  }
}
