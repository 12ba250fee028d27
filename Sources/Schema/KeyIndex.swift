import Diagnostics
import Text

/// Finds the field of a key: a hash table by bytes.
///
/// Every key of every file is looked up here. `Dictionary` protects against chosen keys that
/// collide, which costs twenty times as much. Here the keys are amm's own.
@usableFromInline struct KeyIndex: Sendable {
  private let keys: [String]
  /// For each slot, the key's index plus one, or 0.
  ///
  /// The size is a power of two, large enough that most keys have their own slot.
  private let slots: [UInt16]

  /// Creates an index.
  ///
  /// - Parameter keys: The keys, without duplicates.
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

  /// FNV-1a, which is good enough for so few keys.
  private static func hash(_ key: String) -> Int {
    unsafe key.withBytes { bytes in
      var hash: UInt32 = 0x811C_9DC5
      for index in bytes.indices { hash = unsafe (hash ^ UInt32(bytes[index])) &* 0x0100_0193 }
      return Int(hash ^ hash >> 16)
    }
  }
}
