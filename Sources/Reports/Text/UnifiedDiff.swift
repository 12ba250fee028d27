/// The difference between two texts in the format of `diff -u`.
package enum UnifiedDiff {
  /// Returns the difference between two versions of a file; empty if they are equal.
  ///
  /// - Parameters:
  ///   - old: The old text; nil for a new file.
  ///   - new: The new text; nil for a removed file.
  package static func text(from old: String?, to new: String?, path: String) -> String {
    guard !isSame(old?[...], new?[...]) else { return "" }
    let oldLines = lines(old)
    let newLines = lines(new)
    let difference = LineDifference(from: oldLines, to: newLines)
    var edits: [(mark: Character, line: Substring, old: Int, new: Int)] = []
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < oldLines.count || newIndex < newLines.count {
      if oldIndex < oldLines.count, difference.isRemoved[oldIndex] {
        edits.append(("-", oldLines[oldIndex], oldIndex, newIndex))
        oldIndex += 1
      } else if newIndex < newLines.count, difference.isInserted[newIndex] {
        edits.append(("+", newLines[newIndex], oldIndex, newIndex))
        newIndex += 1
      } else {
        edits.append((" ", oldLines[oldIndex], oldIndex, newIndex))
        oldIndex += 1
        newIndex += 1
      }
    }
    let head =
      "--- \(old == nil ? "/dev/null" : "a/" + path)\n+++ \(new == nil ? "/dev/null" : "b/" + path)\n"
    return head + hunks(edits).joined()
  }

  /// Returns whether two texts have the same bytes: two encodings of the same accent differ.
  private static func isSame(_ left: Substring?, _ right: Substring?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return left.utf8.elementsEqual(right.utf8)
  }

  private static func lines(_ text: String?) -> [Substring] {
    guard let text else { return [] }
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .map { Substring($0) }
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Returns groups of changes with three unchanged lines around them.
  private static func hunks(
    _ edits: [(mark: Character, line: Substring, old: Int, new: Int)]
  ) -> [String] {
    let changed = edits.indices.filter { edits[$0].mark != " " }
    var ranges: [Range<Int>] = []
    for index in changed {
      let range = max(0, index - 3)..<min(edits.count, index + 4)
      if let last = ranges.last, range.lowerBound <= last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges.map { range in
      let part = edits[range]
      let oldCount = part.count { $0.mark != "+" }
      let newCount = part.count { $0.mark != "-" }
      let first = edits[range.lowerBound]
      let oldStart = first.old + (oldCount == 0 ? 0 : 1)
      let newStart = first.new + (newCount == 0 ? 0 : 1)
      return "@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@\n"
        + part.map { "\($0.mark)\($0.line)\n" }.joined()
    }
  }
}
