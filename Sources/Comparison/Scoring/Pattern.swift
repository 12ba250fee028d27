/// A regular expression in Swift's syntax, which is Perl's for what people use.
///
/// Its matcher backtracks, so that an answer may keep it busy for years: `matches(_:)` is for a
/// process with a limit of its own.
package struct Pattern: Sendable, Equatable {
  /// The regular expression, in the syntax that docs/compare.md describes.
  package let text: String
  /// Whether capitals and small letters are alike.
  package let ignoresCase: Bool

  package init(text: String, ignoresCase: Bool) {
    self.text = text
    self.ignoresCase = ignoresCase
  }

  /// Why a text is no regular expression; nil when it is one.
  static func problem(_ text: String) -> String? {
    do {
      _ = try Regex(text)
      return nil
    } catch {
      return String("\(error)".prefix(200))
    }
  }

  /// Whether it matches somewhere in an answer.
  package func matches(_ answer: String) -> Bool {
    guard let regex = try? Regex(text) else { return false }
    return answer.firstMatch(of: regex.ignoresCase(ignoresCase)) != nil
  }
}
