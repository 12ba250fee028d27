import Profiles
package import Schema
import Text

/// Programs among words.
extension Recognition {
  /// Words before a program that change nothing for an import.
  static let starters: Set = ["exec", "sudo", "nohup", "env", "time"]

  /// Returns the words after a program; nil if the words do not start it.
  ///
  /// `exec`, `sudo`, `nohup` and assignments of variables may precede it, and its path may be written.
  package static func arguments(
    of words: [Located<String>], after program: [String]
  ) -> [Located<String>]? {
    var rest = words[...]
    while let word = rest.first?.value,
      starters.contains(word) || isAssignment(word)
    {
      rest = rest.dropFirst()
    }
    guard rest.count >= program.count else { return nil }
    for (index, (word, wanted)) in zip(rest, program).enumerated() {
      guard (index == 0 ? Self.program(of: word.value) : word.value) == wanted else { return nil }
    }
    return Array(rest.dropFirst(program.count))
  }

  /// Returns the name of a program, without its folder and the ending of Windows.
  private static func program(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard name.hasSuffix(".exe") || name.hasSuffix(".EXE") else { return name }
    return name.split(separator: "\\").last.map { String($0.dropLast(4)) } ?? name
  }

  /// Whether a word assigns a variable: `NAME=value`.
  static func isAssignment(_ word: String) -> Bool {
    guard let equals = word.firstIndex(of: "="), equals > word.startIndex else { return false }
    return word[..<equals].utf8.allSatisfy(\.isASCIIWord)
      && !(word.utf8.first?.isASCIIDigit ?? true)
  }
}
