import Text

extension Secrets {
  /// Returns a line of a file for display: without tokens, and without the values of variables
  /// whose names are those of secrets, anywhere in the line.
  package static func redactedLine(_ line: String) -> String {
    let text = redacted(line)
    guard isSecretName(anywhereIn: text) else { return text }
    var scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      guard scalars[index].isNamePart else {
        index += 1
        continue
      }
      let start = index
      while index < scalars.count, scalars[index].isNamePart { index += 1 }
      let name = String(String.UnicodeScalarView(scalars[start..<index]))
      guard isSecretName(name), let value = valueRange(after: index, in: scalars),
        !isPodmanName(value, of: name, in: scalars),
        !isFieldName(name) || isKey(start..<index, in: scalars) && !isStoredName(scalars[value])
      else { continue }
      for place in value where scalars[place] != " " { scalars[place] = "*" }
      index = value.upperBound
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Whether it is the name of a secret in a unit: `Secret=NAME,type=env,target=VARIABLE`.
  private static func isPodmanName(
    _ value: Range<Int>, of name: String, in scalars: [UnicodeScalar]
  ) -> Bool {
    let rest = String(String.UnicodeScalarView(scalars[value.upperBound...]))
    return name == "Secret" && (rest.hasPrefix(",type=") || rest.hasPrefix(",target="))
  }

  /// A quick check for whether the line needs a closer look.
  private static func isSecretName(anywhereIn text: String) -> Bool {
    text.utf8.split { !isNamePart($0) }.contains { bytes in
      isSecretName(String(Substring(bytes)))
    }
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || byte == 0x5F
  }

  /// Returns whether it is a key of amm's own formats that names where a secret is kept.
  private static func isFieldName(_ name: String) -> Bool { name == "token" || name == "secret" }

  /// Returns whether a word is a key of a mapping, and not a word in a sentence or a log.
  private static func isKey(_ word: Range<Int>, in scalars: [UnicodeScalar]) -> Bool {
    guard word.upperBound < scalars.count, scalars[word.upperBound] == ":" else { return false }
    return ["{", ","].contains(scalars[..<word.lowerBound].last { $0 != " " } ?? "{")
  }

  /// Returns whether a value below such a key can be the name of a secret, or what has it.
  private static func isStoredName(_ value: ArraySlice<UnicodeScalar>) -> Bool {
    guard let first = value.first, !["{", "[", "&", "*", "!", "#"].contains(first) else {
      return true
    }
    let isQuoted = first == "\"" || first == "'"
    return (isQuoted ? value.dropFirst().dropLast() : value).allSatisfy {
      $0.isNamePart || $0 == "-" || $0 == "."
    }
  }

  /// Returns the range of the value in `NAME: value` or `NAME=value`, including its quotes.
  private static func valueRange(after name: Int, in scalars: [UnicodeScalar]) -> Range<Int>? {
    var index = name
    if index < scalars.count, scalars[index] == "\"" || scalars[index] == "'" { index += 1 }
    while index < scalars.count, scalars[index] == " " { index += 1 }
    guard index < scalars.count, scalars[index] == ":" || scalars[index] == "=" else { return nil }
    // `NAME=value` is a word, which a space ends; `name = value` and `name: value` go on.
    let isWord =
      index == name && scalars[index] == "=" && scalars[(index + 1)...].first != " "
    index += 1
    while index < scalars.count, scalars[index] == " " { index += 1 }
    guard index < scalars.count else { return nil }
    let start = index
    // A quote that began before the name ends the value.
    let isOpen = scalars[..<name].count { $0 == "\"" } % 2 == 1
    if scalars[start] == "\"" || scalars[start] == "'" {
      let end = scalars[(start + 1)...].firstIndex(of: scalars[start])
      return start..<(end.map { $0 + 1 } ?? scalars.count)
    }
    while index < scalars.count, ![",", "}", "]"].contains(scalars[index]),
      !(isWord && scalars[index] == " "), !(isOpen && scalars[index] == "\"")
    { index = endOfReference(at: index, in: scalars) ?? index + 1 }
    return start..<index
  }
}

extension Secrets {
  /// The longest reference to a variable that is read as a whole.
  private static let longest = 256

  /// Returns the end of a reference such as `${NAME}` or `${NAME:-${OTHER}}`; nil if none begins there.
  package static func endOfReference(at start: Int, in bytes: [UInt8]) -> Int? {
    end(at: start, in: bytes) { UInt8($0) }
  }

  private static func endOfReference(at start: Int, in scalars: [UnicodeScalar]) -> Int? {
    end(at: start, in: scalars) { UnicodeScalar($0) }
  }

  private static func end<Sign: Equatable>(
    at start: Int, in text: [Sign], _ sign: (UInt8) -> Sign
  ) -> Int? {
    let (dollar, opening, closing) = (sign(0x24), sign(0x7B), sign(0x7D))
    guard text[start] == dollar, start + 1 < text.count, text[start + 1] == opening else {
      return nil
    }
    var depth = 0
    for index in (start + 1)..<min(text.count, start + longest) {
      if text[index] == sign(0x0A) { return nil }
      if text[index] == opening { depth += 1 }
      if text[index] == closing { depth -= 1 }
      if depth == 0 { return index + 1 }
    }
    return nil
  }
}

extension UnicodeScalar {
  fileprivate var isNamePart: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
