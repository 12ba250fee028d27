/// How serious a diagnostic is.
package enum Severity: String, Sendable, Comparable {
  /// The input works, but the author should look at it.
  case warning
  /// Nothing can be generated from the input.
  case error

  package static func < (left: Severity, right: Severity) -> Bool {
    left == .warning && right == .error
  }
}

/// One kind of problem that amm can report: its code in brackets, and its meaning.
///
/// Each rule is declared once, next to the code that detects the problem. A class, because every
/// check of every profile passes its rule on.
package final class Rule: Sendable, Hashable {
  private let codeLiteral: StaticString
  private let summaryLiteral: StaticString
  /// Whether breaking it stops generation.
  package let severity: Severity
  /// The text of `amm explain` and docs/diagnostics.md.
  ///
  /// A test fails for a rule without one.
  package let explanation: Explanation?
  /// Whether this is advice rather than a mistake.
  ///
  /// Advice is shown once per run, and only if there are no errors.
  package let isAdvice: Bool

  /// A short stable name such as `unknown-key`, printed in brackets.
  package var code: String { codeLiteral.description }
  /// The problem, in one sentence.
  package var summary: String { summaryLiteral.description }

  package init(
    _ code: StaticString, _ severity: Severity, _ summary: StaticString,
    _ explanation: Explanation? = nil, isAdvice: Bool = false
  ) {
    self.isAdvice = isAdvice
    codeLiteral = code
    self.severity = severity
    summaryLiteral = summary
    self.explanation = explanation
  }

  /// Creates a rule with the severity error.
  package convenience init(
    _ code: StaticString, _ summary: StaticString, _ explanation: Explanation? = nil
  ) {
    self.init(code, .error, summary, explanation)
  }

  package static func == (left: Rule, right: Rule) -> Bool { left.code == right.code }
  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// The reason for a rule, with an example.
package struct Explanation: Sendable {
  private let literals: (why: StaticString, wrong: StaticString, right: StaticString)
  private let sourceLiteral: StaticString?

  package init(
    _ why: StaticString, wrong: StaticString, right: StaticString, source: StaticString? = nil
  ) {
    literals = (why, wrong, right)
    sourceLiteral = source
  }

  /// What happens in practice, in one or two sentences.
  package var why: String { literals.why.description }
  /// An example of the mistake: a piece of YAML.
  package var wrong: String { literals.wrong.description }
  /// The same example, fixed.
  package var right: String { literals.right.description }
  /// The source of the rule: project, version and file; nil for amm's own rules.
  package var source: String? { sourceLiteral?.description }
}

extension Rule {
  /// Everything about the rule, for a terminal.
  package var text: String {
    var parts = ["\(severity.rawValue)[\(code)]: \(summary)"]
    if let explanation {
      parts += [
        explanation.why, "Wrong:\n" + explanation.wrong.indented,
        "Right:\n" + explanation.right.indented,
      ]
      if let source = explanation.source { parts.append("Source: \(source)") }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  /// Everything about the rule except its code, as Markdown.
  package var markdown: String {
    var parts = ["*\(severity.rawValue)* \(summary)"]
    if let explanation {
      parts += [
        explanation.why, "Wrong:\n\n```yaml\n\(explanation.wrong)\n```",
        "Right:\n\n```yaml\n\(explanation.right)\n```",
      ]
      if let source = explanation.source { parts.append("Source: \(source).") }
    }
    return parts.joined(separator: "\n\n") + "\n"
  }
}

extension String {
  fileprivate var indented: String {
    split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
      .joined(separator: "\n")
  }
}
