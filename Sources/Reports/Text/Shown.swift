import Diagnostics
import Operations
import Text
package import Values

/// Text that may be written to the terminal.
///
/// amm's own text is kept as it is. All other text (names of files, text from profiles, servers and
/// other programs) loses secrets and characters that control the terminal or end a line.
/// Literals and colours are amm's own text; interpolated strings are foreign text.
package struct Shown: Equatable, Sendable {
  /// The text as it is written, byte for byte.
  package private(set) var text: String
  /// The format of the text, which determines how a character can be escaped.
  private var kind = Kind.text

  private enum Kind { case text, lines, json, xml, annotations }

  /// Whether a terminal may break the lines between words; not for data and differences.
  package var isProse: Bool { kind == .text }

  private init(own text: String) { self.text = text }

  /// Creates one line of foreign text.
  package init(line text: String) { self.text = Secrets.redacted(text).withoutControls }

  /// Creates several lines of foreign text, such as a journal.
  package init(lines text: String) {
    let redacted = Secrets.redacted(text)
    self.text =
      redacted.isPrintableLines ? redacted : redacted.mapLines { $0.withoutControls }
  }

  /// Creates the lines of a file or command that amm made, and that a program reads.
  ///
  /// It has names of secrets and code that passes them, which only look like secrets.
  package init(made text: String) {
    self.text = Secrets.withoutTokens(text).mapLines { $0.withoutControls }
    kind = .lines
  }

  /// Creates JSON, which has its own escapes; ends with a line feed.
  ///
  /// - Parameter names: The names at its top whose texts amm made; see ``init(made:)``.
  package init(json value: Value, made names: Set<String> = []) {
    text = JSON.text(value.redacted(besides: names))
    kind = .json
  }

  /// Creates YAML; ends with a line feed.
  package init(yaml value: Value) {
    self.init(lines: YAMLText.text(value.redacted))
    kind = .lines
  }

  /// Creates an XML document, which has its own escapes.
  package init(xml text: String) {
    self.init(lines: text)
    kind = .xml
  }

  /// Creates the lines of a difference, with stars for the values of secret variables.
  package init(difference text: String) {
    // Keys in blocks span several lines.
    self.text = Secrets.redacted(text).mapLines { Secrets.redactedLine($0).withoutControls }
    kind = .lines
  }

  /// Creates rows of comma-separated values, which end with CR LF (RFC 4180).
  package init(csv text: String) {
    self.text = text.split(separator: "\r\n", omittingEmptySubsequences: false)
      .map { Secrets.redacted(String($0)).withoutControls }.joined(separator: "\r\n")
    kind = .lines
  }

  /// Creates annotations for GitHub's runner, which escape their content.
  package init(annotations text: String) {
    self.text = Secrets.redacted(text)
    kind = .annotations
  }

  /// The same text without line breaks between words, for text that a program or a shell reads.
  package var asLines: Shown {
    var lines = self
    if kind == .text { lines.kind = .lines }
    return lines
  }

  /// Returns the text in the colour of a terminal code.
  func painted(_ code: String) -> Shown {
    text.isEmpty ? self : Shown(own: "\u{1B}[\(code)m\(text)\u{1B}[0m")
  }

  /// The code that moves to the beginning of the line and clears it.
  package static let clearLine = Shown(own: "\r\u{1B}[K")
  /// The code that moves to the top of the terminal and clears it.
  package static let clearScreen = Shown(own: "\u{1B}[H\u{1B}[2J")

  /// The text without commands for GitHub's runner, which are lines that begin with `::` after
  /// whitespace, and `##[` anywhere (actions/runner, src/Runner.Worker/ActionCommandManager.cs).
  package var withoutWorkflowCommands: String {
    guard text.contains("::") || text.contains("##[") else { return text }
    let (colons, hash): (String, String)
    switch kind {
    case .annotations: return text
    case .text, .lines: (colons, hash) = ("\\::", "#\\#[")
    // No line of JSON begins with a colon.
    case .json: (colons, hash) = ("::", "#\\u0023[")
    case .xml: (colons, hash) = ("&#58;:", "#&#35;[")
    }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indent = line.prefix(while: \.isWhitespace)
      let rest = line.dropFirst(indent.count)
      let safe = rest.hasPrefix("::") ? indent + colons + rest.dropFirst(2) : line
      return safe.replacing("##[", with: hash)
    }.joined(separator: "\n")
  }
}

