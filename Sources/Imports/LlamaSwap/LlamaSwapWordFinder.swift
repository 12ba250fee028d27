import Diagnostics
import Schema
import YAML

/// Finds words of a command in the file, one after the other.
struct LlamaSwapWordFinder {
  private let bytes: [UInt8]
  private let places: Places
  /// The offsets of lines.
  private let starts: [Int]
  private var cursor = 0
  /// The words that are still looked for, so that a file with very many is read quickly.
  private var left = 20_000
  private static let window = 2_000

  init(_ source: SourceFile) {
    bytes = source.bytes
    places = Places(source)
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A { starts.append(index + 1) }
    self.starts = starts
  }

  /// Returns the place of the next word of a text; that of its line, or of the text, if a macro has it.
  ///
  /// - Parameter line: The line that must have it; nil if the lines are folded.
  mutating func range(of word: String, in node: Node, line: Int?) -> SourceRange {
    let first = line ?? node.range.start.line
    let last = line ?? node.range.end.line
    guard left > 0, starts.indices.contains(first - 1) else { return node.range }
    left -= 1
    let begin = starts[first - 1]
    let end = starts.indices.contains(last) ? starts[last] : bytes.count
    if cursor < begin || cursor > end { cursor = begin }
    let wanted = Array(word.utf8)
    var index = cursor
    let stop = min(end, cursor + Self.window) - wanted.count
    while index <= stop, !wanted.isEmpty {
      let isStart = index == 0 || [0x20, 0x09, 0x0A, 0x22, 0x27].contains(bytes[index - 1])
      if isStart, bytes[index...].starts(with: wanted) {
        cursor = index + wanted.count
        return places.range(index, cursor)
      }
      index += 1
    }
    guard line != nil else { return node.range }
    let text = bytes[begin..<end]
    let indent = text.prefix { $0 == 0x20 }.count
    let newline = text.last == 0x0A ? 1 : 0
    return places.range(begin + indent, max(begin + indent, end - newline))
  }
}
