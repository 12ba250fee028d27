import Text

/// Text that every target preserves unchanged: one line without control characters.
///
/// The restrictions combine those of all targets: whitespace at the ends is trimmed, quotes at the
/// ends may be removed, a trailing backslash joins the next line, and a single `;` separates two
/// commands.
package struct PlainText: Sendable, Hashable {
  /// The text: one line without control characters.
  package let text: String

  package init?(_ text: String) {
    guard Self.problem(with: text) == nil else { return nil }
    self.text = text
  }

  /// Text from amm's own source code.
  package init(literal text: StaticString) {
    guard let plain = PlainText(text.description) else { preconditionFailure("not plain text") }
    self = plain
  }

  /// Returns why a text is not plain, in words that follow a name, such as "must not be empty", or
  /// nil if it is plain.
  package static func problem(with text: String) -> String? {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else {
      return "must not be empty"
    }
    if first.properties.isWhitespace || last.properties.isWhitespace {
      return "must not begin or end with whitespace"
    }
    if first == "\"" || last == "\"" { return "must not begin or end with a double quote" }
    if last == "\\" { return "must not end with a backslash" }
    if text.isLoneSemicolon { return "must not be a single ';'" }
    if text.unicodeScalars.contains(where: \.isControl) {
      return "must be on one line, without control characters"
    }
    return nil
  }
}

/// One argument of a command line.
///
/// Two arguments cannot be passed on by every target: an empty one, at which a word splitter may
/// stop, and a single `;`, which may end the command even if it is quoted.
package struct Argument: Sendable, Hashable {
  /// The limit above which Linux refuses to start a program (MAX_ARG_STRLEN), in bytes.
  package static let limit = 131_071

  /// The argument's text.
  package let text: String

  package init?(_ text: String) {
    guard Self.problem(with: text) == nil else { return nil }
    self.text = text
  }

  /// An argument from amm's own source code.
  package init(literal text: StaticString) {
    self.text = text.description
  }

  /// A count as an argument.
  package init(count: Int) { text = String(count) }

  /// Why a text is not a valid argument.
  package enum Problem: Sendable {
    case empty, loneSemicolon, nul
    /// ``Argument/limit`` bytes or more.
    case tooLong
  }

  /// Returns why a text is not a valid argument, or nil if it is valid.
  package static func problem(with text: String) -> Problem? {
    if text.isEmpty { return .empty }
    if text.isLoneSemicolon { return .loneSemicolon }
    if text.utf8.count >= limit { return .tooLong }
    return text.unicodeScalars.contains("\0") ? .nul : nil
  }
}

/// An environment variable of a container.
package struct EnvironmentVariable: Sendable, Hashable {
  package let name: Name
  /// The value as the process reads it.
  package let value: String

  /// A variable's name that every program can read: letters, digits and underscores, not starting
  /// with a digit.
  package struct Name: Sendable, Hashable {
    /// The name as it is written.
    package let text: String

    /// The variable from which programs read a token for the Hugging Face hub.
    package static let huggingFaceToken = Name(literal: "HF_TOKEN")

    /// A name from amm's own source code.
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

  /// Creates a variable.
  ///
  /// Returns nil if the value contains a NUL or is too long to pass to a program.
  package init?(_ name: Name, _ value: String) {
    guard !value.unicodeScalars.contains("\0"),
      name.text.utf8.count + value.utf8.count + 1 < Argument.limit
    else { return nil }
    self.name = name
    self.value = value
  }

  /// Creates a variable with a name from amm's own source code and a value that was checked as an
  /// argument.
  package init(_ name: StaticString, _ value: Argument) {
    guard let name = Name(name.description) else { preconditionFailure("not a variable's name") }
    self.name = name
    self.value = value.text
  }
}

extension String {
  /// Compares bytes: Swift considers the Greek question mark (U+037E) equal to ';', but other
  /// programs do not.
  fileprivate var isLoneSemicolon: Bool { utf8.elementsEqual(";".utf8) }
}

extension Unicode.Scalar {
  var isControl: Bool { value < 0x20 || (0x7F..<0xA0).contains(value) }
}