extension Shown: ExpressibleByStringInterpolation {
  /// Creates amm's own text.
  package init(stringLiteral value: String) { text = value }

  /// Creates the collected text.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Collects literals as amm's own text and everything else as foreign text.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// Reserves space for about twice the literals.
    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity * 2)
    }

    /// Adds amm's own text.
    package mutating func appendLiteral(_ literal: String) { text += literal }
    /// Adds a value; foreign text becomes one harmless line.
    package mutating func appendInterpolation(_ shown: Shown) { text += shown.text }
    /// Adds a value; foreign text becomes one harmless line.
    package mutating func appendInterpolation(_ foreign: String) {
      text += Shown(line: foreign).text
    }
    /// Adds a value; foreign text becomes one harmless line.
    package mutating func appendInterpolation(_ foreign: Substring) {
      text += Shown(line: String(foreign)).text
    }
    /// Adds a value; foreign text becomes one harmless line.
    package mutating func appendInterpolation(_ number: some Numeric) { text += "\(number)" }
  }
}

extension Shown {
  /// Returns both texts, one after the other.
  package static func + (left: Shown, right: Shown) -> Shown {
    var sum = left
    sum.text += right.text
    return sum
  }
  /// Adds a text at the end.
  package static func += (left: inout Shown, right: Shown) { left.text += right.text }

  /// Whether the text is empty.
  package var isEmpty: Bool { text.isEmpty }

  /// The text without the newline at its end, which the console adds.
  package var dropLastNewline: Shown {
    text.hasSuffix("\n") ? Shown(own: String(text.dropLast())) : self
  }
}

extension Sequence where Element == Shown {
  /// Returns the texts joined with a separator.
  package func joined(separator: Shown = "") -> Shown {
    var joined = Shown(line: "")
    for (index, shown) in enumerated() {
      guard index > 0 else {
        joined = shown
        continue
      }
      joined += separator
      joined += shown
    }
    return joined
  }
}

extension Value {
  /// The data with a star for each character of a secret, in values and names.
  package var redacted: Value {
    switch self {
    case .text(let text): .text(Secrets.redacted(text))
    case .list(let items): .list(items.map(\.redacted))
    case .set(let members):
      .set(members.map { .init(Secrets.redacted($0.name), $0.value.redacted(under: $0.name)) })
    case .integer, .number, .boolean, .null: self
    }
  }

  /// Returns the data, of which texts with some names lose only tokens.
  fileprivate func redacted(besides names: Set<String>) -> Value {
    guard case .set(let members) = self, !names.isEmpty else { return redacted }
    return .set(
      members.map { member in
        guard names.contains(member.name), case .text(let text) = member.value else {
          return .init(Secrets.redacted(member.name), member.value.redacted(under: member.name))
        }
        return .init(member.name, .text(Secrets.withoutTokens(text)))
      })
  }

  /// Returns the value under a name; if it is the name of a secret, the text becomes stars.
  private func redacted(under name: String) -> Value {
    guard case .text(let text) = self, name != "token", name != "secret", Secrets.isSecretName(name)
    else { return redacted }
    return .text(String(repeating: "*", count: text.unicodeScalars.count))
  }
}

extension String {
  /// Whether it contains only printable ASCII and line feeds.
  fileprivate var isPrintableLines: Bool {
    unsafe withBytes { bytes in unsafe bytes.allSatisfy { 0x20...0x7E ~= $0 || $0 == 0x0A } }
  }

  /// Returns the text with each line replaced.
  ///
  /// Lines are split by bytes: for Swift, CR LF is one character that does not equal LF.
  fileprivate func mapLines(_ replacement: (String) -> String) -> String {
    utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { replacement(String(Substring($0))) }.joined(separator: "\n")
  }
}
