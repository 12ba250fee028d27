/// Texts that must not be in a file that is committed and compiled, nor in anything amm prints.
package enum Secrets {
  /// Whether a text holds what has the form of an access token (Hugging Face, OpenAI, GitHub and others).
  package static func looksSecret(_ text: String) -> Bool {
    unsafe text.withBytes { unsafe firstToken(in: $0, from: 0) != nil }
  }

  /// The text with a star for each character of a secret, so that columns stay what they are:
  /// tokens, passwords in addresses, and the values of options such as `--api-key`.
  package static func redacted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let places = unsafe bytes.withUnsafeBufferPointer { unsafe tokens(in: $0) }
    let found = places + addressPasswords(in: bytes) + optionValues(in: bytes)
    guard !found.isEmpty else { return text }
    // One may stand in another, such as a token after '--token='.
    var isSecret = [Bool](repeating: false, count: bytes.count)
    for range in found { for index in range { isSecret[index] = true } }
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count)
    for (byte, isSecret) in zip(bytes, isSecret) {
      if !isSecret { shown.append(byte) } else if !byte.isContinuation { shown.append(0x2A) }
    }
    return String(decoding: shown, as: UTF8.self)
  }

  private static func tokens(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var places: [Range<Int>] = []
    while let token = unsafe firstToken(in: bytes, from: places.last?.upperBound ?? 0) {
      places.append(token)
    }
    return places
  }

  /// Where the first token stands, its prefix included.
  ///
  /// Every text of every file passes here, so it looks closely only where the last two characters of
  /// a prefix stand.
  private static func firstToken(
    in bytes: UnsafeBufferPointer<UInt8>, from first: Int
  ) -> Range<Int>? {
    // No token is shorter than 20 characters.
    guard bytes.count - first >= 20 else { return nil }
    for index in first..<bytes.count {
      let mark = unsafe bytes[index]
      guard mark == 0x5F || mark == 0x2D, index > first else { continue }
      // f, k, p, t, g, i, b, o and s: what stands before the mark in one of the prefixes.
      switch unsafe bytes[index - 1] {
      case 0x66, 0x6B, 0x70, 0x74, 0x67, 0x69, 0x62, 0x6F, 0x73: break
      default: continue
      }
      for token in prefixes where token.prefix.last == mark {
        let start = index + 1 - token.prefix.count
        guard start >= first, unsafe bytes[start...index].elementsEqual(token.prefix) else {
          continue
        }
        let isInsideWord = unsafe start > first && bytes[start - 1].isTokenByte
        guard !isInsideWord else { continue }
        let body = unsafe bytes[(index + 1)...].prefix { $0.isTokenByte }
        let hasDigit = unsafe body.contains { (0x30...0x39).contains($0) }
        if unsafe body.count >= token.length, hasDigit || token.isAlwaysSecret {
          return unsafe start..<body.endIndex
        }
      }
    }
    return nil
  }

  private struct Token {
    let prefix: [UInt8]
    /// The fewest characters that follow the prefix of a real one.
    let length: Int
    /// Whether one without digits is one, too.
    let isAlwaysSecret: Bool

    init(_ prefix: String, _ length: Int, always isAlwaysSecret: Bool = false) {
      self.prefix = Array(prefix.utf8)
      self.length = length
      self.isAlwaysSecret = isAlwaysSecret
    }
  }

  /// Hugging Face, OpenAI and those that follow it, GitHub, GitLab, Groq, NVIDIA, Slack, Docker.
  private static let prefixes = [
    Token("hf_", 30, always: true), Token("hf_", 20), Token("api_org_", 20), Token("sk-", 20),
    Token("ghp_", 20), Token("gho_", 20), Token("ghs_", 20), Token("github_pat_", 20),
    Token("glpat-", 20), Token("gsk_", 20), Token("nvapi-", 20), Token("xoxb-", 20),
    Token("xoxp-", 20), Token("dckr_pat_", 20),
  ]
}

extension UInt8 {
  /// Whether a byte is in a character of UTF-8, and not its first.
  fileprivate var isContinuation: Bool { (0x80..<0xC0).contains(self) }

  var isTokenByte: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }
}
