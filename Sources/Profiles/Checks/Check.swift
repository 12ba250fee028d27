package import Diagnostics
import Schema

/// Something that must hold of a profile before it can be served.
///
/// Adding one is a function that makes a `Check` and its line in `Checks.all` or in a runtime's
/// list, with a case in the corpus.
package struct Check: Sendable {
  package let rule: Rule
  package let run: @Sendable (Profile, Report) -> Void

  package init(_ rule: Rule, _ run: @escaping @Sendable (Profile, Report) -> Void) {
    self.rule = rule
    self.run = run
  }

  /// A check of one runtime, with its own options at hand.
  package init<R: Runtime>(
    _ rule: Rule, of runtime: R.Type,
    _ run: @escaping @Sendable (Profile, R.Options, Report) -> Void
  ) {
    self.init(rule) { profile, report in run(profile, R.options(of: profile), report) }
  }
}

/// Says that a rule does not hold at a place.
package struct Report {
  package let rule: Rule
  let collector: DiagnosticCollector

  package func callAsFunction(
    _ range: SourceRange, _ message: String, help: String? = nil, notes: [Diagnostic.Note] = []
  ) {
    collector.emit(
      Diagnostic(
        rule, at: SourceLocation(collector.source, range), message,
        help: help.map { [$0] } ?? [], notes: notes))
  }

  package func note(_ range: SourceRange, _ message: String) -> Diagnostic.Note {
    collector.note(range, message)
  }
}
