import Diagnostics
import Text

/// Which field has a key: a hash table by bytes.
///
/// Every key of every file is looked up here. A `Dictionary` hashes so that nobody can choose keys
/// that collide, at twenty times the cost; here the keys are amm's own.
@usableFromInline struct KeyIndex: Sendable {
  private let keys: [String]
  /// A key's index and one more, or 0: as many as make most keys' places their own, a power of two.
  private let slots: [UInt16]

  /// - Parameter keys: Each once, as `FieldTable` makes sure of.
  init(_ keys: [String]) {
    var size = 8
    while size < 3 * keys.count { size *= 2 }
    var slots = [UInt16](repeating: 0, count: size)
    for (index, key) in keys.enumerated() {
      var slot = Self.hash(key) & (size - 1)
      while slots[slot] != 0 {
        precondition(keys[Int(slots[slot]) - 1] != key, "the key '\(key)' is declared twice")
        slot = (slot + 1) & (size - 1)
      }
      slots[slot] = UInt16(index + 1)
    }
    self.keys = keys
    self.slots = slots
  }

  @usableFromInline subscript(key: String) -> Int? {
    var slot = Self.hash(key) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if keys[index] == key { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// FNV-1a: as good as its keys are few.
  private static func hash(_ key: String) -> Int {
    unsafe key.withBytes { bytes in
      var hash: UInt32 = 0x811C_9DC5
      for index in bytes.indices { hash = unsafe (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
      return Int(hash ^ hash >> 16)
    }
  }
}
