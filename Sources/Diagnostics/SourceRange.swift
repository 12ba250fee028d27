/// A place in a text: line and column from 1.
///
/// Columns count Unicode scalars, as libyaml does.
///
/// Inlinable, like ranges, because each event of each file creates two.
@usableFromInline package struct SourcePosition: Sendable, Hashable, Comparable {
  @usableFromInline let storedLine: Int32
  @usableFromInline let storedColumn: Int32

  @inlinable package init(line: Int, column: Int) {
    storedLine = Int32(truncatingIfNeeded: min(line, Int(Int32.max)))
    storedColumn = Int32(truncatingIfNeeded: min(column, Int(Int32.max)))
  }

  /// From 1.
  package var line: Int { Int(storedLine) }
  /// From 1, in characters.
  package var column: Int { Int(storedColumn) }

  @inlinable package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    left.storedLine == right.storedLine
      ? left.storedColumn < right.storedColumn : left.storedLine < right.storedLine
  }
}

extension SourcePosition {
  /// Returns the later of two places.
  ///
  /// The standard library's `max` is not specialized for this type here.
  @inlinable package static func later(_ left: SourcePosition, _ right: SourcePosition)
    -> SourcePosition
  {
    left < right ? right : left
  }
}

/// A range from a first character to just after a last one.
@usableFromInline package struct SourceRange: Sendable, Hashable {
  /// The first character.
  @usableFromInline package let start: SourcePosition
  /// The position after the last character.
  @usableFromInline package let end: SourcePosition

  @inlinable package init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = .later(start, end)
  }

  /// Creates an empty range.
  package init(at position: SourcePosition) {
    self.init(start: position, end: position)
  }

  /// The beginning of a file.
  @usableFromInline package static let fileStart = SourceRange(
    at: SourcePosition(line: 1, column: 1))
}
