package import Diagnostics

/// Workflow commands of GitHub Actions: `::error file=…,line=…,col=…::message`.
///
/// The escapes are those of actions/toolkit, packages/core/src/command.ts, so that a value cannot
/// end its command or its property.
package enum GitHubAnnotation {
  /// Returns a diagnostic as one workflow command that ends with a line feed.
  ///
  /// Source: GitHub Actions, "Workflow commands for GitHub Actions".
  package static func text(_ diagnostic: Diagnostic) -> String {
    let path = diagnostic.location.path
    var properties = [("file", path.hasPrefix("./") ? String(path.dropFirst(2)) : path)]
    if let range = diagnostic.location.range {
      properties += [
        ("line", String(range.start.line)), ("col", String(range.start.column)),
        ("endLine", String(range.end.line)),
      ]
      // If the end is on another line, its column would underline nothing.
      if range.start.line == range.end.line {
        properties.append(("endColumn", String(range.end.column)))
      }
    }
    properties.append(("title", diagnostic.rule.code))
    let lines = [diagnostic.message] + diagnostic.help.map { "help: " + $0 }
    return "::\(diagnostic.severity.rawValue) "
      + properties.map { "\($0.0)=\(escaped($0.1, more: [":", ","]))" }.joined(separator: ",")
      + "::" + escaped(lines.joined(separator: "\n"), more: []) + "\n"
  }

  private static func escaped(_ text: String, more: [Unicode.Scalar]) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar.value < 0x20 || more.contains(scalar) {
        let hex = String(scalar.value, radix: 16, uppercase: true)
        out += "%" + (hex.count < 2 ? "0" + hex : hex)
      } else if scalar.controlsText {
        out += "\u{FFFD}"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
