extension String {
  /// Calls a function with the text's bytes in place; `withUTF8` needs its own copy of the text.
  @inlinable package func withBytes<Result>(
    _ body: (UnsafeBufferPointer<UInt8>) -> Result
  ) -> Result {
    unsafe utf8.withContiguousStorageIfAvailable(body)
      ?? ContiguousArray(utf8).withUnsafeBufferPointer(body)
  }

  /// The parts of a path, which slashes separate.
  ///
  /// It splits bytes, as the kernel does: splitting into characters takes ten times as long.
  package var pathParts: [String] {
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  /// Returns whether an ASCII word occurs in the text.
  ///
  /// It compares bytes; `contains` goes through the text by characters, which takes many times longer.
  @inlinable package func holds(_ word: StaticString) -> Bool {
    unsafe withBytes { unsafe $0.firstIndex(of: word, from: 0) != nil }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Returns where an ASCII word next occurs at or after a place; nil if it does not.
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

  /// Returns whether an ASCII word is at a place.
  @inlinable package func holds(_ word: StaticString, at start: Int) -> Bool {
    let count = word.utf8CodeUnitCount
    guard start >= 0, start + count <= self.count else { return false }
    for offset in 0..<count {
      guard unsafe self[start + offset] == word.utf8Start[offset] else { return false }
    }
    return true
  }
}

/// A set of ASCII characters.
package struct ASCIISet: Sendable {
  @usableFromInline let low: UInt64
  @usableFromInline let high: UInt64

  /// Creates a set from the characters of a text.
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

  /// Returns the bytes in either set.
  package func union(_ other: ASCIISet) -> ASCIISet {
    ASCIISet(low: low | other.low, high: high | other.high)
  }

  /// Returns whether a byte is in the set.
  @inlinable package func contains(_ byte: UInt8) -> Bool {
    byte < 64 ? low >> UInt64(byte) & 1 != 0 : byte < 128 && high >> UInt64(byte - 64) & 1 != 0
  }
}
