public import Diagnostics

/// A value and where it was read; two are equal when their values are.
@usableFromInline package struct Located<Value: Sendable>: Sendable {
  /// What was written.
  @usableFromInline package let value: Value
  /// Where it was written.
  @usableFromInline package let range: SourceRange

  @inlinable package init(_ value: Value, _ range: SourceRange) {
    self.value = value
    self.range = range
  }
}

extension Located: Equatable where Value: Equatable {
  @usableFromInline package static func == (left: Self, right: Self) -> Bool {
    left.value == right.value
  }
}
