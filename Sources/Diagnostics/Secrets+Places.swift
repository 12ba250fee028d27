extension Secrets {
  /// Where passwords stand in addresses such as `https://user:password@host`.
  static func addressPasswords(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = 0
    while index + 3 < bytes.count {
      guard bytes[index] == 0x3A, bytes[index + 1] == 0x2F, bytes[index + 2] == 0x2F else {
        index += 1
        continue
      }
      let start = index + 3
      let end = bytes[start...].firstIndex { $0.endsAuthority } ?? bytes.endIndex
      let authority = bytes[start..<end]
      if let at = authority.lastIndex(of: 0x40),
        let colon = authority[..<at].firstIndex(of: 0x3A), colon + 1 < at
      {
        places.append((colon + 1)..<at)
      }
      index = end
    }
    return places
  }

  /// Where the values of options that hold secrets stand, as in `--api-key VALUE`, `--api-key=VALUE`
  /// and `["--api-key", "VALUE"]`.
  static func optionValues(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var index = 0
    while index + 2 < bytes.count {
      guard bytes[index] == 0x2D, bytes[index + 1] == 0x2D, bytes[index + 2].isAlphanumeric else {
        index += 1
        continue
      }
      let start = index + 2
      index = bytes[start...].firstIndex { !$0.isTokenByte } ?? bytes.endIndex
      guard isSecretName(String(decoding: bytes[start..<index], as: UTF8.self)),
        let value = valueRange(after: index, in: bytes)
      else { continue }
      places.append(value)
      index = value.upperBound
    }
    return places
  }

  /// Nil where an option stands in words about it, such as `'--api-key' is set`, or another follows.
  private static func valueRange(after end: Int, in bytes: [UInt8]) -> Range<Int>? {
    let mark = bytes[end...].firstIndex { !$0.isQuote && $0 != 0x20 } ?? bytes.endIndex
    guard mark < bytes.endIndex, mark > end || bytes[mark] == 0x3D || bytes[mark] == 0x2C else {
      return nil
    }
    let isJoined = bytes[mark] == 0x3D || bytes[mark] == 0x2C
    guard isJoined || !bytes[end].isQuote else { return nil }
    let rest = isJoined ? mark + 1 : mark
    guard let start = bytes[rest...].firstIndex(where: { !$0.isQuote && $0 != 0x20 }),
      bytes[start] != 0x2D
    else { return nil }
    let close = bytes[start...].firstIndex { $0.endsOptionValue } ?? bytes.endIndex
    return start < close ? start..<close : nil
  }
}

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isAlphanumeric: Bool {
    isDigit || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
  }

  fileprivate var isQuote: Bool { self == 0x22 || self == 0x27 }

  /// Blanks, quotes, `/`, `,` and closing brackets.
  fileprivate var endsAuthority: Bool { self <= 0x20 || "\"'/,]})".utf8.contains(self) }

  fileprivate var endsOptionValue: Bool { self <= 0x20 || "\"',]}".utf8.contains(self) }
}
