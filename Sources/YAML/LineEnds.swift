package import Diagnostics

extension SourceFile {
  /// Where the first line ends for libyaml and for nothing else: at a carriage return alone, U+0085,
  /// U+2028 or U+2029.
  ///
  /// YAML 1.1 breaks lines there, YAML 1.2 and editors do not: the places of diagnostics would be
  /// others than the author sees, and such a character in a text would become a blank.
  package var strayLineEnd: Int? {
    bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        let rest = unsafe bytes[index...]
        switch rest.first {
        case 0x0D where rest.dropFirst().first != 0x0A: return index
        case 0xC2 where rest.dropFirst().first == 0x85: return index
        case 0xE2 where rest.starts(with: [0xE2, 0x80, 0xA8]) || rest.starts(with: [0xE2, 0x80, 0xA9]):
          return index
        default: continue
        }
      }
      return nil
    }
  }
}
