extension String {
  /// Calls a function with the text's bytes, in place; `withUTF8` wants a copy of the text to itself.
  @inlinable package func withBytes<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    unsafe utf8.withContiguousStorageIfAvailable(body)
      ?? ContiguousArray(utf8).withUnsafeBufferPointer(body)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where a word of ASCII begins, from a place on; nil where it does not occur.
  @inlinable package func firstIndex(of word: StaticString, from start: Int) -> Int? {
    let count = word.utf8CodeUnitCount
    let first = unsafe word.utf8Start[0]
    var index = start
    while index + count <= self.count {
      if unsafe self[index] == first, unsafe holds(word, at: index) { return index }
      index += 1
    }
    return nil
  }

  /// Whether a word of ASCII stands at a place.
  @inlinable package func holds(_ word: StaticString, at start: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard start >= 0, start + count <= self.count else { return false }
    for offset in 0..<count {
      guard unsafe self[start + offset] == word.utf8Start[offset] else { return false }
    }
    return true
  }
}

/// Some characters of ASCII.
package struct ASCIISet: Sendable {
  @usableFromInline let low: UInt64
  @usableFromInline let high: UInt64

  /// The bytes of some characters of ASCII.
  package init(_ characters: StaticString) {
    var (low, high): (UInt64, UInt64) = (0, 0)
    for byte in characters.description.utf8 {
      precondition(byte < 128, "only ASCII has a bit here")
      if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
    }
    self.low = low
    self.high = high
  }

  /// Letters and digits.
  package static let alphanumerics = ASCIISet(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  /// The bytes of either set.
  package func union(_ other: ASCIISet) -> ASCIISet {
    ASCIISet(low: low | other.low, high: high | other.high)
  }

  /// Whether a byte is in the set.
  @inlinable package func contains(_ byte: UInt8) -> Bool {
    byte < 64 ? low >> UInt64(byte) & 1 != 0 : byte < 128 && high >> UInt64(byte - 64) & 1 != 0
  }
}
