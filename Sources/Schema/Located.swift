public import Diagnostics

/// A value and its place; two are equal if their values are.
@usableFromInline package struct Located<Value: Sendable>: Sendable {
  /// The value.
  @usableFromInline package let value: Value
  /// The place of the value.
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
