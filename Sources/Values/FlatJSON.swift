/// Reads the JSON objects that amm itself writes a line each: texts, integers and booleans by name.
package enum FlatJSON {
  /// Nil for what is not such an object.
  package static func object(_ line: some StringProtocol) -> [String: Value]? {
    var reader = Reader(rest: Array(line.unicodeScalars)[...])
    guard let object = reader.object(), reader.atEnd else { return nil }
    return object
  }

  private struct Reader {
    var rest: ArraySlice<Unicode.Scalar>

    var atEnd: Bool {
      mutating get {
        skip()
        return rest.isEmpty
      }
    }

    private mutating func skip() {
      rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      skip()
      guard rest.first == scalar else { return false }
      rest = rest.dropFirst()
      return true
    }

    mutating func object() -> [String: Value]? {
      guard take("{") else { return nil }
      var members: [String: Value] = [:]
      if take("}") { return members }
      repeat {
        guard let name = text(), take(":"), let value = value() else { return nil }
        members[name] = value
      } while take(",")
      return take("}") ? members : nil
    }

    private mutating func value() -> Value? {
      skip()
      if rest.first == "\"" { return text().map(Value.text) }
      let word = String(
        String.UnicodeScalarView(rest.prefix { !",} \t\r\n".unicodeScalars.contains($0) }))
      rest = rest.dropFirst(word.unicodeScalars.count)
      switch word {
      case "true": return true
      case "false": return false
      default: return Int(word).map(Value.integer)
      }
    }

    private mutating func text() -> String? {
      guard take("\"") else { return nil }
      var out = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        switch scalar {
        case "\"": return String(out)
        case "\\":
          guard let escaped = escape() else { return nil }
          out.append(escaped)
        default: out.append(scalar)
        }
      }
      return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
      switch rest.popFirst() {
      case "n": return "\n"
      case "r": return "\r"
      case "t": return "\t"
      case "u":
        let digits = String(String.UnicodeScalarView(rest.prefix(4)))
        rest = rest.dropFirst(4)
        return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
      case let other?: return other
      case nil: return nil
      }
    }
  }
}
