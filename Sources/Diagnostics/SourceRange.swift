/// A place in a text: line and column from 1, columns counted in Unicode scalars, as libyaml does.
package struct SourcePosition: Sendable, Hashable, Comparable {
  private let storedLine: Int32
  private let storedColumn: Int32

  package init(line: Int, column: Int) {
    storedLine = Int32(clamping: line)
    storedColumn = Int32(clamping: column)
  }

  package var line: Int { Int(storedLine) }
  package var column: Int { Int(storedColumn) }

  package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.storedLine, left.storedColumn) < (right.storedLine, right.storedColumn)
  }
}

extension SourcePosition {
  /// The later of two places; `max` of the library is not made for this type where it is asked.
  package static func later(_ left: SourcePosition, _ right: SourcePosition) -> SourcePosition {
    left < right ? right : left
  }
}

/// From a first character to just after a last one.
@usableFromInline package struct SourceRange: Sendable, Hashable {
  package let start: SourcePosition
  package let end: SourcePosition

  package init(start: SourcePosition, end: SourcePosition) {
    self.start = start
    self.end = .later(start, end)
  }

  /// An empty range.
  package init(at position: SourcePosition) {
    self.init(start: position, end: position)
  }

  /// The beginning of a file.
  @usableFromInline package static let fileStart = SourceRange(
    at: SourcePosition(line: 1, column: 1))
}
