/// A text that is built byte by byte, which is cheaper than strings for long texts.
package struct ByteWriter: Sendable {
  /// The written bytes, in order.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// The written text.
  ///
  /// It is always UTF-8, because only texts and ASCII bytes are written.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Appends text as UTF-8.
  package mutating func write(_ text: String) {
    unsafe text.withBytes { unsafe bytes.append(contentsOf: $0) }
  }
  /// Appends text as UTF-8.
  package mutating func write(_ text: StaticString) {
    // Most are signs, for which a call of a general function takes longer than a loop.
    text.withUTF8Buffer { part in
      if part.count > 8 {
        unsafe bytes.append(contentsOf: part)
      } else {
        for index in part.indices { unsafe bytes.append(part[index]) }
      }
    }
  }

  /// Removes what was written, and keeps its room.
  package mutating func clear() { bytes.removeAll(keepingCapacity: true) }

  /// Makes room for a number of bytes.
  package mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Appends another writer's text.
  package mutating func write(_ other: ByteWriter) { bytes += other.bytes }

  /// Appends a part of a text as UTF-8.
  package mutating func write(_ part: Substring) { bytes.append(contentsOf: part.utf8) }

  /// Appends an ASCII byte, or one byte of a character whose other bytes are also written.
  package mutating func write(byte: UInt8) { bytes.append(byte) }

  /// Appends spaces.
  package mutating func write(blanks count: Int) {
    for _ in 0..<count { bytes.append(0x20) }
  }
}

extension String {
  /// Returns whether the text's UTF-8 is exactly these bytes.
  ///
  /// Swift's `==` treats two encodings of an accent as equal.
  package func hasBytes(of other: [UInt8]) -> Bool { hasBytes(of: other[...]) }

  /// Returns whether the text's UTF-8 is exactly these bytes.
  package func hasBytes(of other: ArraySlice<UInt8>) -> Bool {
    unsafe withBytes { left in
      unsafe other.withUnsafeBufferPointer { right in unsafe left.isSame(as: right) }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Returns whether both have the same bytes.
  package func isSame(as other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    // Eight bytes at a time.
    let words = count / 8
    let left = UnsafeRawBufferPointer(self)
    let right = UnsafeRawBufferPointer(other)
    for word in 0..<words {
      let (one, two) = unsafe (
        left.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self),
        right.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
      )
      guard one == two else { return false }
    }
    for index in words * 8..<count {
      guard unsafe self[index] == other[index] else { return false }
    }
    return true
  }
}
