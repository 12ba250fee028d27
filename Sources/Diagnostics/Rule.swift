/// How much a diagnostic weighs.
package enum Severity: String, Sendable, Comparable {
  /// The input works, but the author ought to look.
  case warning
  /// Nothing can be generated from the input.
  case error

  package static func < (left: Severity, right: Severity) -> Bool {
    left == .warning && right == .error
  }
}

/// One kind of mistake that amm can name: the code in brackets, and what it stands for.
///
/// A rule is declared once, beside the code that finds the mistake.
package struct Rule: Sendable, Hashable {
  /// A short stable name such as `unknown-key`, printed in brackets.
  package let code: String
  package let severity: Severity
  /// What must hold, in one sentence.
  package let summary: String

  package init(_ code: String, _ severity: Severity, _ summary: String) {
    self.code = code
    self.severity = severity
    self.summary = summary
  }

  /// A rule whose breach is an error.
  package init(_ code: String, _ summary: String) {
    self.init(code, .error, summary)
  }
}
