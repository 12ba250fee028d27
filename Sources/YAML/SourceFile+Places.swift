import Diagnostics

/// Places that libyaml's marks do not tell.
extension SourceFile {
  /// A tag's own range, where an event with one begins: the event's holds what the tag is of, too.
  func rangeOfTag(at start: SourcePosition) -> SourceRange {
    let scalars = (line(start.line) ?? "").unicodeScalars
    var word = scalars.dropFirst(start.column - 1).prefix { !$0.isBlank }
    var column = start.column
    // An anchor may stand before it.
    if word.first == "&" {
      let rest = scalars.dropFirst(start.column - 1 + word.count)
      column += word.count + rest.prefix(while: \.isBlank).count
      word = scalars.dropFirst(column - 1).prefix { !$0.isBlank }
    }
    let first = SourcePosition(line: start.line, column: column)
    return SourceRange(
      start: first, end: SourcePosition(line: start.line, column: column + word.count))
  }

  /// Whether the blanks that begin a line, and in or after which a position stands, hold a tab.
  func hasTab(before position: SourcePosition) -> Bool {
    let blanks = (line(position.line) ?? "").unicodeScalars.prefix(while: \.isBlank)
    return position.column <= blanks.count + 1 && blanks.contains("\t")
  }
}

extension UnicodeScalar {
  fileprivate var isBlank: Bool { self == " " || self == "\t" }
}
