/// A regular expression in Swift's syntax, which is like Perl's for common expressions.
///
/// Swift's matcher backtracks and can take extremely long for some answers. Call `matches(_:)` only
/// in a process with a time limit.
package struct Pattern: Sendable, Equatable {
  /// The regular expression.
  package let text: String
  /// Whether the match is case-insensitive.
  package let ignoresCase: Bool

  package init(text: String, ignoresCase: Bool) {
    self.text = text
    self.ignoresCase = ignoresCase
  }

  /// Returns why a text is not a valid regular expression, or nil if it is valid.
  static func problem(_ text: String) -> String? {
    do {
      _ = try Regex(text)
      return nil
    } catch {
      return String("\(error)".prefix(200))
    }
  }

  /// Returns whether the expression matches anywhere in an answer.
  package func matches(_ answer: String) -> Bool {
    guard let regex = try? Regex(text) else { return false }
    return answer.firstMatch(of: regex.ignoresCase(ignoresCase)) != nil
  }
}
