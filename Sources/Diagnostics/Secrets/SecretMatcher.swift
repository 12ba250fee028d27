import Text

/// Finds texts that have the form of an access token.
///
/// Every text of every file is searched, so it only inspects runs of at least twenty token
/// characters, and in those only the places where a prefix can begin.
enum SecretMatcher {
  /// The length of the shortest token.
  static let shortest = 20

  /// Returns the range of the first token, including its prefix; nil if there is none.
  static func firstToken(
    in bytes: UnsafeBufferPointer<UInt8>, from first: Int
  ) -> Range<Int>? {
    var start = first
    while start + shortest <= bytes.count {
      // Any run of twenty characters contains one of the probed positions, twenty apart.
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
      // At any boundary: a joining character such as '_' may precede a token.
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

  /// The forms, indexed by their first byte.
  private static let forms: [[SecretForm]] = {
    var forms = [[SecretForm]](repeating: [], count: 256)
    for form in secretForms { forms[Int(form.prefix[0])].append(form) }
    return forms
  }()

  /// The pairs of bytes that a form can begin with, one bit each.
  private static let starts: [UInt64] = {
    var starts = [UInt64](repeating: 0, count: 1024)
    for form in secretForms {
      let pair = Int(form.prefix[0]) << 8 | Int(form.prefix[1])
      starts[pair >> 6] |= 1 << UInt64(pair & 63)
    }
    return starts
  }()

  /// Returns the range of a block such as `-----BEGIN OPENSSH PRIVATE KEY-----`, to its end or the
  /// end of the text.
  static func keyBlock(
    in bytes: UnsafeBufferPointer<UInt8>, from first: Int
  ) -> Range<Int>? {
    var start = first
    while start + 5 <= bytes.count {
      // Any run of five dashes contains one of the probed positions, five apart.
      let probe = start + 4
      guard unsafe bytes[probe] == 0x2D else {
        start = probe + 1
        continue
      }
      var end = probe + 1
      while end < bytes.count, unsafe bytes[end] == 0x2D { end += 1 }
      // A diff marker may precede the block.
      let low = end - 5
      guard low >= start else {
        start = end
        continue
      }
      // The words are on the same line. A longer search would scan the rest of the text each time.
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
  /// Returns where a token of this form ends if it begins at a place; otherwise nil.
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
    // Thirty alphanumeric characters in a row are not a word, even without a digit.
    let isLong =
      unsafe end - bodyStart >= 30 && bytes[bodyStart..<end].allSatisfy(\.isASCIIAlphanumeric)
    guard end - bodyStart >= shortest, hasDigit || isLong || !self.hasDigit else { return nil }
    guard isExact else { return end }
    // Only this exact length at a boundary: otherwise it could be a word or part of something else.
    let isWhole = unsafe end == bytes.count || !bytes[end].isASCIIAlphanumeric
    return end - bodyStart == shortest && isWhole ? end : nil
  }
}

extension UInt8 {
  /// Whether the byte can occur in a token or its prefix.
  fileprivate var isRunByte: Bool {
    switch self {
    case _ where isASCIIAlphanumeric: true
    // - _ . + / = ~
    case 0x2D, 0x5F, 0x2E, 0x2B, 0x2F, 0x3D, 0x7E: true
    default: false
    }
  }
}
