import Text
package import Values

/// Nix text of a `Value`, in the official style (RFC 166, nixfmt): two blanks, every set and every
/// list of several items expanded.
package enum NixPrinter {
  /// The expression with a final newline.
  package static func text(_ value: Value) -> String {
    var out = ""
    write(value, indent: 0, asItem: false, to: &out)
    return out + "\n"
  }

  private static func write(_ value: Value, indent: Int, asItem: Bool, to out: inout String) {
    switch value {
    case .text(let text): out += quoted(text)
    case .integer(let integer): write(number: String(integer), asItem, to: &out)
    case .number(let number): write(number: decimal(number), asItem, to: &out)
    case .boolean(let flag): out += flag ? "true" : "false"
    case .list(let items) where items.isEmpty: out += "[ ]"
    case .set(let members) where members.isEmpty: out += "{ }"
    case .list(let items):
      if items.count == 1, let only = items.first, only.isScalar {
        var item = ""
        write(only, indent: 0, asItem: true, to: &item)
        if indent * 2 + item.count < 80 {
          out += "[ \(item) ]"
          return
        }
      }
      out += "[\n"
      for item in items {
        out += margin(indent + 1)
        write(item, indent: indent + 1, asItem: true, to: &out)
        out += "\n"
      }
      out += margin(indent) + "]"
    case .set(let members):
      out += "{\n"
      for member in members {
        out += margin(indent + 1) + name(member.name) + " = "
        write(member.value, indent: indent + 1, asItem: false, to: &out)
        out += ";\n"
      }
      out += margin(indent) + "}"
    }
  }

  /// A negative number is an operation in Nix and needs parentheses where an item stands.
  private static func write(number: String, _ asItem: Bool, to out: inout String) {
    out += asItem && number.hasPrefix("-") ? "(\(number))" : number
  }

  /// Nix has no numbers in `1e+20` form without a point, and no integers that are floats.
  private static func decimal(_ number: Double) -> String {
    let text = String(number)
    guard let exponent = text.firstIndex(where: { $0 == "e" || $0 == "E" }),
      !text[..<exponent].contains(".")
    else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private static func margin(_ indent: Int) -> String { String(repeating: "  ", count: indent) }

  private static let keywords: Set = [
    "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or",
  ]

  /// An attribute's name: bare where that is safe, else quoted.
  private static func name(_ name: String) -> String {
    let isBare =
      !keywords.contains(name)
      && name.utf8.first.map {
        $0.isASCIILetter || $0 == 0x5F
      }
        == true
      && name.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
      }
    return isBare ? name : quoted(name)
  }

  /// A string with Nix's own escapes, which are not JSON's; every dollar is escaped, so that no
  /// text can interpolate.
  package static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x20, 0x21, 0x23, 0x25...0x5B, 0x5D...: true
      default: false
      }
    }
    guard !isPlain else { return "\"" + text + "\"" }
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      case "$": out += "\\$"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension Value {
  fileprivate var isScalar: Bool {
    switch self {
    case .text, .integer, .number, .boolean: true
    case .list(let items): items.isEmpty
    case .set(let members): members.isEmpty
    }
  }
}
