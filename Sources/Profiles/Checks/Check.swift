package import Diagnostics
import Schema

/// A check that a profile must pass before it can be served.
///
/// To add one, declare a `Check`, list it in `Checks.all` or in a runtime's list, and add a case to
/// the corpus.
package final class Check: Sendable {
  /// The rule that it reports.
  package let rule: Rule
  private let body: @Sendable (Profile, Report) -> Void

  init(_ rule: Rule, _ body: @escaping @Sendable (Profile, Report) -> Void) {
    self.rule = rule
    self.body = body
  }

  /// Creates a check of one runtime, which receives the runtime's own options.
  convenience init<R: Runtime>(
    _ rule: Rule, of runtime: R.Type,
    _ body: @escaping @Sendable (Profile, RuntimeOptions<R.Options>, Report) -> Void
  ) {
    self.init(rule) { profile, report in body(profile, R.options(of: profile), report) }
  }

  /// Runs checks that live as long as the process.
  ///
  /// It does not count references to them. All threads share the checks, and atomic counting takes
  /// longer than most checks do.
  static func run(_ checks: [Check], on profile: Profile, _ collector: DiagnosticCollector) {
    for index in checks.indices {
      unsafe Unmanaged.passUnretained(checks[index])._withUnsafeGuaranteedRef { check in
        check.body(profile, Report(check: check, collector: collector))
      }
    }
  }
}

/// Reports a problem at a place.
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

  /// Returns a note at another place in the profile.
  package func note(_ range: SourceRange, _ message: String) -> Diagnostic.Note {
    collector.note(range, message)
  }
}
