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
  ///
  /// - Parameter inItem: Whether the first line continues a line, after the dash of a list's item.
  private static func write(
    _ value: Value, indent: Int, inItem: Bool = false, to out: inout String
  ) {
    switch value {
    case .set(let members):
      for (index, member) in members.enumerated() {
        if !inItem || index > 0 { pad(indent, to: &out) }
        writeKey(member.name, to: &out)
        out += ":"
        writeRest(member.value, indent: indent + 1, to: &out)
      }
    case .list(let items):
      for item in items {
        pad(indent, to: &out)
        out += "- "
        if case .set(let members) = item, !members.isEmpty {
          write(item, indent: indent + 1, inItem: true, to: &out)
        } else {
          out += JSON.line(item)
          out += "\n"
        }
      }
    default:
      out += JSON.line(value)
      out += "\n"
    }
  }

  private static func pad(_ indent: Int, to out: inout String) {
    for _ in 0..<indent { out += "  " }
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
    default:
      out += " "
      out += JSON.line(value)
      out += "\n"
    }
  }

  /// Writes a key, without quotes if it is letters, of which the first is lower-case, and has no
  /// other meaning in YAML.
  private static func writeKey(_ name: String, to out: inout String) {
    let isBare =
      name.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
      && name.utf8.allSatisfy { $0.isASCIILetter || $0 == 0x5F } && !hasMeaning(name)
    if isBare { out += name } else { out += JSON.quoted(name) }
  }

  private static func hasMeaning(_ word: String) -> Bool {
    switch word {
    case "y", "n", "yes", "no", "on", "off", "true", "false", "null": true
    default: false
    }
  }
}
