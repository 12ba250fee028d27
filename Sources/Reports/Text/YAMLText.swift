import Values

/// Data as YAML in block style that every YAML 1.1 and 1.2 parser reads as the same data.
enum YAMLText {
  /// Returns the data as a document that ends with a line feed.
  static func text(_ value: Value) -> String {
    var out = ""
    write(value, indent: "", to: &out)
    return out
  }

  private static func write(_ value: Value, indent: String, to out: inout String) {
    switch value {
    case .set(let members) where !members.isEmpty:
      for member in members {
        out += indent + scalar(.text(member.name)) + ":"
        writeItem(member.value, indent: indent, to: &out)
      }
    case .list(let items) where !items.isEmpty:
      for item in items {
        out += indent + "-"
        writeItem(item, indent: indent, to: &out)
      }
    default: out += indent + scalar(value) + "\n"
    }
  }

  /// Writes the value after a key or a dash, on the same line or indented below.
  private static func writeItem(_ value: Value, indent: String, to out: inout String) {
    let isBlock =
      switch value {
      case .set(let members): !members.isEmpty
      case .list(let items): !items.isEmpty
      default: false
      }
    guard isBlock else {
      out += " " + scalar(value) + "\n"
      return
    }
    out += "\n"
    write(value, indent: indent + "  ", to: &out)
  }

  /// Returns a value on one line: as JSON, which is also YAML, or as a plain word without quotes.
  private static func scalar(_ value: Value) -> String {
    guard case .text(let text) = value, isPlain(text) else { return JSON.line(value) }
    return text
  }

  /// Returns whether a text needs no quotes, by rules stricter than YAML's.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isLetter, text.utf8.allSatisfy(\.isPlain) else {
      return false
    }
    return !meanings.contains(text.lowercased())
  }

  /// Words that YAML 1.1 or 1.2 reads as other values (yaml.org/type: bool and null).
  private static let meanings: Set = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf",
  ]
}

extension UInt8 {
  fileprivate var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }

  /// A letter, a digit, or one of `_ - . /`.
  fileprivate var isPlain: Bool {
    isLetter || (0x30...0x39).contains(self) || self == 0x5F || self == 0x2D || self == 0x2E
      || self == 0x2F
  }
}
