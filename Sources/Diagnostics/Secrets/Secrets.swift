import Text

/// Texts that must not be in a file that is committed and compiled, or in anything that amm prints.
package enum Secrets {
  /// Returns whether a text contains something in the form of an access token (Hugging Face,
  /// OpenAI, GitHub and others).
  package static func looksSecret(_ text: String) -> Bool {
    guard text.utf8.count >= SecretMatcher.shortest else { return false }
    return unsafe text.withBytes { unsafe looksSecret($0) }
  }

  /// Returns whether bytes contain something in the form of an access token.
  package static func looksSecret(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { unsafe looksSecret($0) }
  }

  private static func looksSecret(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    unsafe SecretMatcher.firstToken(in: bytes, from: 0) != nil
      || SecretMatcher.keyBlock(in: bytes, from: 0) != nil
  }

  /// Returns the text with a star for each character of a secret, so that columns do not change.
  ///
  /// Secrets are tokens, passwords in addresses, and values in places for secrets (`--api-key …`,
  /// `HF_TOKEN=…`, `Authorization: …`, `-u user:…`).
  package static func redacted(_ text: String) -> String {
    let isShort = text.utf8.count < SecretMatcher.shortest
    guard !isShort || text.utf8.contains(where: \.precedesSecret) else { return text }
    let bytes = Array(text.utf8)
    let found = places(in: bytes)
    return found.isEmpty ? text : String(decoding: starred(bytes, found), as: UTF8.self)
  }

  /// Returns the text with a star for each character of a token, and all else as it is: for code that
  /// passes secrets by their names.
  package static func withoutTokens(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let found = tokens(in: bytes)
    return found.isEmpty ? text : String(decoding: starred(bytes, found), as: UTF8.self)
  }

  /// Returns the ranges of bytes that are secrets.
  ///
  /// One may contain another, such as a token after `--token=`.
  package static func places(in bytes: [UInt8]) -> [Range<Int>] {
    let tokens = tokens(in: bytes)
    // Without one of these, only tokens are found.
    guard bytes.contains(where: \.precedesSecret) else { return tokens }
    return tokens + certainPlaces(in: bytes) + assignments(in: bytes)
  }

  /// Returns the ranges of secrets that the text before them reveals: in addresses, after options,
  /// in headers.
  package static func certainPlaces(in bytes: [UInt8]) -> [Range<Int>] {
    addressPasswords(in: bytes) + optionValues(in: bytes) + headers(in: bytes)
      + userPasswords(in: bytes) + bearers(in: bytes) + barePasswords(in: bytes)
  }

  /// Returns the ranges of secrets that are sent: in addresses and in headers.
  package static func sent(in bytes: [UInt8]) -> [Range<Int>] {
    addressPasswords(in: bytes) + headers(in: bytes) + bearers(in: bytes)
  }

  /// Returns the ranges of bytes that are tokens.
  package static func tokens(in bytes: [UInt8]) -> [Range<Int>] {
    guard bytes.count >= SecretMatcher.shortest else { return [] }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      var places: [Range<Int>] = []
      while let place = unsafe SecretMatcher.firstToken(
        in: buffer, from: places.last?.upperBound ?? 0)
      {
        places.append(place)
      }
      var start = 0
      while let block = unsafe SecretMatcher.keyBlock(in: buffer, from: start) {
        places.append(block)
        start = block.upperBound
      }
      return places
    }
  }

  /// Returns bytes with a star for each character in some ranges.
  ///
  /// Spaces and line ends are kept.
  package static func starred(_ bytes: [UInt8], _ ranges: [Range<Int>]) -> [UInt8] {
    // Ranges may overlap: counting starts and ends is cheaper than marking each byte.
    var changes = [Int](repeating: 0, count: bytes.count + 1)
    for range in ranges {
      changes[range.lowerBound] += 1
      changes[range.upperBound] -= 1
    }
    var depth = 0
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count)
    for (byte, change) in zip(bytes, changes) {
      depth += change
      if depth == 0 || byte == 0x0A || byte == 0x0D || byte == 0x20 {
        shown.append(byte)
      } else if !byte.isContinuation {
        shown.append(0x2A)
      }
    }
    return shown
  }
}

extension UInt8 {
  /// Whether it may be before a secret that is not a token: `:`, `=`, `-` or a space.
  fileprivate var precedesSecret: Bool {
    self == 0x3A || self == 0x3D || self == 0x2D || self == 0x20
  }

  /// Whether the byte continues a UTF-8 character.
  fileprivate var isContinuation: Bool { (0x80..<0xC0).contains(self) }

  var isTokenByte: Bool {
    switch self {
    case 0x2D: true
    case _ where isASCIIWord: true
    default: false
    }
  }
}
