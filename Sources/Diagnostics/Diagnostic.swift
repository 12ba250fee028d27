/// The place that a diagnostic or a note points to.
package struct SourceLocation: Sendable {
  /// The file's path as shown to the user.
  package let path: String
  /// Nil when the diagnostic is about the entire file, or the file is not text (a link, a folder).
  package let range: SourceRange?
  /// The text to quote; nil when there is none.
  package let source: SourceFile?

  package init(_ source: SourceFile, _ range: SourceRange) {
    path = Secrets.redacted(source.path)
    self.range = range
    self.source = source
  }

  /// The same place in another version of its file, such as one without secrets.
  package func moved(to other: SourceFile?) -> SourceLocation {
    SourceLocation(path: path, range: range, source: other)
  }

  private init(path: String, range: SourceRange?, source: SourceFile?) {
    self.path = path
    self.range = range
    self.source = source
  }

  package init(path: String) {
    self.path = Secrets.redacted(path)
    range = nil
    source = nil
  }

  /// A place whose text must not be repeated, such as that of a secret.
  package static func unquoted(_ source: SourceFile, _ range: SourceRange) -> SourceLocation {
    SourceLocation(path: source.path, range: range)
  }

  private init(path: String, range: SourceRange) {
    self.path = Secrets.redacted(path)
    self.range = range
    source = nil
  }
}

/// One problem: its place, its rule, what was found, and how to fix it.
@usableFromInline package struct Diagnostic: Sendable {
  /// Another place that belongs to the problem, such as the first of two equal keys.
  package struct Note: Sendable {
    /// Where the note points.
    package let location: SourceLocation
    /// The note's text, without a full stop.
    package let message: String

    package init(_ location: SourceLocation, _ message: String) {
      self.location = location
      self.message = Diagnostic.line(message)
    }
  }

  /// The rule that was broken.
  package let rule: Rule
  /// The place of the problem.
  package let location: SourceLocation
  /// One line: what was found and what is wrong with it, without a full stop.
  package let message: String
  /// Sentences that say how to fix it, the best first.
  package let help: [String]
  /// Other places that belong to the problem, in order.
  package let notes: [Note]
  /// A change that certainly fixes it; nil if a person has to choose.
  package let mend: Mend?

  package init(
    _ rule: Rule, at location: SourceLocation, _ message: String, help: [String] = [],
    notes: [Note] = [], mend: Mend? = nil
  ) {
    self.mend = mend
    self.rule = rule
    self.location = location
    self.message = Self.line(message)
    self.help = help.map(Self.line)
    self.notes = notes
  }

  /// Text from a file may contain a token in the wrong place, and control characters.
  fileprivate static func line(_ text: String) -> String {
    Secrets.redacted(text).withoutControls
  }

  /// The rule's severity.
  package var severity: Severity { rule.severity }

  /// The same problem with its places and texts replaced.
  package func replacing(
    places: (SourceLocation) -> SourceLocation, texts: (String) -> String
  ) -> Diagnostic {
    Diagnostic(
      rule, at: places(location), texts(message), help: help.map(texts),
      notes: notes.map { Note(places($0.location), texts($0.message)) }, mend: mend)
  }
}

extension Diagnostic {
  /// The same diagnostic with one more help sentence at the end.
  fileprivate func helping(by sentence: String) -> Diagnostic {
    Diagnostic(
      rule, at: location, message, help: help + [sentence], notes: notes, mend: mend)
  }
}

extension Sequence where Element == Diagnostic {
  /// Whether any of them is an error.
  @usableFromInline package var hasErrors: Bool { contains { $0.severity == .error } }

  /// Returns them without duplicates, sorted by file, line and column.
  package func sorted() -> [Diagnostic] {
    var seen: Set<SortKey> = []
    return
      map { (SortKey($0), $0) }
      .sorted { $0.0 < $1.0 }
      .filter { seen.insert($0.0).inserted }
      .map(\.1)
  }
}

extension [Diagnostic] {
  /// Whether there is anything that a person has to fix.
  ///
  /// Advice does not count.
  package var hasMistakes: Bool { contains { !$0.rule.isAdvice } }

  /// Returns the diagnostics to show for an entire run: ``sorted()``, with one diagnostic for each
  /// piece of advice, which counts the other places.
  ///
  /// No advice is included if there are errors.
  ///
  /// - Parameter wantsAdvice: Whether to include advice.
  package func told(withAdvice wantsAdvice: Bool = true) -> [Diagnostic] {
    let sorted = sorted()
    guard sorted.contains(where: \.rule.isAdvice) else { return sorted }
    let hasErrors = sorted.hasErrors || !wantsAdvice
    var others: [Rule: Int] = [:]
    for diagnostic in sorted where diagnostic.rule.isAdvice {
      others[diagnostic.rule, default: -1] += 1
    }
    return sorted.compactMap { diagnostic in
      guard diagnostic.rule.isAdvice else { return diagnostic }
      guard !hasErrors, let count = others.removeValue(forKey: diagnostic.rule) else { return nil }
      return count == 0
        ? diagnostic
        : diagnostic.helping(by: "this also applies to \(Phrase.count(count, "other file"))")
    }
  }
}

/// The key that sorts diagnostics and finds duplicates.
private struct SortKey: Hashable, Comparable {
  let path: String
  let position: SourcePosition
  let code: String
  let message: String

  init(_ diagnostic: Diagnostic) {
    path = diagnostic.location.path
    position = (diagnostic.location.range ?? .fileStart).start
    code = diagnostic.rule.code
    message = diagnostic.message
  }

  static func < (left: SortKey, right: SortKey) -> Bool {
    (left.path, left.position, left.code, left.message)
      < (right.path, right.position, right.code, right.message)
  }
}
