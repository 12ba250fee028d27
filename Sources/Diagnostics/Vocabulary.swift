/// Known words, prepared so that the nearest one to many mistyped words is found fast.
package struct Vocabulary: Sendable {
  private let words: [String]
  private let letters: [Letters]

  /// Prepares words, of which the earlier one wins on a tie.
  package init(_ words: [String]) {
    self.words = words
    letters = words.map { Letters($0.utf8) }
  }

  /// Returns the nearest word, or nil if none is close enough to be a typing mistake.
  ///
  /// The limit is one edit (insertion, deletion, replacement, swap of neighbours) for words of up
  /// to four letters, two up to eight, and three beyond that. On a tie, the earlier candidate wins.
  /// Short words that differ in their numbers only, such as `fp4` and `fp8`, mean different things.
  package func nearest(to word: String) -> String? {
    let bytes = Array(word.lowercased().utf8)
    let limit = bytes.count <= 4 ? 1 : bytes.count <= 8 ? 2 : 3
    let present = Letters(bytes)
    var best: (word: String, distance: Int)?
    // A file can have thousands of unknown words, and most candidates have other letters.
    for (index, known) in letters.enumerated() where present.mayBecome(known, within: limit) {
      let other = Array(words[index].lowercased().utf8)
      let distance = Suggestion.editDistance(bytes, other)
      guard distance == 0 || !Self.differInNumbersOnly(bytes, other) else { continue }
      if distance <= limit, distance < best?.distance ?? .max, distance < other.count {
        best = (words[index], distance)
      }
    }
    return best?.word ?? longer(bytes, present)
  }

  private static func differInNumbersOnly(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    return left.count <= 6 && left.contains(where: isDigit) && right.contains(where: isDigit)
      && left.filter { !isDigit($0) } == right.filter { !isDigit($0) }
  }

  /// Returns the only word that extends another: `context_length` for `context`.
  private func longer(_ bytes: [UInt8], _ present: Letters) -> String? {
    guard bytes.count >= 4 else { return nil }
    var found: String?
    for (index, known) in letters.enumerated() where present.isPart(of: known) {
      guard Self.extends(Array(words[index].utf8), bytes) else { continue }
      guard found == nil else { return nil }
      found = words[index]
    }
    return found
  }

  /// Whether a candidate is a word followed by `_` or `-` and more, or preceded by `_` and more.
  private static func extends(_ candidate: [UInt8], _ word: [UInt8]) -> Bool {
    let rest = candidate.count - word.count
    let (hyphen, underscore) = (UInt8(ascii: "-"), UInt8(ascii: "_"))
    let isFirst = [hyphen, underscore].contains(candidate[word.count])
    return isFirst && candidate.starts(with: word)
      || candidate[rest - 1] == underscore && candidate[rest...].elementsEqual(word)
  }
}

/// The length of a word and the set of its letters in either case: a cheap lower bound of a distance.
private struct Letters {
  private let count: Int
  /// A bit for each letter, modulo 32; words that differ here can differ in more.
  private let bits: UInt32

  init(_ word: some Collection<UInt8>) {
    count = word.count
    // The lowest five bits are the same for both cases.
    bits = word.reduce(0) { $0 | 1 << UInt32($1 & 31) }
  }

  /// Whether so many edits may make one word of the other: an edit changes two letters at most.
  func mayBecome(_ other: Letters, within limit: Int) -> Bool {
    abs(count - other.count) <= limit && (bits ^ other.bits).nonzeroBitCount <= 2 * limit
  }

  /// Whether a longer word has all letters of this one.
  func isPart(of other: Letters) -> Bool { count < other.count && bits & ~other.bits == 0 }
}
