import Diagnostics
import Operations
package import Values

/// What may be written to the terminal: amm's own words as they are, and everything else (names of
/// files, words of profiles, of servers and of other programs) without what would control the
/// terminal, end a line, or be a secret.
///
/// Literals are amm's own, and so is colour; a text that is put between them is somebody else's.
package struct Shown: Equatable, Sendable {
  /// What is written, byte for byte.
  package private(set) var text: String
  /// What it is for who reads it: each has a way of its own to write a character otherwise.
  private var kind = Kind.text

  private enum Kind { case text, lines, json, xml, annotations }

  /// Whether a terminal may break its lines between words; those of data and of differences are not.
  package var isProse: Bool { kind == .text }

  private init(own text: String) { self.text = text }

  /// A text of somebody else's on one line.
  package init(line text: String) { self.text = Secrets.redacted(text).withoutControls }

  /// Lines of somebody else's, such as a journal's.
  package init(lines text: String) {
    self.text = Secrets.redacted(text).mapLines { $0.withoutControls }
  }

  /// Data as JSON, which has escapes of its own; ends with a line feed.
  package init(json value: Value) {
    text = JSON.text(value.redacted)
    kind = .json
  }

  /// Data as YAML; ends with a line feed.
  package init(yaml value: Value) {
    self.init(lines: YAMLText.text(value.redacted))
    kind = .lines
  }

  /// A document in XML, which has escapes of its own.
  package init(xml text: String) {
    self.init(lines: text)
    kind = .xml
  }

  /// Lines of a difference, with the values of secret variables starred out as in every quoted line.
  package init(difference text: String) {
    // Keys in blocks go over several lines.
    self.text = Secrets.redacted(text).mapLines { Secrets.redactedLine($0).withoutControls }
    kind = .lines
  }

  /// Rows of comma-separated values, which end with CR LF (RFC 4180).
  package init(csv text: String) {
    self.text = text.split(separator: "\r\n", omittingEmptySubsequences: false)
      .map { Secrets.redacted(String($0)).withoutControls }.joined(separator: "\r\n")
    kind = .lines
  }

  /// Annotations for GitHub's runner, which escape what they hold.
  package init(annotations text: String) {
    self.text = Secrets.redacted(text)
    kind = .annotations
  }

  /// The same text, with its lines left as they are on a terminal: for what a program or a shell reads.
  package var asLines: Shown {
    var lines = self
    if kind == .text { lines.kind = .lines }
    return lines
  }

  /// Painted by a terminal's code for a colour.
  func painted(_ code: String) -> Shown {
    text.isEmpty ? self : Shown(own: "\u{1B}[\(code)m\(text)\u{1B}[0m")
  }

  /// Moves to the beginning of the line and clears it.
  package static let clearLine = Shown(own: "\r\u{1B}[K")
  /// Moves to the top of the terminal and clears it.
  package static let clearScreen = Shown(own: "\u{1B}[H\u{1B}[2J")

  /// As GitHub's runner takes for no command: it reads lines that begin with `::` after blanks, and
  /// `##[` anywhere (actions/runner, src/Runner.Worker/ActionCommandManager.cs).
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
      let blanks = line.prefix(while: \.isWhitespace)
      let rest = line.dropFirst(blanks.count)
      let safe = rest.hasPrefix("::") ? blanks + colons + rest.dropFirst(2) : line
      return safe.replacing("##[", with: hash)
    }.joined(separator: "\n")
  }
}

extension Shown: ExpressibleByStringInterpolation {
  /// amm's own text.
  package init(stringLiteral value: String) { text = value }

  /// What was collected.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Collects literals as amm's own text and everything else as foreign text.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// Makes room for about twice the literals.
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
  /// Both texts, one after the other.
  package static func + (left: Shown, right: Shown) -> Shown {
    var sum = left
    sum.text += right.text
    return sum
  }
  /// Adds a text at the end.
  package static func += (left: inout Shown, right: Shown) { left.text += right.text }

  /// Whether nothing would be written.
  package var isEmpty: Bool { text.isEmpty }

  /// Without the newline that the console adds.
  package var dropLastNewline: Shown {
    text.hasSuffix("\n") ? Shown(own: String(text.dropLast())) : self
  }
}

extension Sequence where Element == Shown {
  /// The texts with a separator between each two.
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
  /// The same data, with a star for each character of a secret in its texts and names.
  package var redacted: Value {
    switch self {
    case .text(let text): .text(Secrets.redacted(text))
    case .list(let items): .list(items.map(\.redacted))
    case .set(let members):
      .set(members.map { .init(Secrets.redacted($0.name), $0.value.redacted(under: $0.name)) })
    case .integer, .number, .boolean, .null: self
    }
  }

  /// What stands under a name that is a secret's is one, whatever it looks like.
  private func redacted(under name: String) -> Value {
    guard case .text(let text) = self, Secrets.isSecretName(name), name != "token", name != "secret"
    else { return redacted }
    return .text(String(repeating: "*", count: text.unicodeScalars.count))
  }
}

extension String {
  /// With each line replaced, as its bytes end it: to Swift, CR LF is one character and no line's end.
  fileprivate func mapLines(_ replacement: (String) -> String) -> String {
    utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { replacement(String(Substring($0))) }.joined(separator: "\n")
  }
}
