/// Writes a `Value` as JSON text (RFC 8259).
package enum JSON {
  /// Returns the value as indented JSON with a final newline.
  ///
  /// Members keep their order.
  package static func text(_ value: Value) -> String {
    var out = ""
    write(value, indent: 0, to: &out)
    out += "\n"
    return out
  }

  /// Returns the value as JSON on one line.
  ///
  /// Members keep their order.
  package static func line(_ value: Value) -> String {
    switch value {
    case .text(let text): quoted(text)
    case .integer(let integer): String(integer)
    case .number(let number): String(number)
    case .boolean(let flag): flag ? "true" : "false"
    case .null: "null"
    case .list(let items): "[" + items.map(line).joined(separator: ", ") + "]"
    case .set(let members):
      "{" + members.map { quoted($0.name) + ": " + line($0.value) }.joined(separator: ", ") + "}"
    }
  }

  /// Returns a string literal with its quotes.
  package static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
    // Most texts are plain, and processing them character by character takes ten times as long.
    if isPlain { return "\"" + text + "\"" }
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where !scalar.isPrintableInYAML:
        for unit in scalar.utf16 {
          let hex = String(unit, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  private static func write(_ value: Value, indent: Int, to out: inout String) {
    switch value {
    case .text(let text): out += quoted(text)
    case .integer(let integer): out += String(integer)
    case .number(let number): out += String(number)
    case .boolean(let flag): out += flag ? "true" : "false"
    case .null: out += "null"
    case .list(let items):
      write(items, "[", "]", indent: indent, to: &out) { item, indent, out in
        write(item, indent: indent, to: &out)
      }
    case .set(let members):
      write(members, "{", "}", indent: indent, to: &out) { member, indent, out in
        out += quoted(member.name) + ": "
        write(member.value, indent: indent, to: &out)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], _ open: String, _ close: String, indent: Int, to out: inout String,
    item: (Item, Int, inout String) -> Void
  ) {
    out += open
    for (index, element) in items.enumerated() {
      if index > 0 { out += "," }
      out += "\n" + String(repeating: "  ", count: indent + 1)
      item(element, indent + 1, &out)
    }
    if !items.isEmpty { out += "\n" + String(repeating: "  ", count: indent) }
    out += close
  }
}

extension Unicode.Scalar {
  /// Whether YAML allows the character unescaped without ending the line.
  ///
  /// amm reads the JSON that it writes as YAML, and JSON allows every character to be escaped.
  fileprivate var isPrintableInYAML: Bool {
    switch value {
    case 0x2028, 0x2029, 0xFEFF: false
    // Marks that change the direction of text: a terminal would show a different text.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xE0000...0xE007F: false
    case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...: true
    default: false
    }
  }
}
