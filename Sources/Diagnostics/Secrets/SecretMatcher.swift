import Text

/// Finds texts that have the form of an access token.
///
/// Every text of every file passes here, so it looks closely only at runs of twenty characters of which
/// tokens are made, and there only where a beginning of one can stand.
enum SecretMatcher {
  /// No token is shorter.
  static let shortest = 20

  /// Where the first token stands, its beginning included; nil where there is none.
  static func firstToken(
    in bytes: UnsafeBufferPointer<UInt8>, from first: Int
  ) -> Range<Int>? {
    var start = first
    while start + shortest <= bytes.count {
      // A run of twenty covers its twentieth character, wherever that is tried.
      let probe = start + shortest - 1
      guard unsafe bytes[probe].isRunByte else {
        start = probe + 1
        continue
      }
      var low = probe
      while low > start, unsafe bytes[low - 1].isRunByte { low -= 1 }
      var high = probe + 1
      while high < bytes.count, unsafe bytes[high].isRunByte { high += 1 }
      if high - low >= shortest, let token = unsafe token(in: bytes, low..<high) { return token }
      start = high
    }
    return nil
  }

  private static func token(
    in bytes: UnsafeBufferPointer<UInt8>, _ run: Range<Int>
  ) -> Range<Int>? {
    let starts = starts
    for index in run.lowerBound..<(run.upperBound - shortest + 1) {
      // At any boundary: what joins words, as '_' does, may stand before a token.
      guard unsafe index == 0 || !bytes[index - 1].isASCIIAlphanumeric else { continue }
      let pair = unsafe Int(bytes[index]) << 8 | Int(bytes[index + 1])
      guard starts[pair >> 6] >> UInt64(pair & 63) & 1 != 0 else { continue }
      for form in unsafe forms[Int(bytes[index])] {
        if let end = unsafe form.end(in: bytes, at: index, within: run.upperBound) {
          return index..<end
        }
      }
    }
    return nil
  }

  /// The forms by their first byte.
  private static let forms: [[SecretForm]] = {
    var forms = [[SecretForm]](repeating: [], count: 256)
    for form in secretForms { forms[Int(form.prefix[0])].append(form) }
    return forms
  }()

  /// The pairs of bytes that a form begins with, a bit each.
  private static let starts: [UInt64] = {
    var starts = [UInt64](repeating: 0, count: 1024)
    for form in secretForms {
      let pair = Int(form.prefix[0]) << 8 | Int(form.prefix[1])
      starts[pair >> 6] |= 1 << UInt64(pair & 63)
    }
    return starts
  }()

  /// Where a block such as `-----BEGIN OPENSSH PRIVATE KEY-----` stands, to its end or the text's.
  static func keyBlock(
    in bytes: UnsafeBufferPointer<UInt8>, from first: Int
  ) -> Range<Int>? {
    var start = first
    while start + 5 <= bytes.count {
      // A run of five dashes covers its fifth, wherever that is tried.
      let probe = start + 4
      guard unsafe bytes[probe] == 0x2D else {
        start = probe + 1
        continue
      }
      var end = probe + 1
      while end < bytes.count, unsafe bytes[end] == 0x2D { end += 1 }
      // A mark of a difference may stand before it.
      let low = end - 5
      guard low >= start else {
        start = end
        continue
      }
      // The word stands on the same line; to look further would take a look at all, each time.
      guard unsafe bytes.holds("-----BEGIN ", at: low),
        unsafe UnsafeBufferPointer(rebasing: bytes[low..<min(low + 80, bytes.count)])
          .firstIndex(of: "PRIVATE KEY", from: 0) != nil
      else {
        start = probe + 1
        continue
      }
      guard let mark = unsafe bytes.firstIndex(of: "-----END", from: low + 11) else {
        return low..<bytes.count
      }
      let tail = unsafe bytes.firstIndex(of: "-----", from: mark + 8)
      return low..<(tail.map { $0 + 5 } ?? bytes.count)
    }
    return nil
  }
}

extension SecretForm {
  /// Where a token of this form that begins at a place ends; nil where none begins there.
  fileprivate func end(
    in bytes: UnsafeBufferPointer<UInt8>, at start: Int, within limit: Int
  ) -> Int? {
    let bodyStart = start + prefix.count
    guard limit - bodyStart >= shortest,
      unsafe bytes[start..<bodyStart].elementsEqual(prefix)
    else { return nil }
    var end = bodyStart
    var hasDigit = false
    while end < limit, unsafe body.contains(bytes[end]) {
      hasDigit = unsafe hasDigit || bytes[end].isASCIIDigit
      end += 1
    }
    // Thirty letters in a row are no words, whether there is a digit among them or not.
    let isLong =
      unsafe end - bodyStart >= 30 && bytes[bodyStart..<end].allSatisfy(\.isASCIIAlphanumeric)
    guard end - bodyStart >= shortest, hasDigit || isLong || !self.hasDigit else { return nil }
    guard isExact else { return end }
    // Of such a length alone, and at a boundary: it could be a word or a piece of something else.
    let isWhole = unsafe end == bytes.count || !bytes[end].isASCIIAlphanumeric
    return end - bodyStart == shortest && isWhole ? end : nil
  }
}

extension UInt8 {
  /// Of what tokens with their beginnings are made.
  fileprivate var isRunByte: Bool {
    switch self {
    case _ where isASCIIAlphanumeric: true
    // - _ . + / = ~
    case 0x2D, 0x5F, 0x2E, 0x2B, 0x2F, 0x3D, 0x7E: true
    default: false
    }
  }
}
