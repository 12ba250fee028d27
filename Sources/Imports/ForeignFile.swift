package import Diagnostics
import Schema
import Text
import YAML

/// The servers of another tool's file, with what else is in it.
package struct ForeignFile: Sendable {
  /// The servers, in the order of the file.
  package var servers: [ForeignServer] = []
  /// Configurations of llama-swap that start instances.
  var routers: [ForeignRouter] = []
  /// What the file has besides servers, and why it is left out.
  package var others: [Fate] = []
  /// The problems of the file.
  package var findings: [Diagnostic] = []
  /// The files that were read; none if it is only one.
  var files = NumberedFiles()
  /// The paths of further files that the file names, and that were not looked for.
  var wanted: Set<String> = []

  package init() {}

  /// Adds a problem.
  mutating func tell(
    _ rule: Rule, in source: SourceFile, _ range: SourceRange, _ message: String, help: String
  ) {
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Adds a key that the file's tool does not have, with the one that it resembles.
  mutating func tellUnknown(
    _ key: String, in source: SourceFile, _ range: SourceRange, _ message: String,
    rule: Rule = ImportRules.key, among known: [String], otherwise: String
  ) {
    tell(
      rule, in: source, range, message,
      help: Suggestion.help(for: key, among: known, otherwise: otherwise))
  }
}

/// Names of resources, made from names of other tools.
enum ForeignNames {
  /// Returns lower-case letters, digits and single hyphens; empty if the text has none.
  static func plain(_ text: String) -> String {
    var plain = String(
      text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    while plain.holds("--") { plain = plain.replacing("--", with: "-") }
    while plain.hasPrefix("-") { plain.removeFirst() }
    plain = String(plain.prefix(40))
    while plain.hasSuffix("-") { plain.removeLast() }
    return plain
  }
}
