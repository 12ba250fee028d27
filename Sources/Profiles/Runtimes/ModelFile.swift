import Values

/// An Ollama Modelfile, from which a running server creates a model.
///
/// Quoting follows parser/parser.go (ollama v0.32): a value in `"""` ends at the last `"""` of the
/// first line that ends with one, and Ollama drops the characters that Go does not print.
package struct ModelFile: Sendable, Equatable {
  /// The base model or the base files.
  var bases: [String] = []
  private var lines: [String] = []

  init() {}

  /// The text of the file, for `ollama create`.
  package var text: String {
    (bases.map { "FROM \($0)" } + lines).map { $0 + "\n" }.joined()
  }

  mutating func add(parameter name: String, _ value: Value) {
    switch value {
    case .list(let items): for item in items { add(parameter: name, item) }
    case .text(let text): lines.append("PARAMETER \(name) \"\"\"\(text)\"\"\"")
    default: lines.append("PARAMETER \(name) \(value.launchText)")
    }
  }

  /// Adds an instruction; the text of a `MESSAGE` begins with its role: `user: Hello`.
  mutating func add(instruction name: String, _ text: String) {
    if name == "MESSAGE", let (role, message) = Self.message(text) {
      lines.append("MESSAGE \(role) \"\"\"\(message)\"\"\"")
      return
    }
    lines.append("\(name) \"\"\"\(text)\"\"\"")
  }

  /// Returns the role and the text of a message; nil if it does not start with a role that Ollama
  /// accepts (parser/parser.go, isValidMessageRole).
  static func message(_ text: String) -> (role: String, text: String)? {
    for role in ["system", "user", "assistant"] where text.hasPrefix(role + ": ") {
      return (role, String(text.dropFirst(role.count + 2)))
    }
    return nil
  }

  /// Returns a text as Ollama keeps it, and the first character that it drops; nil if it keeps all.
  package static func kept(_ text: String) -> (text: String, dropped: Unicode.Scalar?) {
    guard let dropped = text.unicodeScalars.first(where: { !$0.isKeptByOllama }) else {
      return (text, nil)
    }
    var kept = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where scalar.isKeptByOllama { kept.append(scalar) }
    return (String(kept), dropped)
  }

  /// Returns why a Modelfile cannot contain a text, as words that follow a name.
  package static func problem(with text: String) -> String? {
    if text.isEmpty { return "must not be empty" }
    if text.utf8.contains("\"\"\"".utf8) { return "must not contain three double quotes in a row" }
    if let scalar = text.unicodeScalars.first(where: { !$0.isKeptByOllama }) {
      return "contains U+\(String(scalar.value, radix: 16, uppercase: true)), which Ollama drops"
    }
    return nil
  }
}

extension Unicode.Scalar {
  /// Whether Go's strconv.IsPrint is true, or the character is a space or a line feed.
  fileprivate var isKeptByOllama: Bool {
    if value == 0x20 || value == 0x0A { return true }
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber,
      .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol:
      return true
    default: return false
    }
  }
}
