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
/// A rule is declared once, beside the code that finds the mistake. A class, because every check of
/// every profile hands its own on.
package final class Rule: Sendable, Hashable {
  private let codeLiteral: StaticString
  private let summaryLiteral: StaticString
  /// Whether breaking it stops generation.
  package let severity: Severity
  /// What `amm explain` and docs/diagnostics.md say of it; a test fails for a rule without.
  package let explanation: Explanation?
  /// Whether it speaks of what is no mistake, and is told only where nothing is wrong, once a run.
  package let isAdvice: Bool

  /// A short stable name such as `unknown-key`, printed in brackets.
  package var code: String { codeLiteral.description }
  /// What must hold, in one sentence.
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

  /// A rule whose breach is an error.
  package convenience init(
    _ code: StaticString, _ summary: StaticString, _ explanation: Explanation? = nil
  ) {
    self.init(code, .error, summary, explanation)
  }

  package static func == (left: Rule, right: Rule) -> Bool { left.code == right.code }
  package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}

/// Why a rule is one, shown by an example.
package struct Explanation: Sendable {
  private let literals: (why: StaticString, wrong: StaticString, right: StaticString)
  private let sourceLiteral: StaticString?

  package init(
    _ why: StaticString, wrong: StaticString, right: StaticString, source: StaticString? = nil
  ) {
    literals = (why, wrong, right)
    sourceLiteral = source
  }

  /// What happens otherwise, in one or two sentences.
  package var why: String { literals.why.description }
  /// The mistake, as its author wrote it: a piece of YAML.
  package var wrong: String { literals.wrong.description }
  /// The same piece put right.
  package var right: String { literals.right.description }
  /// Where the rule comes from: project, release and file; nil for one of amm's own.
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

  /// Everything about the rule but its code, as Markdown.
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
