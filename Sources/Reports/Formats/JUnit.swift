package import Diagnostics
import Text

/// JUnit XML for CI systems: a test case for each file, and a failure for each file with errors.
package enum JUnit {
  /// Returns a JUnit document with the diagnostics of all files.
  package static func text(_ diagnostics: [Diagnostic], files: [String]) -> String {
    let found = Dictionary(grouping: diagnostics, by: \.location.path)
    let names = Set(files).union(found.keys).sorted()
    let failures = names.count { found[$0]?.hasErrors == true }
    var out = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
    out += "<testsuites>\n"
    out += #"  <testsuite name="amm validate" tests="\#(names.count)" failures="\#(failures)""#
    out += #" errors="0" skipped="0">"# + "\n"
    for name in names { out += testCase(name, found[name] ?? []) }
    return out + "  </testsuite>\n</testsuites>\n"
  }

  private static func testCase(_ name: String, _ diagnostics: [Diagnostic]) -> String {
    let head = #"    <testcase classname="amm" name="\#(escaped(name))""#
    guard !diagnostics.isEmpty else { return head + "/>\n" }
    let formatter = DiagnosticFormatter(style: .plain)
    let text = escaped(diagnostics.map { formatter.shown($0).text }.joined(separator: "\n"))
    guard let first = diagnostics.first(where: { $0.severity == .error }) else {
      // Warnings do not fail a file.
      return head + ">\n      <system-out>\(text)</system-out>\n    </testcase>\n"
    }
    return head + ">\n"
      + #"      <failure type="\#(first.rule.code)" message="\#(escaped(first.message))">"#
      + text + "</failure>\n    </testcase>\n"
  }

  /// Returns a text escaped for XML 1.0; characters that XML cannot contain become U+FFFD.
  private static func escaped(_ text: String) -> String {
    var out = ""
    // Most lines are plain ASCII and need no check of each character.
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      if index > 0 { out += "\n" }
      let line = String(Substring(line))
      out +=
        line.isPrintableASCII && !line.utf8.contains(where: special.contains)
        ? line : escapedLine(line)
    }
    return out
  }

  private static let special = ASCIISet("&<>\"")

  private static func escapedLine(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\t": out.unicodeScalars.append(scalar)
      case _ where scalar.controlsText || (0xFFFE...0xFFFF).contains(scalar.value):
        out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
