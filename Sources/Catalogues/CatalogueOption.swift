/// One option of a launcher.
package struct CatalogueOption: Sendable {
  /// The type of an option's value.
  package enum Kind: String, Sendable {
    /// On or off.
    case flag
    /// A whole number.
    case integer
    /// A whole number that can have a suffix, such as `32k`.
    case size
    /// Any number.
    case number
    /// A word, possibly from a list of choices.
    case text
    /// An object, a list or a value, as JSON.
    case json
  }

  /// The number of values of an option.
  package enum Count: String, Sendable {
    /// No value: the option is present or not.
    case none = "0"
    /// One value.
    case one = "1"
    /// One value or none.
    case optional = "?"
    /// One or more values after one name.
    case some = "+"
    /// Any number of values after one name.
    case any = "*"
    /// One value; the option can be repeated.
    case repeated = "repeat"
    /// One word with parts separated by commas.
    case joined = ","
    /// Two values after one name.
    case two = "2"
  }

  private let line: TableLine

  /// Creates an option from a line that starts with its name.
  init(_ line: TableLine) { self.line = line }

  /// The names, starting with the documented one.
  package var names: [String] { line.words(0) }
  /// The names that turn the option off.
  package var off: [String] { line.words(1) }
  /// The type of the value.
  package var kind: Kind { Kind(rawValue: line.text(2)) ?? .text }
  /// The number of values.
  package var count: Count { Count(rawValue: line.text(3)) ?? .one }
  /// The default value, as the launcher reports it; nil if it reports none.
  package var defaultText: String? { line.isEmpty(5) ? nil : line.text(5) }
  /// The environment variable that sets the option; nil if there is none.
  package var variable: String? { line.isEmpty(6) ? nil : line.text(6) }

  /// The allowed words: all of them for text, and those besides numbers for a number; empty if any
  /// word is allowed.
  package var choices: [String] { line.words(4).filter { $0.utf8.last != Self.colon } }
  /// The allowed keys of an object value; empty if any key is allowed.
  package var keys: [String] {
    line.words(4).filter { $0.utf8.last == Self.colon }.map { String($0.dropLast()) }
  }

  private static let colon = UInt8(ascii: ":")

  /// The complete list of allowed words; empty if other words are also allowed.
  package var closedWords: [String] {
    let choices = choices
    return kind == .text || choices.allSatisfy { Double($0) != nil } ? choices : []
  }

  /// Checks whether a word is not in the complete list of allowed words; false if any is allowed.
  package func refuses(_ word: String) -> Bool {
    guard !line.isEmpty(4), !line.has(word, in: 4) else { return false }
    let words = closedWords
    return !words.isEmpty && !words.contains(word)
  }

  /// Checks whether a name turns the option off.
  package func isOff(_ name: String) -> Bool { line.has(name, in: 1) }
}

/// A removed option that a launcher still recognizes, to report the removal.
package struct RemovedOption: Sendable {
  /// The names of the removed option.
  package let names: [String]
  /// The options that replace it.
  package let instead: [String]

  /// Creates a removed option from a line of the kind `removed`.
  init(_ line: TableLine) {
    names = line.words(0)
    instead = line.words(4)
  }
}

/// An environment variable of a launcher that does not set an option.
package struct CatalogueVariable: Sendable {
  /// The type of the value.
  package enum Kind: String, Sendable {
    /// `0` or `1`.
    case bit = "0or1"
    /// A Boolean word.
    case boolean
    case integer, number, text
  }

  package let name: String
  package let kind: Kind

  /// Creates a variable from a line that starts with `$`.
  init(_ line: TableLine) {
    name = String(line.text(0).dropFirst())
    kind = Kind(rawValue: line.text(2)) ?? .text
  }
}
