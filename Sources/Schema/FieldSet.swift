/// A set of fields of a table, by their indices.
@usableFromInline package struct FieldSet: Sendable {
  @usableFromInline var bits: UInt128

  @inlinable init(bits: UInt128) { self.bits = bits }

  /// Creates an empty set.
  @inlinable package init() { self.init(bits: 0) }

  /// The set of all fields.
  @inlinable package static var all: FieldSet { FieldSet(bits: .max) }

  /// The maximum number of fields in a table.
  static var capacity: Int { UInt128.bitWidth }

  @inlinable mutating func insert(_ index: Int) { bits |= 1 << UInt128(truncatingIfNeeded: index) }

  /// Returns whether all indices in it are below a number.
  package func isBelow(_ index: Int) -> Bool { bits >> UInt128(truncatingIfNeeded: index) == 0 }

  @inlinable mutating func remove(_ index: Int) {
    bits &= ~(1 << UInt128(truncatingIfNeeded: index))
  }

  /// Removes and returns the first index.
  @inlinable mutating func popFirst() -> Int? {
    guard bits != 0 else { return nil }
    defer { bits &= bits - 1 }
    return bits.trailingZeroBitCount
  }
}
