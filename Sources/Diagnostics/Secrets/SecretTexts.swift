/// Known secrets by their first bytes, to find them in many texts.
package struct SecretTexts: Sendable {
  /// The number of bytes below which a text occurs in others by chance.
  package static let shortest = 4

  /// By the length, too, because tokens of one kind begin with the same bytes.
  private var words: [UInt32: [Int: Set<[UInt8]>]] = [:]
  /// Those that must not be part of another word.
  private var isolated: Set<[UInt8]> = []

  /// - Parameter isIsolating: Whether a secret that looks chosen by a person, such as `test`, is not
  ///   found within other words and names.
  package init(_ texts: Set<String>, isolating isIsolating: Bool = false) {
    for text in texts {
      let bytes = Array(text.utf8)
      guard let key = Self.key(bytes[...]) else { continue }
      words[key, default: [:]][bytes.count, default: []].insert(bytes)
      if isIsolating, !Secrets.isDrawn(text) { isolated.insert(bytes) }
    }
  }

  private static func key(_ bytes: ArraySlice<UInt8>) -> UInt32? {
    bytes.count < shortest ? nil : bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Returns the ranges of bytes that are one of the secrets.
  package func places(in bytes: [UInt8]) -> [Range<Int>] {
    guard !words.isEmpty else { return [] }
    var ranges: [Range<Int>] = []
    for index in bytes.indices {
      guard let key = Self.key(bytes[index...]), let candidates = words[key] else { continue }
      for (count, known) in candidates where index + count <= bytes.count {
        let range = index..<(index + count)
        let word = Array(bytes[range])
        guard known.contains(word) else { continue }
        guard !isolated.contains(word) || Self.isWhole(range, in: bytes) else { continue }
        ranges.append(range)
      }
    }
    return ranges
  }

  /// Returns the text with stars instead of each secret.
  package func redacted(_ text: String) -> String {
    guard !words.isEmpty else { return text }
    let bytes = Array(text.utf8)
    let found = places(in: bytes)
    return found.isEmpty ? text : String(decoding: Secrets.starred(bytes, found), as: UTF8.self)
  }

  /// Returns whether bytes are not part of a longer word, name or path.
  package static func isWhole(_ range: Range<Int>, in bytes: [UInt8]) -> Bool {
    func continues(_ index: Int) -> Bool {
      bytes.indices.contains(index)
        && (bytes[index].isTokenByte || bytes[index] == 0x2E || bytes[index] == 0x2F)
    }
    return !continues(range.lowerBound - 1) && !continues(range.upperBound)
  }
}

extension [UInt8] {
  /// Returns the ranges of a text within a part of the bytes, without overlaps.
  ///
  /// - Parameter isWhole: Whether the text must not be part of a longer word.
  package func ranges(of text: [UInt8], in part: Range<Int>, whole isWhole: Bool) -> [Range<Int>] {
    guard let first = text.first else { return [] }
    var found: [Range<Int>] = []
    var index = part.lowerBound
    while index + text.count <= part.upperBound {
      let range = index..<(index + text.count)
      if self[index] == first, self[range].elementsEqual(text),
        !isWhole || SecretTexts.isWhole(range, in: self)
      {
        found.append(range)
        index += text.count
      } else {
        index += 1
      }
    }
    return found
  }
}
