import Values

/// An Ollama Modelfile: what a model is made from on a running server.
///
/// Quoting follows parser/parser.go (ollama v0.32): a value in `"""` ends at the last `"""` of the
/// first line that ends with one, and characters that Go does not print are dropped.
package struct ModelFile: Sendable, Equatable {
  /// The model or the files that it starts from.
  var bases: [String] = []
  private var lines: [String] = []

  init() {}

  /// The file, as `ollama create` reads it.
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

  /// The role and the text of a message; nil where there is no role that Ollama has
  /// (parser/parser.go, isValidMessageRole).
  static func message(_ text: String) -> (role: String, text: String)? {
    for role in ["system", "user", "assistant"] where text.hasPrefix(role + ": ") {
      return (role, String(text.dropFirst(role.count + 2)))
    }
    return nil
  }

  /// What keeps a text from standing in a Modelfile, in words that follow a name.
  package static func problem(with text: String) -> String? {
    if text.isEmpty { return "must not be empty" }
    if text.utf8.contains("\"\"\"".utf8) { return "must not hold three double quotes in a row" }
    if let scalar = text.unicodeScalars.first(where: { !$0.isKeptByOllama }) {
      return "holds U+\(String(scalar.value, radix: 16, uppercase: true)), which Ollama drops"
    }
    return nil
  }
}

extension Unicode.Scalar {
  /// Whether Go's strconv.IsPrint holds, or the character ends or separates words.
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
