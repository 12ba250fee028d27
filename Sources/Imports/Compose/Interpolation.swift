package import Diagnostics
package import Schema
import Text

/// The variables of a Compose file: `$NAME`, `${NAME}`, `${NAME:-default}` and the like
/// (compose-spec, 12-interpolation.md).
package struct Interpolation {
  /// The variables of `.env`, by name.
  private let values: [String: String]
  /// The names that nothing sets, each with the place of its first use.
  package private(set) var unset: [(name: String, range: SourceRange)] = []
  /// The problems of references that Compose would refuse.
  package private(set) var broken: [Located<String>] = []
  /// The variables that a text requires with `?`, with the message that the file gives.
  package private(set) var required: [(name: String, message: String, range: SourceRange)] = []
  /// The places of texts with a variable that nothing sets.
  package private(set) var open: Set<SourceRange> = []
  /// The places of texts with a variable.
  package private(set) var referred: Set<SourceRange> = []
  /// Whether a shell may replace what follows a dollar sign that is written twice.
  var isForShell = true
  /// Whether there is a `.env`.
  let hasFile: Bool
  /// Whether a variable that nothing sets stays as it is written, so that its value is not judged.
  private let keepsUnset: Bool

  /// - Parameters:
  ///   - environment: The text of `.env`; nil if there is none.
  ///   - keepsUnset: Whether a variable that nothing sets stays as it is written; Compose replaces it
  ///     with nothing.
  package init(environment: String?, keepsUnset: Bool = false) {
    self.keepsUnset = keepsUnset
    hasFile = environment != nil
    // A shell has these in any case.
    var values = ["HOME": "~", "PWD": "."]
    for line in (environment ?? "").split(whereSeparator: \.isNewline) {
      var text = line.drop { $0 == " " || $0 == "\t" }
      guard !text.hasPrefix("#") else { continue }
      if text.hasPrefix("export ") { text = text.dropFirst(7) }
      guard let equals = text.firstIndex(of: "=") else { continue }
      let name = text[..<equals].filter { $0 != " " }
      values[String(name)] = Self.value(text[text.index(after: equals)...])
    }
    self.values = values
  }

  /// Records that a part of a text has a variable that nothing sets.
  mutating func markOpen(_ range: SourceRange) { open.insert(range) }

  /// Records that a place has a variable.
  mutating func markReferred(_ range: SourceRange) { referred.insert(range) }

  private static func value(_ text: Substring) -> String {
    let text = text.drop { $0 == " " || $0 == "\t" }
    for quote in ["\"", "'"] where text.hasPrefix(quote) {
      let rest = text.dropFirst()
      return String(rest.prefix { String($0) != quote })
    }
    // A comment begins after a blank.
    var out = ""
    for character in text {
      if character == "#", out.hasSuffix(" ") || out.isEmpty { break }
      out.append(character)
    }
    while let last = out.last, last == " " || last == "\t" || last == "\r" { out.removeLast() }
    return out
  }

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
        if isForShell, index < bytes.count, bytes[index].isASCIIWord || bytes[index] == 0x7B {
          open.insert(range)
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
        broken.append(Located(text, range))
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

  private mutating func plain(_ name: String, at range: SourceRange) -> String {
    if let value = values[name] { return value }
    if !unset.contains(where: { $0.name == name }) { unset.append((name, range)) }
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
    let value = values[String(name)]
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
