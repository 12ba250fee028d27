/// Collects the diagnostics of one stage for one file.
///
/// A plain class, so that readers deep in a tree can share it. It never leaves its stage, so each
/// stage remains a function from values to values.
@usableFromInline package final class DiagnosticCollector {
  /// The file that is being read.
  package let source: SourceFile
  /// The reported diagnostics, in order.
  package private(set) var diagnostics: [Diagnostic] = []
  /// Whether any value of the file may contain a token.
  ///
  /// All values are searched once.
  package private(set) lazy var mayHoldToken =
    source.bytes.contains(0x5C) || Secrets.looksSecret(source.bytes)
  /// Whether a problem that was recorded since this was set is dropped if it is recorded again.
  package var dropsRepeated = false { didSet { recorded = [] } }
  private var recorded: Set<Problem> = []
  private var errorCount = 0
  private var warningCount = 0

  /// Creates a collector for a file.
  package init(_ source: SourceFile) {
    self.source = source
  }

  /// Whether further errors are dropped, so that callers need not look for their fixes.
  package var isFull: Bool { errorCount > LimitRules.diagnostics }

  /// Whether further warnings are dropped.
  package var isFullOfWarnings: Bool { warningCount > LimitRules.diagnostics }

  /// Returns whether there is an error in a range: something missing there may just be unreadable.
  package func hasErrors(in range: SourceRange) -> Bool {
    diagnostics.contains { diagnostic in
      guard diagnostic.severity == .error, let place = diagnostic.location.range else {
        return false
      }
      return range.start <= place.start && place.end <= range.end
    }
  }

  /// Records a problem in this collector's file.
  package func emit(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String...,
    notes: [Diagnostic.Note] = []
  ) {
    emit(Diagnostic(rule, at: SourceLocation(source, range), message, help: help, notes: notes))
  }

  /// Records a problem, up to the limit for one file.
  package func emit(_ diagnostic: Diagnostic) {
    if dropsRepeated, !recorded.insert(Problem(diagnostic)).inserted { return }
    let isError = diagnostic.severity == .error
    if isError { errorCount += 1 } else { warningCount += 1 }
    let count = isError ? errorCount : warningCount
    guard count > LimitRules.diagnostics else { return diagnostics.append(diagnostic) }
    // One more is reported, so that dropping the rest does not change the outcome.
    guard count == LimitRules.diagnostics + 1 else { return }
    diagnostics.append(
      Diagnostic(
        isError ? LimitRules.tooManyErrors : LimitRules.tooManyWarnings, at: diagnostic.location,
        "more than \(LimitRules.diagnostics) \(isError ? "errors" : "warnings") in this file; "
          + "the rest are not shown",
        help: ["fix those above first"]))
  }

  /// Creates a note that points into this collector's file.
  package func note(_ range: SourceRange, _ message: String) -> Diagnostic.Note {
    Diagnostic.Note(SourceLocation(source, range), message)
  }
}

/// What makes two diagnostics the same for a reader.
private struct Problem: Hashable {
  let rule: String
  let range: SourceRange?
  let message: String

  init(_ diagnostic: Diagnostic) {
    rule = diagnostic.rule.code
    range = diagnostic.location.range
    message = diagnostic.message
  }
}
