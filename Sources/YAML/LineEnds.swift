import Diagnostics

extension SourceFile {
  /// The offset of the first character that only libyaml treats as a line end: a carriage return
  /// without a line feed, U+0085, U+2028 or U+2029.
  ///
  /// YAML 1.1 breaks lines there; YAML 1.2 and editors do not. Diagnostics would show other
  /// positions than the author sees, and such a character in a text would become a space.
  var strayLineEnd: Int? {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      // This runs for every file, and few contain such bytes: one fast pass over all of them.
      var suspects: UInt8 = 0
      for index in bytes.indices {
        let byte = unsafe bytes[index]
        suspects |= (byte == 0x0D ? 1 : 0) | (byte == 0xC2 ? 1 : 0) | (byte == 0xE2 ? 1 : 0)
      }
      guard suspects != 0 else { return nil }
      for index in bytes.indices {
        switch unsafe bytes[index] {
        case 0x0D where unsafe !follows(index, [0x0A], in: bytes): return index
        case 0xC2 where unsafe follows(index, [0x85], in: bytes): return index
        case 0xE2
        where unsafe follows(index, [0x80, 0xA8], in: bytes)
          || follows(index, [0x80, 0xA9], in: bytes):
          return index
        default: continue
        }
      }
      return nil
    }
  }

  private func follows(
    _ index: Int, _ next: [UInt8], in bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    unsafe bytes[(index + 1)...].starts(with: next)
  }
}
