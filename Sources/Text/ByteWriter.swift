/// Text that is put together byte by byte: cheaper than strings where much is written.
package struct ByteWriter: Sendable {
  /// What was written, in order.
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// What was written; all of it is UTF-8, since only texts and bytes of ASCII are.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Adds text, as UTF-8.
  @inlinable package mutating func write(_ text: String) { append(text.utf8) }
  /// Adds text, as UTF-8.
  @inlinable package mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { unsafe append($0) }
  }

  /// Adds text, as UTF-8.
  package mutating func write(_ other: ByteWriter) { bytes += other.bytes }

  /// A byte of ASCII, or one of a character whose others are written, too.
  package mutating func write(byte: UInt8) { bytes.append(byte) }

  /// Blanks.
  package mutating func write(blanks count: Int) {
    for _ in 0..<count { bytes.append(0x20) }
  }

  @usableFromInline mutating func append(_ part: some Sequence<UInt8>) {
    bytes.append(contentsOf: part)
  }
}

extension String {
  /// Whether a text is encoded by some bytes: to Swift, two spellings of one accent are one text.
  package func hasBytes(of other: [UInt8]) -> Bool {
    unsafe withBytes { left in
      unsafe other.withUnsafeBufferPointer { right in unsafe left.isSame(as: right) }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func isSame(as other: UnsafeBufferPointer<UInt8>) -> Bool {
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
