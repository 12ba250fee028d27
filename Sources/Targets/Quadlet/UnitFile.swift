import Text

/// A systemd unit or quadlet file: sections of keys with values.
package struct UnitFile: Sendable, Equatable {
  package struct Section: Sendable, Equatable {
    package let name: String
    package var entries: [Entry]
  }

  package struct Entry: Sendable, Equatable {
    package let key: String
    package let value: UnitValue

    package init(_ key: String, _ value: UnitValue) {
      self.key = key
      self.value = value
    }
  }

  package var comment: [String] = []
  package var sections: [Section] = []

  package init() {}

  /// Adds a section unless it would be empty.
  package mutating func add(_ name: String, _ entries: [Entry]) {
    guard !entries.isEmpty else { return }
    sections.append(Section(name: name, entries: entries))
  }

  package subscript(section: String) -> [Entry] {
    sections.first { $0.name == section }?.entries ?? []
  }

  package var text: String {
    let head = comment.map { "# \($0)\n" }.joined()
    let body = sections.map { section in
      "[\(section.name)]\n"
        + section.entries.map { "\($0.key)=\($0.value.text)\n" }.joined()
    }
    return ([head] + body).filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

/// A value with the quoting of the kind of key it stands at: the one place where amm escapes for
/// systemd and quadlet.
///
/// The rules were tried on Podman 4.4 to 5.8 and systemd 257: text → generator → systemd → the
/// words that Podman gets.
package enum UnitValue: Sendable, Equatable {
  /// A single value or raw line of a quadlet section; `%` and `$` reach Podman as they are.
  case single(String)
  /// The same below the user's home folder, which systemd names.
  case belowHome(String)
  /// Words, each of which reaches the program unchanged.
  case words([String])
  /// `NAME=value` as one word.
  case assignment(String, String)
  case flag(Bool)
  /// A value of a section that systemd itself reads, where `$` is an ordinary character.
  case systemd(String)

  package var text: String {
    switch self {
    case .single(let text): Self.escapedOnce(text)
    case .belowHome(let path): "%h/" + Self.escapedOnce(path)
    case .words(let words): words.map(Self.quoted).joined(separator: " ")
    case .assignment(let name, let value): Self.quoted(name + "=" + value)
    case .flag(let flag): flag ? "true" : "false"
    case .systemd(let text): text.replacing("%", by: "%%")
    }
  }

  private static func escapedOnce(_ text: String) -> String {
    text.replacing("%", by: "%%").replacing("$", by: "$$")
  }

  /// A word; bare where nothing in it means anything to anyone.
  private static func quoted(_ word: String) -> String {
    let isBare =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case _ where byte.isASCIIAlphanumeric: true
        default: "-_.,:/=@+".utf8.contains(byte)
        }
      }
    guard !isBare else { return word }
    var out = "\""
    for scalar in word.unicodeScalars {
      switch scalar {
      case "\\": out += "\\\\"
      case "\"": out += "\\\""
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case "%": out += "%%"
      case "$": out += "$$"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let hex = String(scalar.value, radix: 16)
        out += "\\x" + (hex.count == 1 ? "0" : "") + hex
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

extension String {
  fileprivate func replacing(_ scalar: Unicode.Scalar, by replacement: String) -> String {
    guard unicodeScalars.contains(scalar) else { return self }
    var out = ""
    for one in unicodeScalars {
      if one == scalar { out += replacement } else { out.unicodeScalars.append(one) }
    }
    return out
  }
}
