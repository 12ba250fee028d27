/// Some fields of a table, by their places in it.
@usableFromInline package struct FieldSet: Sendable {
  @usableFromInline var bits: UInt128

  @inlinable init(bits: UInt128) { self.bits = bits }

  /// No fields.
  @inlinable package init() { self.init(bits: 0) }

  /// Every field that there is.
  @inlinable package static var all: FieldSet { FieldSet(bits: .max) }

  /// The longest table whose fields can be told apart.
  static var capacity: Int { UInt128.bitWidth }

  @inlinable mutating func insert(_ index: Int) { bits |= 1 << UInt128(truncatingIfNeeded: index) }

  @inlinable mutating func remove(_ index: Int) {
    bits &= ~(1 << UInt128(truncatingIfNeeded: index))
  }

  /// Takes the first one out.
  @inlinable mutating func popFirst() -> Int? {
    guard bits != 0 else { return nil }
    defer { bits &= bits - 1 }
    return bits.trailingZeroBitCount
  }
}
