/// Text in a page.
package enum HTMLText {
  /// Text that is shown as it is, whatever it holds: models write what they like.
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
      // What moves nothing here, or turns the text around it.
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

  /// An element with text in it.
  package static func element(_ name: String, class style: String? = nil, _ text: String) -> String
  {
    "<\(name)\(style.map { " class=\"\($0)\"" } ?? "")>\(escaped(text))</\(name)>"
  }
}

extension String {
  /// With a capital letter, as a sentence or a heading begins.
  package var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
