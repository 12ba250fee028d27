/// Escapes text for HTML pages.
package enum HTMLText {
  /// Returns text that a browser shows unchanged; models' answers are untrusted input.
  package static func escaped(_ text: some StringProtocol) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      // Control characters, and characters that change the direction of text.
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value),
        _
      where (0x202A...0x202E).contains(scalar.value)
        || (0x2066...0x2069).contains(scalar.value):
        out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// Returns an element that contains escaped text.
  package static func element(_ name: String, class style: String? = nil, _ text: String) -> String
  {
    "<\(name)\(style.map { " class=\"\($0)\"" } ?? "")>\(escaped(text))</\(name)>"
  }
}

extension String {
  /// The string with its first letter in upper case.
  package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
