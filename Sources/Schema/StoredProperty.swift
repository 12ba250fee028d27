/// A stored property of a record, by its offset in memory.
///
/// A key path walks its own description to find a property, which takes as long as reading the
/// value from YAML. All fields are stored properties, so their offsets are known when tables are
/// created.
@usableFromInline struct StoredProperty<Owner: Sendable, Value: Sendable>: Sendable {
  @usableFromInline let offset: Int

  @inlinable @inline(__always) init(_ path: KeyPath<Owner, Value>) {
    guard let offset = MemoryLayout<Owner>.offset(of: path) else {
      preconditionFailure("a field must be a stored property")
    }
    self.offset = offset
  }

  @inlinable func get(_ owner: borrowing Owner) -> Value {
    unsafe withUnsafePointer(to: owner) { pointer in
      unsafe UnsafeRawPointer(pointer).advanced(by: offset)
        .assumingMemoryBound(to: Value.self).pointee
    }
  }

  /// Returns whether an optional property is nil, without copying its value.
  @inlinable func isNil<Wrapped>(_ owner: borrowing Owner) -> Bool where Value == Wrapped? {
    unsafe withUnsafePointer(to: owner) { pointer in
      let place = unsafe UnsafeRawPointer(pointer).advanced(by: offset)
        .assumingMemoryBound(to: Value.self)
      return switch unsafe place.pointee {
      case nil: true
      case .some: false
      }
    }
  }

  @inlinable func set(_ owner: inout Owner, _ value: Value) { update(&owner) { $0 = value } }

  @inlinable func update(_ owner: inout Owner, _ body: (inout Value) -> Void) {
    unsafe withUnsafeMutablePointer(to: &owner) { pointer in
      let place = unsafe UnsafeMutableRawPointer(pointer).advanced(by: offset)
        .assumingMemoryBound(to: Value.self)
      unsafe body(&place.pointee)
    }
  }
}
