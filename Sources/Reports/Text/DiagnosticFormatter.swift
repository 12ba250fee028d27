package import Diagnostics
import Text

/// Diagnostics as compilers print them: `file:line:col: error: message [code]`, the line, a caret.
package struct DiagnosticFormatter {
  /// The style of the words.
  package let style: Style
  /// The maximum number of columns for a line of the source.
  package var columns = 122

  private let lines = ShownLine()

  package init(style: Style) { self.style = style }

  /// Returns a diagnostic as text: its message, the line of the file, notes and help.
  package func shown(_ diagnostic: Diagnostic) -> Shown {
    let word =
      diagnostic.severity == .error ? style.error("error:") : style.warning("warning:")
    var out: Shown =
      "\(style.bold("\(position(diagnostic.location)):")) \(word) "
    out += "\(style.bold("\(diagnostic.message)")) [\(diagnostic.rule.code)]\n"
    out += excerpt(diagnostic.location)
    for note in diagnostic.notes {
      out += "\(position(note.location)): \(style.note("note:")) \(note.message)\n"
      out += excerpt(note.location)
    }
    for help in diagnostic.help { out += "  \(style.good("help:")) \(help)\n" }
    return out
  }

  private func position(_ location: SourceLocation) -> String {
    guard let range = location.range else { return location.path }
    return "\(location.path):\(range.start.line):\(range.start.column)"
  }

  /// Returns the line of a location, with the range underlined.
  private func excerpt(_ location: SourceLocation) -> Shown {
    guard let range = location.range, let source = location.source,
      let scalars = lines.scalars(of: range.start.line, in: source), !scalars.isEmpty
    else { return "" }
    let start = min(range.start.column - 1, scalars.count)
    let isOneLine = range.end.line == range.start.line
    let end = max(start, min(isOneLine ? range.end.column - 1 : scalars.count, scalars.count))
    // A range far to the right would wrap in the terminal: show only the text around it.
    let room = max(20, columns - 4)
    let first = start > room - 20 ? max(0, start - room / 3) : 0
    let last = min(scalars.count, first + room)
    let shown = String(String.UnicodeScalarView(scalars[first..<last])).visible
    let before = String(String.UnicodeScalarView(scalars[first..<start])).visible
    let marked = String(String.UnicodeScalarView(scalars[start..<max(start, min(end, last))]))
    let width = max(1, marked.visible.displayWidth)
    let caret = "^" + String(repeating: "~", count: width - 1)
    let margin = String(repeating: " ", count: before.displayWidth)
    return "  \(first > 0 ? "…" : "")\(shown)\n"
      + "  \(first > 0 ? " " : "")\(margin)\(style.good("\(caret)"))\n"
  }
}

/// A cache of the last shown line: a file on one line can have hundreds of problems.
private final class ShownLine {
  private var place: (source: SourceFile, number: Int)?
  private var scalars: [Unicode.Scalar]?

  func scalars(of number: Int, in source: SourceFile) -> [Unicode.Scalar]? {
    if let place, place.source === source, place.number == number { return scalars }
    place = (source, number)
    scalars = source.line(number).map { Array($0.unicodeScalars) }
    return scalars
  }
}

extension String {
  /// The text with tabs as spaces and without characters that move the cursor.
  fileprivate var visible: String {
    if isPrintableASCII { return self }
    var out = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x09: out += "  "
      case _ where scalar.controlsText: out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// The number of columns in a terminal: 2 for wide characters, 0 for combining marks.
  package var displayWidth: Int {
    if isPrintableASCII { return utf8.count }
    return reduce(0) { width, character in
      guard let scalar = character.unicodeScalars.first else { return width }
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
        0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
        return width + 2
      case 0x0300...0x036F, 0x200B...0x200F, 0xFE00...0xFE0F: return width
      default: return width + (character.unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : 1)
      }
    }
  }
}
