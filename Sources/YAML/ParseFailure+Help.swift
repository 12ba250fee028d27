extension ParseFailure {
  /// What to do about a syntax error; nil if the message says enough (libyaml 0.2.5, scanner.c and
  /// parser.c).
  var help: String? {
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
