import Diagnostics
import Schema
import Text
import YAML

/// The variables of a Compose file that have no value.
extension ComposeSource {
  /// Reports variables that nothing sets, and references that Compose cannot replace.
  mutating func tellVariables() {
    for (name, message, range) in variables.required {
      let said = message.isEmpty ? "" : ": \(message.abbreviated)"
      tell(
        ImportRules.variable, place(of: name, in: range),
        "Compose stops, because nothing sets '\(name)'\(said)",
        help: "set it in '.env' beside the file")
    }
    let unset = variables.unset.filter { found in
      !variables.required.contains { $0.name == found.name }
    }.map { (name: $0.name, range: place(of: $0.name, in: $0.range)) }
    if let first = unset.first {
      // Without a file for variables, all of them are missing for one reason.
      let isOne = !variables.hasFile && unset.count > 1
      for (name, range) in isOne ? [first] : unset {
        let others = isOne ? " and \(Phrase.count(unset.count - 1, "other"))" : ""
        findings.append(
          Diagnostic(
            ImportRules.variable, at: SourceLocation(source, range),
            "nothing sets the variable '\(name)'\(others), so \(isOne ? "they are" : "it is") empty",
            help: ["set it in '.env' beside the file, or write '${\(name):-DEFAULT}'"],
            notes: isOne
              ? unset.dropFirst().prefix(20).map { other in
                .init(SourceLocation(source, other.range), "nothing sets '\(other.name)'")
              } : []))
      }
    }
    for reference in variables.broken {
      tell(
        ImportRules.variable, reference.range,
        "Compose cannot replace the variable in '\(reference.value.abbreviated)'",
        help: "write '$$' for a dollar sign")
    }
  }

  /// Returns the place of a variable within a text.
  private func place(of name: String, in range: SourceRange) -> SourceRange {
    let start = places.offset(of: range.start)
    let end = min(places.offset(of: range.end), source.bytes.count)
    guard start < end else { return range }
    for written in ["${" + name, "$" + name] {
      let bytes = Array(written.utf8)
      var index = start
      while let found = source.bytes[index..<end].firstIndex(of: 0x24) {
        if source.bytes[found..<end].starts(with: bytes) {
          return places.range(found, found + bytes.count)
        }
        index = found + 1
      }
    }
    return range
  }
}
