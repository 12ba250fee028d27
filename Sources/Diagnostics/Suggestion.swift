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

  /// Returns the candidate that a single slip makes a word of: a letter that is wrong, missing, added
  /// or changed places; nil if there is none.
  package static func slip(_ word: String, among candidates: some Sequence<String>) -> String? {
    nearest(1, to: word, among: candidates).first { near in
      editDistance(Array(word.utf8), Array(near.utf8)) == 1
    }
  }

  /// Returns the help for an unknown word: the nearest known word, or else the given text.
  package static func help(
    for word: String, among candidates: some Sequence<String>,
    otherwise help: @autoclosure () -> String
  ) -> String {
    nearest(to: word, among: candidates).map { "did you mean '\($0)'?" } ?? help()
  }

  /// Returns the optimal string alignment distance.
  static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
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
