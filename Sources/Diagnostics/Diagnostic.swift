/// A place that a diagnostic or a note is about.
package struct SourceLocation: Sendable {
  /// The file's path as shown to the user.
  package let path: String
  /// Nil when the file as a whole is meant, or is not text (a link, a folder).
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

/// One mistake: where, which rule, what was found, and the way out.
@usableFromInline package struct Diagnostic: Sendable {
  /// Another place that belongs to the mistake, such as the first of two equal keys.
  package struct Note: Sendable {
    /// Where the note points.
    package let location: SourceLocation
    /// What there is to know, without a full stop.
    package let message: String

    package init(_ location: SourceLocation, _ message: String) {
      self.location = location
      self.message = Secrets.redacted(message)
    }
  }

  /// The rule that is broken.
  package let rule: Rule
  /// Where it is broken.
  package let location: SourceLocation
  /// One line: what was found and what is wrong with it, without a full stop.
  package let message: String
  /// Sentences that name the way out, the best first.
  package let help: [String]
  /// Other places that belong to it, in order.
  package let notes: [Note]
  /// A change that puts it right for certain; nil where a person has to choose.
  package let mend: Mend?

  package init(
    _ rule: Rule, at location: SourceLocation, _ message: String, help: [String] = [],
    notes: [Note] = [], mend: Mend? = nil
  ) {
    self.mend = mend
    self.rule = rule
    self.location = location
    // Whatever was found in a file may be a token in the wrong place.
    self.message = Secrets.redacted(message)
    self.help = help.map(Secrets.redacted)
    self.notes = notes
  }

  /// The rule's own.
  package var severity: Severity { rule.severity }

  /// The same mistake, with other places and texts.
  package func replacing(
    places: (SourceLocation) -> SourceLocation, texts: (String) -> String
  ) -> Diagnostic {
    Diagnostic(
      rule, at: places(location), texts(message), help: help.map(texts),
      notes: notes.map { Note(places($0.location), texts($0.message)) }, mend: mend)
  }
}

extension Diagnostic {
  /// The same with one more sentence behind the others.
  fileprivate func helping(by sentence: String) -> Diagnostic {
    Diagnostic(
      rule, at: location, message, help: help + [sentence], notes: notes, mend: mend)
  }
}

extension Sequence where Element == Diagnostic {
  /// Whether one of them is an error.
  @usableFromInline package var hasErrors: Bool { contains { $0.severity == .error } }

  /// In file, line and column order, each one once.
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
  /// Whether there is anything that a person has to mend, which advice is not.
  package var hasMistakes: Bool { contains { !$0.rule.isAdvice } }

  /// What a whole run has to say: ``sorted()``, and of each piece of advice the first, which counts the
  /// others; none of them beside an error.
  ///
  /// - Parameter wantsAdvice: Whether advice is told at all.
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
        ? diagnostic : diagnostic.helping(by: "this holds for \(Phrase.count(count, "other file"))")
    }
  }
}

/// What orders diagnostics and makes two of them the same.
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
