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

  /// Its names, the one that it is documented under first.
  package let names: [String]
  /// Names that switch it off.
  package let off: [String]
  /// What its value is.
  package let kind: Kind
  /// How many values it has.
  package let count: Count
  /// The words it may be: all there are for text, and those beside the numbers for a number; empty
  /// for any.
  package let choices: [String]
  /// The keys that the object may have which it takes; empty for any.
  package let keys: [String]
  /// What holds where it is not written, as the launcher says it; nil where it says nothing.
  package let defaultText: String?
  /// The variable that stands for it; nil where none does.
  package let variable: String?

  /// A line of a catalogue; nil for a comment or a variable that stands for no option.
  init?(line: Substring) {
    guard line.utf8.first == UInt8(ascii: "-") else { return nil }
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
    func column(_ index: Int) -> Substring { index < columns.count ? columns[index] : "" }
    guard column(2) != "removed" else { return nil }
    func words(_ index: Int) -> [String] { column(index).split(separator: " ").map(String.init) }
    names = words(0)
    off = words(1)
    kind = Kind(rawValue: String(column(2))) ?? .text
    count = Count(rawValue: String(column(3))) ?? .one
    let listed = words(4)
    choices = listed.filter { $0.utf8.last != UInt8(ascii: ":") }
    keys = listed.filter { $0.utf8.last == UInt8(ascii: ":") }.map { String($0.dropLast()) }
    defaultText = column(5).isEmpty ? nil : String(column(5))
    variable = column(6).isEmpty ? nil : String(column(6))
  }

  /// The words it must be one of; empty where others are right, too.
  package var closedWords: [String] {
    kind == .text || choices.allSatisfy { Double($0) != nil } ? choices : []
  }
}

/// An option that a launcher knows only to say that it is gone.
package struct RemovedOption: Sendable {
  /// All that it was called.
  package let names: [String]
  /// Options that came instead.
  package let instead: [String]

  /// A line of a catalogue of the kind `removed`; nil for any other.
  init?(line: Substring) {
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
    guard columns.count > 4, columns[2] == "removed" else { return nil }
    names = columns[0].split(separator: " ").map(String.init)
    instead = columns[4].split(separator: " ").map(String.init)
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

  /// A line of a catalogue that begins with `$`; nil for any other.
  init?(line: Substring) {
    guard line.utf8.first == UInt8(ascii: "$") else { return nil }
    let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
    name = String(columns[0].dropFirst())
    kind = columns.count > 2 ? Kind(rawValue: String(columns[2])) ?? .text : .text
  }
}
