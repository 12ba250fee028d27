import Diagnostics

extension SourceFile {
  /// Where the first line ends for libyaml and for nothing else: at a carriage return alone, U+0085,
  /// U+2028 or U+2029.
  ///
  /// YAML 1.1 breaks lines there, YAML 1.2 and editors do not: the places of diagnostics would be
  /// others than the author sees, and such a character in a text would become a blank.
  var strayLineEnd: Int? {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      // Every file is asked, and hardly one has any of them: a look at all bytes at once.
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
