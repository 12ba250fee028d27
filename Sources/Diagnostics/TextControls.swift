extension Unicode.Scalar {
  /// Whether a terminal or an editor interprets the character instead of showing it: ASCII and C1
  /// control characters, line ends, marks that change the direction of text (Unicode UAX #9, and
  /// U+061C, U+200E, U+200F), and invisible tags.
  package var controlsText: Bool {
    switch value {
    case ..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}

extension String {
  /// The text on one line, with an escape such as `\u{1b}` for each character that controls text.
  package var withoutControls: String {
    // Most texts are printable ASCII, which needs no search.
    guard !utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return self }
    guard unicodeScalars.contains(where: \.controlsText) else { return self }
    var out = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case _ where scalar.controlsText: out += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
