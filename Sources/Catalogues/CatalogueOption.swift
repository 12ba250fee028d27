/// One option of a launcher.
package struct CatalogueOption: Sendable {
  /// What an option's value is.
  package enum Kind: String, Sendable {
    /// On or off.
    case flag
    /// A whole number.
    case integer
    /// A whole number that may be written short, such as `32k`.
    case size
    /// Any number.
    case number
    /// One word, perhaps of a list.
    case text
    /// An object, a list or a value, as JSON.
    case json
  }

  /// How many values an option has.
  package enum Count: String, Sendable {
    /// None: it is there or not.
    case none = "0"
    /// One.
    case one = "1"
    /// One, or none where it is there alone.
    case optional = "?"
    /// One or more after one name.
    case some = "+"
    /// Any number after one name.
    case any = "*"
    /// One, each time that the option is written.
    case repeated = "repeat"
    /// One word, whose parts commas separate.
    case joined = ","
    /// Two after one name.
    case two = "2"
  }

  private let line: TableLine

  /// A line that begins with an option's name.
  init(_ line: TableLine) { self.line = line }

  /// Its names, the one that it is documented under first.
  package var names: [String] { line.words(0) }
  /// Names that switch it off.
  package var off: [String] { line.words(1) }
  /// What its value is.
  package var kind: Kind { Kind(rawValue: line.text(2)) ?? .text }
  /// How many values it has.
  package var count: Count { Count(rawValue: line.text(3)) ?? .one }
  /// What holds where it is not written, as the launcher says it; nil where it says nothing.
  package var defaultText: String? { line.isEmpty(5) ? nil : line.text(5) }
  /// The variable that stands for it; nil where none does.
  package var variable: String? { line.isEmpty(6) ? nil : line.text(6) }

  /// The words it may be: all there are for text, and those beside the numbers for a number; empty
  /// for any.
  package var choices: [String] { line.words(4).filter { $0.utf8.last != Self.colon } }
  /// The keys that the object may have which it takes; empty for any.
  package var keys: [String] {
    line.words(4).filter { $0.utf8.last == Self.colon }.map { String($0.dropLast()) }
  }

  private static let colon = UInt8(ascii: ":")

  /// The words it must be one of; empty where others are right, too.
  package var closedWords: [String] {
    let choices = choices
    return kind == .text || choices.allSatisfy { Double($0) != nil } ? choices : []
  }

  /// Whether a word is none of those that it must be one of; false where any is right.
  package func refuses(_ word: String) -> Bool {
    guard !line.isEmpty(4), !line.has(word, in: 4) else { return false }
    let words = closedWords
    return !words.isEmpty && !words.contains(word)
  }

  /// Whether a name switches it off.
  package func isOff(_ name: String) -> Bool { line.has(name, in: 1) }
}

/// An option that a launcher knows only to say that it is gone.
package struct RemovedOption: Sendable {
  /// All that it was called.
  package let names: [String]
  /// Options that came instead.
  package let instead: [String]

  /// A line of the kind `removed`.
  init(_ line: TableLine) {
    names = line.words(0)
    instead = line.words(4)
  }
}

/// A variable of a launcher's process that stands for no option.
package struct CatalogueVariable: Sendable {
  /// What it is read as.
  package enum Kind: String, Sendable {
    /// `0` or `1`.
    case bit = "0or1"
    /// A word for true or false.
    case boolean
    case integer, number, text
  }

  package let name: String
  package let kind: Kind

  /// A line that begins with `$`.
  init(_ line: TableLine) {
    name = String(line.text(0).dropFirst())
    kind = Kind(rawValue: line.text(2)) ?? .text
  }
}
