import Diagnostics

/// Places that libyaml's marks do not show.
extension SourceFile {
  /// Returns the range of a tag at the start of an event.
  ///
  /// The range of the event also contains the tagged value.
  func rangeOfTag(at start: SourcePosition) -> SourceRange {
    let scalars = (line(start.line) ?? "").unicodeScalars
    var word = scalars.dropFirst(start.column - 1).prefix { !$0.isBlank }
    var column = start.column
    // An anchor may precede it.
    if word.first == "&" {
      let rest = scalars.dropFirst(start.column - 1 + word.count)
      column += word.count + rest.prefix(while: \.isBlank).count
      word = scalars.dropFirst(column - 1).prefix { !$0.isBlank }
    }
    let first = SourcePosition(line: start.line, column: column)
    return SourceRange(
      start: first, end: SourcePosition(line: start.line, column: column + word.count))
  }

  /// Returns whether the indentation of a line contains a tab and a position is in it or just after
  /// it.
  func hasTab(before position: SourcePosition) -> Bool {
    let blanks = (line(position.line) ?? "").unicodeScalars.prefix(while: \.isBlank)
    return position.column <= blanks.count + 1 && blanks.contains("\t")
  }
}

extension UnicodeScalar {
  fileprivate var isBlank: Bool { self == " " || self == "\t" }
}
