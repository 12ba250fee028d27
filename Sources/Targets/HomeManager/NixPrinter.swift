import Text
package import Values

/// Prints a `Value` as Nix in the official style (RFC 166, nixfmt): two spaces of indentation, with
/// every set and every list of several items expanded.
package enum NixPrinter {
  /// Returns the expression with a final newline.
  package static func text(_ value: Value) -> String {
    var out = ByteWriter()
    write(value, indent: 0, asItem: false, to: &out)
    out.write("\n")
    return out.text
  }

  /// Prints an item of a list that is the whole expression, on its own lines.
  static func write(item value: Value, to out: inout ByteWriter) {
    out.write("  ")
    write(value, indent: 1, asItem: true, to: &out)
    out.write("\n")
  }

  private static func write(
    _ value: Value, indent: Int, asItem: Bool, to out: inout ByteWriter
  ) {
    switch value {
    case .text(let text): write(quoted: text, to: &out)
    case .integer(let integer): write(number: String(integer), asItem, to: &out)
    case .number(let number): write(number: decimal(number), asItem, to: &out)
    case .boolean(let flag): out.write(flag ? "true" as StaticString : "false")
    case .null: out.write("null")
    case .list(let items) where items.isEmpty: out.write("[ ]")
    case .set(let members) where members.isEmpty: out.write("{ }")
    case .list(let items):
      if items.count == 1, let only = items.first, only.isScalar {
        var item = ByteWriter()
        write(only, indent: 0, asItem: true, to: &item)
        // Characters are counted only if the bytes do not fit, because a text may have fewer
        // characters.
        if indent * 2 + item.bytes.count < 80 || indent * 2 + item.text.count < 80 {
          out.write("[ ")
          out.write(item)
          out.write(" ]")
          return
        }
      }
      out.write("[\n")
      for item in items {
        out.write(blanks: indent * 2 + 2)
        write(item, indent: indent + 1, asItem: true, to: &out)
        out.write("\n")
      }
      out.write(blanks: indent * 2)
      out.write("]")
    case .set(let members):
      out.write("{\n")
      for member in members {
        out.write(blanks: indent * 2 + 2)
        write(name: member.name, to: &out)
        out.write(" = ")
        write(member.value, indent: indent + 1, asItem: false, to: &out)
        out.write(";\n")
      }
      out.write(blanks: indent * 2)
      out.write("}")
    }
  }

  /// Writes a number.
  ///
  /// A negative number is an operation in Nix and needs parentheses in a list.
  private static func write(number: String, _ asItem: Bool, to out: inout ByteWriter) {
    out.write(asItem && number.hasPrefix("-") ? "(\(number))" : number)
  }

  /// Returns a number with a decimal point, because Nix does not accept numbers such as `1e+20`.
  private static func decimal(_ number: Double) -> String {
    let text = String(number)
    guard let exponent = text.firstIndex(where: { $0 == "e" || $0 == "E" }),
      !text[..<exponent].contains(".")
    else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private static let keywords: Set = [
    "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or",
  ]

  /// Writes an attribute's name, with quotes if needed.
  private static func write(name: String, to out: inout ByteWriter) {
    let isWord = unsafe name.withBytes { bytes in
      guard let first = unsafe bytes.first, first.isASCIILetter || first == 0x5F else {
        return false
      }
      return unsafe bytes.allSatisfy { $0.isASCIIWord || $0 == 0x2D }
    }
    // The longest keyword has seven letters.
    if isWord, name.utf8.count > 7 || !keywords.contains(name) {
      out.write(name)
    } else {
      write(quoted: name, to: &out)
    }
  }

  /// Returns a string with Nix escapes, which differ from JSON's.
  ///
  /// Every dollar sign is escaped, so that text cannot be interpolated.
  package static func quoted(_ text: String) -> String {
    var out = ByteWriter()
    write(quoted: text, to: &out)
    return out.text
  }

  private static func write(quoted text: String, to out: inout ByteWriter) {
    out.write("\"")
    let isPlain = unsafe text.withBytes { bytes in
      unsafe bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x24 && $0 != 0x5C }
    }
    if isPlain {
      out.write(text)
    } else {
      for byte in text.utf8 { write(escaped: byte, to: &out) }
    }
    out.write("\"")
  }

  private static func write(escaped byte: UInt8, to out: inout ByteWriter) {
    switch byte {
    case 0x5C: out.write("\\\\")
    case 0x22: out.write("\\\"")
    case 0x24: out.write("\\$")
    case 0x0A: out.write("\\n")
    case 0x0D: out.write("\\r")
    case 0x09: out.write("\\t")
    default: out.write(byte: byte)
    }
  }
}

extension Value {
  fileprivate var isScalar: Bool {
    switch self {
    case .text, .integer, .number, .boolean, .null: true
    case .list(let items): items.isEmpty
    case .set(let members): members.isEmpty
    }
  }
}
