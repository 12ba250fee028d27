/// Finds the known word that a mistyped word probably means.
package enum Suggestion {
  /// Returns the nearest of `candidates`, or nil if none is close enough to be a typing mistake.
  ///
  /// See ``Vocabulary/nearest(to:)``, which is faster for many words.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    Vocabulary(Array(candidates)).nearest(to: word)
  }

  /// Returns up to `count` candidates that resemble a word, the nearest first.
  package static func nearest(
    _ count: Int, to word: String, among candidates: some Sequence<String>
  ) -> [String] {
    let letters = Array(word.lowercased().utf8)
    return candidates.map { ($0, editDistance(letters, Array($0.lowercased().utf8))) }
      .filter { $0.1 * 2 <= letters.count }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
      .prefix(count).map(\.0)
  }

  /// Returns the help for an unknown word: the nearest known word, or else the given text.
  package static func help(
    for word: String, among candidates: some Sequence<String>,
    otherwise help: @autoclosure () -> String
  ) -> String {
    nearest(to: word, among: candidates).map { "did you mean '\($0)'?" } ?? help()
  }

  /// Returns the optimal string alignment distance.
  fileprivate static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var cost = min(
          previous[column + 1] + 1, current[column] + 1, previous[column] + (byte == other ? 0 : 1))
        if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current.append(cost)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count]
  }
}

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
