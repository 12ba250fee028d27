/// Gathers what one stage says about one file.
///
/// A plain class, so that readers deep in a tree can share it; it never crosses a stage, so every
/// stage as a whole is a function from values to values.
@usableFromInline package final class DiagnosticCollector {
  /// The file that is read.
  package let source: SourceFile
  /// What was reported, in order.
  package private(set) var diagnostics: [Diagnostic] = []
  /// Whether a token can stand in one of the file's values: looked for once, in all of them.
  package private(set) lazy var mayHoldToken =
    source.bytes.contains(0x5C) || Secrets.looksSecret(source.bytes)
  private var errorCount = 0
  private var warningCount = 0

  /// Collects what is wrong with a file.
  package init(_ source: SourceFile) {
    self.source = source
  }

  /// Whether no further error is told, so that nobody need look for its way out.
  package var isFull: Bool { errorCount > LimitRules.diagnostics }

  /// Whether no further warning is told.
  package var isFullOfWarnings: Bool { warningCount > LimitRules.diagnostics }

  /// Whether an error was found inside a range: what is missing there may just be unreadable.
  package func hasErrors(in range: SourceRange) -> Bool {
    diagnostics.contains { diagnostic in
      guard diagnostic.severity == .error, let place = diagnostic.location.range else {
        return false
      }
      return range.start <= place.start && place.end <= range.end
    }
  }

  /// Records a mistake in this collector's file.
  package func emit(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String...,
    notes: [Diagnostic.Note] = []
  ) {
    emit(Diagnostic(rule, at: SourceLocation(source, range), message, help: help, notes: notes))
  }

  /// Records a mistake, up to as many as somebody may want to read.
  package func emit(_ diagnostic: Diagnostic) {
    let isError = diagnostic.severity == .error
    if isError { errorCount += 1 } else { warningCount += 1 }
    let count = isError ? errorCount : warningCount
    guard count > LimitRules.diagnostics else { return diagnostics.append(diagnostic) }
    // One more is said, so that what is left out changes no outcome.
    guard count == LimitRules.diagnostics + 1 else { return }
    diagnostics.append(
      Diagnostic(
        isError ? LimitRules.tooManyErrors : LimitRules.tooManyWarnings, at: diagnostic.location,
        "amm says no more than \(LimitRules.diagnostics) "
          + "\(isError ? "errors" : "warnings") of a file, and there are more",
        help: ["mend those above first"]))
  }

  /// A note that points into this collector's file.
  package func note(_ range: SourceRange, _ message: String) -> Diagnostic.Note {
    Diagnostic.Note(SourceLocation(source, range), message)
  }
}
