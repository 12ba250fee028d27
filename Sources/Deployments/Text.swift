import Text

/// Text that every target can carry unchanged: one line, no control characters.
///
/// The limits are those of the narrowest target: blanks at the ends are trimmed, quotes at the ends may
/// be, a trailing backslash eats the next line, and a lone `;` would separate two commands.
package struct PlainText: Sendable, Hashable {
  /// As it is written: one line without control characters.
  package let text: String

  package init?(_ text: String) {
    guard Self.problem(with: text) == nil else { return nil }
    self.text = text
  }

  /// A text amm itself wrote down.
  package init(literal text: StaticString) {
    guard let plain = PlainText(text.description) else { preconditionFailure("not plain text") }
    self = plain
  }

  /// What keeps a text from being plain, in words that follow a name: "must not be empty".
  package static func problem(with text: String) -> String? {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return "must not be empty"
    }
    if first.properties.isWhitespace || last.properties.isWhitespace {
      return "must not begin or end with a blank"
    }
    if first == "\"" || last == "\"" { return "must not begin or end with a double quote" }
    if last == "\\" { return "must not end with a backslash" }
    if text.isLoneSemicolon { return "must not be a lone ';'" }
    if text.unicodeScalars.contains(where: \.isControl) {
      return "must stand on one line, without control characters"
    }
    return nil
  }
}

/// One word of a command line.
///
/// Two words cannot be passed by every target: the empty one, at which a splitter may stop, and a lone
/// `;`, which may be taken for the end of a command however it is quoted.
package struct Argument: Sendable, Hashable {
  /// Linux refuses to start a program with a longer argument (MAX_ARG_STRLEN).
  package static let limit = 131_071

  /// As it is written: one word of a command line.
  package let text: String

  package init?(_ text: String) {
    guard Self.problem(with: text) == nil else { return nil }
    self.text = text
  }

  /// A word amm itself wrote down.
  package init(literal text: StaticString) {
    self.text = text.description
  }

  /// What keeps a text from being an argument.
  package enum Problem: Sendable {
    case empty, loneSemicolon, nul
    /// ``Argument/limit`` bytes or more.
    case tooLong
  }

  /// What keeps a text from being one word of a command line; nil where nothing does.
  package static func problem(with text: String) -> Problem? {
    if text.isEmpty { return .empty }
    if text.isLoneSemicolon { return .loneSemicolon }
    if text.utf8.count >= limit { return .tooLong }
    return text.unicodeScalars.contains("\0") ? .nul : nil
  }
}

/// A variable of a container's environment.
package struct EnvironmentVariable: Sendable, Hashable {
  package let name: Name
  /// As the process reads it: one line.
  package let value: String

  /// A name that every program can read: letters, digits and underscores, no digit first.
  package struct Name: Sendable, Hashable {
    /// As it is written: letters, digits and `_`, no digit first.
    package let text: String

    /// What all programs that load from the Hugging Face hub read a token from.
    package static let huggingFaceToken = Name(literal: "HF_TOKEN")

    /// A name amm itself wrote down.
    package init(literal text: StaticString) {
      guard let name = Name(text.description) else { preconditionFailure("not a variable's name") }
      self = name
    }

    package init?(_ text: String) {
      guard let first = text.utf8.first, !first.isASCIIDigit,
        text.utf8.allSatisfy(\.isASCIIWord), text.utf8.count <= 255
      else { return nil }
      self.text = text
    }
  }

  /// Nil when the value holds a NUL or is too long to be passed to a program.
  package init?(_ name: Name, _ value: String) {
    guard !value.unicodeScalars.contains("\0"),
      name.text.utf8.count + value.utf8.count + 1 < Argument.limit
    else { return nil }
    self.name = name
    self.value = value
  }

  /// A variable whose name amm itself wrote down and whose value was checked as an argument.
  package init(_ name: StaticString, _ value: Argument) {
    guard let name = Name(name.description) else { preconditionFailure("not a variable's name") }
    self.name = name
    self.value = value.text
  }
}

extension String {
  /// By bytes: Swift takes the Greek question mark (U+037E) for a ';', and other programs do not.
  fileprivate var isLoneSemicolon: Bool { utf8.elementsEqual(";".utf8) }
}

extension Unicode.Scalar {
  var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}
