import Profiles
import Schema
import Text

/// Characters of a text program that look like those of a command.
extension ServerImport {
  private static let dashes: Set<Character> = [
    "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}",
  ]
  private static let quotes: Set<Character> = [
    "\u{2018}", "\u{2019}", "\u{201C}", "\u{201D}", "\u{201E}",
  ]

  /// Returns arguments with hyphens in place of the dashes of a text program, which are reported, and so are its quotes
  /// around a value.
  mutating func withHyphens(_ words: [Located<String>]) -> [Located<String>] {
    words.map { word in
      if let first = word.value.first, Self.dashes.contains(first) {
        let name = word.value.drop { Self.dashes.contains($0) || $0 == "-" }
        let option = (name.count == 1 ? "-" : "--") + name
        tell(
          ImportRules.value, word.range,
          "'\(word.value.abbreviatedName)' begins with a dash that is no hyphen, so it is no option",
          help: "write '\(option.abbreviatedName)'")
        return Located(option, word.range)
      }
      if let first = word.value.first, word.value.count > 1, Self.quotes.contains(first) {
        tell(
          ImportRules.value, word.range,
          "'\(first)' is no quote of a command, so it becomes a part of the value",
          help: "write ' or \" in its place")
      }
      return word
    }
  }
}
