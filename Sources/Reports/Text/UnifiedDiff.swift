import Text

/// The difference between two texts in the format of `diff -u`.
package enum UnifiedDiff {
  /// Returns the difference between two versions of a file; empty if they are equal.
  ///
  /// - Parameters:
  ///   - old: The old text; nil for a new file.
  ///   - new: The new text; nil for a removed file.
  package static func text(from old: String?, to new: String?, path: String) -> String {
    guard !isSame(old, new) else { return "" }
    let oldLines = TextLines(old)
    let newLines = TextLines(new)
    let difference = LineDifference(from: oldLines, to: newLines)
    var hunks = Hunks(
      head:
        "--- \(old == nil ? "/dev/null" : "a/" + path)\n+++ \(new == nil ? "/dev/null" : "b/" + path)\n",
      new: newLines)
    var oldIndex = 0
    var newIndex = 0
    while oldIndex < oldLines.count || newIndex < newLines.count {
      if oldIndex < oldLines.count, difference.isRemoved[oldIndex] {
        hunks.add("-", oldLines[oldIndex], at: (oldIndex, newIndex))
        oldIndex += 1
      } else if newIndex < newLines.count, difference.isInserted[newIndex] {
        hunks.add("+", newLines[newIndex], at: (oldIndex, newIndex))
        newIndex += 1
      } else {
        oldIndex += 1
        newIndex += 1
        hunks.addUnchanged(before: newIndex)
      }
    }
    hunks.close(before: newIndex)
    return hunks.text.text
  }

  /// Returns whether two texts have the same bytes: two encodings of the same accent differ.
  private static func isSame(_ left: String?, _ right: String?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return unsafe left.withBytes { left in
      unsafe right.withBytes { unsafe left.isSame(as: $0) }
    }
  }
}

/// Groups of changes with three unchanged lines around them, in the order of the lines.
private struct Hunks {
  /// The text of the complete groups.
  private(set) var text = ByteWriter()
  /// The lines of the new text, which has all lines that did not change.
  private let new: TextLines
  /// The number of unchanged lines after the last change, or before the first one: at most six.
  private var unchanged = 0
  /// The indices of the open group's first line; nil if the last lines were unchanged.
  private var start: (old: Int, new: Int)?
  /// The numbers of old and new lines in the open group.
  private var counts = (old: 0, new: 0)
  /// The lines of the open group.
  private var lines = ByteWriter()

  /// The number of unchanged lines around a change.
  private static let context = 3

  init(head: String, new: TextLines) {
    self.new = new
    text.write(head)
  }

  /// Adds a line that is only in one of the texts.
  ///
  /// - Parameter place: How many lines of each text are before it.
  mutating func add(
    _ mark: Unicode.Scalar, _ line: Substring, at place: (old: Int, new: Int)
  ) {
    if start == nil { start = (place.old - unchanged, place.new - unchanged) }
    for index in place.new - unchanged..<place.new { Self.write(" ", new[index], to: &lines) }
    counts.old += unchanged + (mark == "-" ? 1 : 0)
    counts.new += unchanged + (mark == "+" ? 1 : 0)
    Self.write(mark, line, to: &lines)
    unchanged = 0
  }

  /// Adds the line of the new text before an index, which is in both texts.
  mutating func addUnchanged(before index: Int) {
    unchanged += 1
    if start != nil, unchanged > 2 * Self.context { close(before: index) }
    if start == nil { unchanged = min(unchanged, Self.context) }
  }

  /// Completes the open group with the unchanged lines after it.
  ///
  /// - Parameter index: The number of lines of the new text that were added.
  mutating func close(before index: Int) {
    guard let start else { return }
    let after = min(unchanged, Self.context)
    let (old, new) = (counts.old + after, counts.new + after)
    // A side without lines is named by the line before it.
    let first = (start.old + (old == 0 ? 0 : 1), start.new + (new == 0 ? 0 : 1))
    text.write("@@ -\(first.0),\(old) +\(first.1),\(new) @@\n" as String)
    text.write(lines)
    for line in index - unchanged..<index - unchanged + after {
      Self.write(" ", self.new[line], to: &text)
    }
    self.start = nil
    counts = (0, 0)
    lines.clear()
  }

  private static func write(
    _ mark: Unicode.Scalar, _ line: Substring, to writer: inout ByteWriter
  ) {
    writer.write(byte: UInt8(ascii: mark))
    writer.write(line)
    writer.write(byte: 0x0A)
  }
}
