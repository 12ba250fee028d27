package import Diagnostics
import Text
import Values

/// A file that an import writes, each line with its place in the source.
package struct ImportedText: Sendable {
  private var lines: [(text: String, origin: SourceRange?)] = []

  /// The lines, each with its place in the source.
  var written: [(text: String, origin: SourceRange?)] { lines }

  /// The text, with a line end after each line.
  package var text: String { lines.map { $0.text + "\n" }.joined() }

  /// Whether it has no lines.
  var isEmpty: Bool { lines.isEmpty }

  mutating func add(_ line: String, at origin: SourceRange? = nil) {
    lines.append((line, origin))
  }

  /// Returns the text with another line in place of the first one that begins with a text.
  func replacing(_ start: String, with line: String) -> ImportedText {
    var copy = self
    if let index = lines.firstIndex(where: { $0.text.hasPrefix(start) }) {
      copy.lines[index].text = line
    }
    return copy
  }

  mutating func add(_ other: ImportedText) { lines += other.lines }

  /// Returns the place in the source that a line was made from, or of the nearest line above it.
  package func origin(ofLine number: Int) -> SourceRange? {
    var index = min(number, lines.count) - 1
    while index >= 0 {
      if let origin = lines[index].origin { return origin }
      index -= 1
    }
    return nil
  }

  /// Returns a text as a scalar of YAML: plain where nothing else could be meant.
  static func scalar(_ text: String) -> String {
    let first = text.utf8.first ?? 0
    let isPlain =
      !text.isEmpty && text.utf8.count < 200
      && (first.isASCIILetter || first == 0x2F || first == 0x7E)
      && text.utf8.allSatisfy {
        $0.isASCIIAlphanumeric || [0x2D, 0x2E, 0x2F, 0x5F, 0x2B].contains($0)
      }
      && !text.hasSuffix(".")
      && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    return isPlain && text != "~" ? text : quoted(text)
  }

  /// Returns a text in double quotes, as YAML and JSON read it.
  static func quoted(_ text: String) -> String { JSON.quoted(text) }
}
