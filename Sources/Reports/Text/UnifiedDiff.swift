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
    var hunks = Hunks()
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < oldLines.count || newIndex < newLines.count {
      if oldIndex < oldLines.count, difference.isRemoved[oldIndex] {
        hunks.add("-", oldLines[oldIndex], oldIndex, newIndex)
        oldIndex += 1
      } else if newIndex < newLines.count, difference.isInserted[newIndex] {
        hunks.add("+", newLines[newIndex], oldIndex, newIndex)
        newIndex += 1
      } else {
        hunks.addUnchanged(oldLines[oldIndex])
        oldIndex += 1
        newIndex += 1
      }
    }
    hunks.close()
    let head =
      "--- \(old == nil ? "/dev/null" : "a/" + path)\n+++ \(new == nil ? "/dev/null" : "b/" + path)\n"
    return head + hunks.text
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
}

/// Groups of changes with three unchanged lines around them, in the order of the lines.
private struct Hunks {
  /// The text of the complete groups.
  private(set) var text = ""
  /// The unchanged lines after the last change, or before the first one: at most six.
  private var unchanged: [Substring] = []
  /// The group that is not complete yet; nil if the last lines were unchanged.
  private var hunk: (start: (old: Int, new: Int), old: Int, new: Int, lines: String)?

  /// The number of unchanged lines around a change.
  private static let context = 3

  /// Adds a line that is only in one of the texts.
  mutating func add(_ mark: Character, _ line: Substring, _ old: Int, _ new: Int) {
    var open =
      hunk
      ?? ((old - unchanged.count, new - unchanged.count), 0, 0, "")
    for line in unchanged { open.lines += " \(line)\n" }
    open.old += unchanged.count + (mark == "-" ? 1 : 0)
    open.new += unchanged.count + (mark == "+" ? 1 : 0)
    open.lines += "\(mark)\(line)\n"
    unchanged = []
    hunk = open
  }

  /// Adds a line that is in both texts.
  mutating func addUnchanged(_ line: Substring) {
    unchanged.append(line)
    if hunk != nil, unchanged.count > 2 * Self.context { close() }
    if hunk == nil, unchanged.count > Self.context { unchanged.removeFirst() }
  }

  /// Completes the open group with the unchanged lines after it.
  mutating func close() {
    guard let open = hunk else { return }
    let after = unchanged.prefix(Self.context)
    let (old, new) = (open.old + after.count, open.new + after.count)
    // A side without lines is named by the line before it.
    let start = (open.start.old + (old == 0 ? 0 : 1), open.start.new + (new == 0 ? 0 : 1))
    text += "@@ -\(start.0),\(old) +\(start.1),\(new) @@\n" + open.lines
    for line in after { text += " \(line)\n" }
    unchanged = unchanged.suffix(Self.context)
    hunk = nil
  }
}
