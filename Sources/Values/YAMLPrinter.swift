import Text

/// Prints a `Value` as YAML in block style.
///
/// Every text is quoted as in JSON, so that none is read as a number, a date or a boolean. JSON
/// strings are valid in YAML (YAML 1.2.2, section 1.3).
package enum YAMLPrinter {
  /// - Parameter value: A set.
  package static func text(_ value: Value) -> String {
    var out = ""
    write(value, indent: 0, to: &out)
    return out
  }

  /// Writes lines that each end with a newline.
  private static func write(_ value: Value, indent: Int, to out: inout String) {
    switch value {
    case .set(let members):
      for member in members {
        out += String(repeating: "  ", count: indent) + key(member.name) + ":"
        writeRest(member.value, indent: indent + 1, to: &out)
      }
    case .list(let items):
      for item in items {
        guard case .set(let members) = item, !members.isEmpty else {
          out += String(repeating: "  ", count: indent) + "- " + JSON.line(item) + "\n"
          continue
        }
        var lines = ""
        write(item, indent: indent + 1, to: &lines)
        out += String(repeating: "  ", count: indent) + "- " + lines.dropFirst(indent * 2 + 2)
      }
    default: out += JSON.line(value) + "\n"
    }
  }

  /// Writes the value after a key's colon.
  private static func writeRest(_ value: Value, indent: Int, to out: inout String) {
    switch value {
    case .set(let members) where !members.isEmpty:
      out += "\n"
      write(value, indent: indent, to: &out)
    case .list(let items) where !items.isEmpty:
      out += "\n"
      write(value, indent: indent, to: &out)
    default: out += " " + JSON.line(value) + "\n"
    }
  }

  /// Returns a key, without quotes if it is letters, of which the first is lower-case, and has no
  /// other meaning in YAML.
  private static func key(_ name: String) -> String {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
    let isBare =
      name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
      && name.utf8.allSatisfy { $0.isASCIILetter || $0 == 0x5F } && !words.contains(name)
    return isBare ? name : JSON.quoted(name)
  }
}
