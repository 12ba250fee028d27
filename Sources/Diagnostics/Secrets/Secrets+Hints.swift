import Text

extension Secrets {
  /// Returns whether bytes may contain a secret that is recognizable by its place, or an escape
  /// that hides one: a word that a secret may follow, an address with a user, or a backslash.
  ///
  /// This is called for every file, and few files contain any of these.
  package static func hasHints(_ bytes: [UInt8]) -> Bool {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      for index in bytes.indices {
        let isHint: Bool
        switch unsafe bytes[index] {
        case 0x5C, 0x40: return true
        // Separators between a name and its value.
        case 0x3A: isHint = unsafe isSecretWord(bytes, endingAt: index, isKey: true)
        case 0x3D: isHint = unsafe isSecretWord(bytes, endingAt: index, isKey: false)
        case 0x2D: isHint = unsafe isSecretOption(bytes, at: index)
        case 0x42, 0x62: isHint = unsafe bytes.holds("earer ", at: index + 1)
        case 0x63: isHint = unsafe bytes.holds("url", at: index + 1)
        default: continue
        }
        if isHint { return true }
      }
      return false
    }
  }

  /// Returns whether an option that a secret may follow begins here: `--api-key`, or curl's `-u`.
  private static func isSecretOption(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    guard start + 2 < bytes.count, unsafe start == 0 || !bytes[start - 1].isTokenByte else {
      return false
    }
    if unsafe bytes[start + 1] == 0x75 { return unsafe !bytes[start + 2].isTokenByte }
    guard unsafe bytes[start + 1] == 0x2D else { return false }
    var end = start + 2
    while end < bytes.count, unsafe bytes[end].isTokenByte { end += 1 }
    return unsafe isSecretWord(bytes, endingAt: end, isKey: false)
      || bytes.holds("--user", at: start)
  }

  /// Returns whether a secret may follow the word that ends here.
  private static func isSecretWord(
    _ bytes: UnsafeBufferPointer<UInt8>, endingAt mark: Int, isKey: Bool
  ) -> Bool {
    // Keys may be quoted.
    let isQuoted = unsafe mark > 0 && (bytes[mark - 1] == 0x22 || bytes[mark - 1] == 0x27)
    let end = isQuoted ? mark - 1 : mark
    guard end > 0 else { return false }
    func ends(_ word: StaticString) -> Bool {
      let count = word.utf8CodeUnitCount
      guard end >= count else { return false }
      for offset in 0..<count {
        let letter = unsafe word.utf8Start[offset]
        guard unsafe bytes[end - count + offset] | 0x20 == letter else { return false }
      }
      return true
    }
    switch unsafe bytes[end - 1] | 0x20 {
    case 0x6E: return ends("token") || ends("authorization")
    case 0x79: return ends("key")
    case 0x64: return ends("password") || ends("passwd") || ends("pwd")
    case 0x74: return ends("secret")
    case 0x73: return ends("pass") || ends("credentials") || ends("creds")
    case 0x65: return ends("passphrase") || (isKey && ends("value"))
    default: return false
    }
  }
}
