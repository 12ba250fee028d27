package import Diagnostics
import Schema

/// Something that must hold of a profile before it can be served.
///
/// Adding one is a function that makes a `Check` and its line in `Checks.all` or in a runtime's
/// list, with a case in the corpus.
package final class Check: Sendable {
  /// The rule that it reports.
  package let rule: Rule
  private let body: @Sendable (Profile, Report) -> Void

  init(_ rule: Rule, _ body: @escaping @Sendable (Profile, Report) -> Void) {
    self.rule = rule
    self.body = body
  }

  /// A check of one runtime, with its own options at hand.
  convenience init<R: Runtime>(
    _ rule: Rule, of runtime: R.Type,
    _ body: @escaping @Sendable (Profile, RuntimeOptions<R.Options>, Report) -> Void
  ) {
    self.init(rule) { profile, report in body(profile, R.options(of: profile), report) }
  }

  /// Runs checks that live as long as the process.
  ///
  /// Without counting references to them: all threads share them, and to agree on a count takes
  /// longer than most checks do.
  static func run(_ checks: [Check], on profile: Profile, _ collector: DiagnosticCollector) {
    for index in checks.indices {
      unsafe Unmanaged.passUnretained(checks[index])._withUnsafeGuaranteedRef { check in
        check.body(profile, Report(check: check, collector: collector))
      }
    }
  }
}

/// Says that a rule does not hold at a place.
package struct Report {
  private unowned(unsafe) let check: Check
  let collector: DiagnosticCollector

  /// The rule that it reports.
  package var rule: Rule { unsafe check.rule }

  fileprivate init(check: Check, collector: DiagnosticCollector) {
    unsafe self.check = check
    self.collector = collector
  }

  func callAsFunction(
    _ range: SourceRange, _ message: String, help: String? = nil,
    notes: [Diagnostic.Note] = [], mend: Mend? = nil
  ) {
    collector.emit(
      Diagnostic(
        rule, at: SourceLocation(collector.source, range), message,
        help: help.map { [$0] } ?? [], notes: notes, mend: mend))
  }

  /// A note at another place of the profile.
  package func note(_ range: SourceRange, _ message: String) -> Diagnostic.Note {
    collector.note(range, message)
  }
}
