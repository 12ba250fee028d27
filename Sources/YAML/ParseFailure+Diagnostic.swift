import Diagnostics
import Text

extension ParseFailure {
  /// The failure as a diagnostic: at the bracket or quote that is not closed, or where the parser stopped.
  func diagnostic(in source: SourceFile) -> Diagnostic {
    let place = SourceRange(at: position)
    func made(
      _ range: SourceRange, _ message: String, _ help: String?, _ notes: [Diagnostic.Note] = []
    ) -> Diagnostic {
      Diagnostic(
        rule, at: SourceLocation(source, range), message, help: help.map { [$0] } ?? [],
        notes: notes)
    }
    if source.hasTab(before: position) {
      return made(
        place, "YAML does not allow tabs for indentation",
        "indent with spaces, such as two for each level")
    }
    if rule == YAMLRules.notUTF8 { return made(place, message, source.conversion) }
    guard let context else { return made(place, message, help) }
    let whole = "\(message), \(context.message)"
    guard context.position != position else { return made(place, whole, help) }
    let start = SourceRange(at: context.position)
    func note(_ range: SourceRange, _ text: String) -> Diagnostic.Note {
      Diagnostic.Note(SourceLocation(source, range), text)
    }
    // A block is as long as the file. For a bracket or a quote, point to its beginning.
    return context.message.contains("parsing a block")
      ? made(place, whole, help, [note(start, "it begins here")])
      : made(start, whole, help, [note(place, "noticed here")])
  }

  /// What to do about a syntax error; nil if the message says enough (libyaml 0.2.5, scanner.c and
  /// parser.c).
  private var help: String? {
    switch message {
    case "mapping values are not allowed in this context":
      "check the indentation; a value that contains ': ' must be in quotes"
    case "did not find expected ',' or '}'": "close the mapping with '}'"
    case "did not find expected ',' or ']'": "close the list with ']'"
    case "found unexpected end of stream": "close the quote"
    case "did not find expected node content":
      "add the missing value, or remove the comma or bracket"
    case "did not find expected key", "did not find expected '-' indicator":
      "check the indentation of this line and of the lines above it"
    case "could not find expected ':'": "write ': ' after the key"
    case "found character that cannot start any token": "put the value in quotes"
    default: nil
    }
  }
}

extension SourceFile {
  /// How to convert the file to UTF-8: from UTF-16 if its byte order mark shows that, else from
  /// Latin-1, in which every byte is a character.
  fileprivate var conversion: String {
    let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    return "save it as UTF-8, such as with "
      + "'iconv -f \(isUTF16 ? "UTF-16" : "LATIN1") -t UTF-8 \(path.shellWord) > NEW'"
  }
}
