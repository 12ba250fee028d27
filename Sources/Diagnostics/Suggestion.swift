/// Finds the known word that a mistyped word probably means.
package enum Suggestion {
  /// Returns the nearest of `candidates`, or nil if none is close enough to be a typing mistake.
  ///
  /// The limit is one edit (insertion, deletion, replacement, swap of neighbours) for words of up
  /// to four letters, two up to eight, and three beyond that. On a tie, the earlier candidate wins.
  /// Short words that differ in their numbers only, such as `fp4` and `fp8`, mean different things.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(word.lowercased().utf8)
    let limit = letters.count <= 4 ? 1 : letters.count <= 8 ? 2 : 3
    var best: (word: String, distance: Int)?
    // Most candidates have another length, and a file can have thousands of unknown words.
    for candidate in candidates where abs(candidate.utf8.count - letters.count) <= limit {
      let other = Array(candidate.lowercased().utf8)
      let distance = editDistance(letters, other)
      guard distance == 0 || !differInNumbersOnly(letters, other) else { continue }
      if distance <= limit, distance < best?.distance ?? .max, distance < other.count {
        best = (candidate, distance)
      }
    }
    return best?.word ?? longer(word, among: candidates)
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

  private static func differInNumbersOnly(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    return left.count <= 6 && left.contains(where: isDigit) && right.contains(where: isDigit)
      && left.filter { !isDigit($0) } == right.filter { !isDigit($0) }
  }

  /// Returns the only candidate that extends the word: `context_length` for `context`.
  private static func longer(_ word: String, among candidates: some Sequence<String>) -> String? {
    let lower = word.lowercased()
    guard lower.utf8.count >= 4 else { return nil }
    let (start, hyphened, end) = (lower + "_", lower + "-", "_" + lower)
    let found = candidates.filter { candidate in
      candidate.utf8.count > lower.utf8.count
        && (candidate.hasPrefix(start) || candidate.hasSuffix(end) || candidate.hasPrefix(hyphened))
    }
    return found.count == 1 ? found[0] : nil
  }

  /// Returns the optimal string alignment distance.
  private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
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
