package import Diagnostics
import Text

/// Diagnostics as compilers print them: `file:line:col: error: message [code]`, the line, a caret.
package struct DiagnosticFormatter {
  /// How words are painted.
  package let style: Style
  /// The columns that a line of the source may take.
  package var columns = 122

  private let lines = ShownLine()

  package init(style: Style) { self.style = style }

  /// A diagnostic as text: its message, the line of the file, notes and help, without a last line
  /// feed.
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

  /// The line with what is meant underlined.
  private func excerpt(_ location: SourceLocation) -> Shown {
    guard let range = location.range, let source = location.source,
      let scalars = lines.scalars(of: range.start.line, in: source), !scalars.isEmpty
    else { return "" }
    let start = min(range.start.column - 1, scalars.count)
    let isOneLine = range.end.line == range.start.line
    let end = max(start, min(isOneLine ? range.end.column - 1 : scalars.count, scalars.count))
    // Far to the right, the terminal would wrap: show the neighbourhood.
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

/// The line that was shown last: a file on one line may have a hundred mistakes in it.
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
  /// With tabs as blanks and without what would move the cursor.
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

  /// Columns that the text takes in a terminal: two for wide characters, none for marks.
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
