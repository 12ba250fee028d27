import Text

/// A systemd unit or quadlet file, with sections of keys and values.
package struct UnitFile: Sendable, Equatable {
  /// A section, with its entries in order.
  package struct Section: Sendable, Equatable {
    package let name: String
    /// The entries, in order.
    ///
    /// A key may be repeated.
    package var entries: [Entry]
  }

  /// A key and its value.
  package struct Entry: Sendable, Equatable {
    /// The key, as systemd or Podman spells it.
    package let key: String
    /// The value, before escaping.
    package let value: UnitValue

    package init(_ key: String, _ value: UnitValue) {
      self.key = key
      self.value = value
    }
  }

  /// The comment lines at the start of the file, without `#`.
  package var comment: [String] = []
  /// The sections, in order.
  package var sections: [Section] = []

  package init() {}

  /// Adds a section, unless it has no entries.
  package mutating func add(_ name: String, _ entries: [Entry]) {
    guard !entries.isEmpty else { return }
    sections.append(Section(name: name, entries: entries))
  }

  /// The entries of the first section with a name, in order.
  package subscript(section: String) -> [Entry] {
    sections.first { $0.name == section }?.entries ?? []
  }

  /// The file's text, escaped according to systemd.syntax(7), with a final newline.
  package var text: String {
    var out = ByteWriter()
    for line in comment {
      out.write("# ")
      out.write(line)
      out.write("\n")
    }
    for section in sections {
      if !out.bytes.isEmpty { out.write("\n") }
      out.write("[")
      out.write(section.name)
      out.write("]\n")
      for entry in section.entries {
        out.write(entry.key)
        out.write("=")
        entry.value.write(to: &out)
        out.write("\n")
      }
    }
    return out.text
  }
}

/// A value with the quoting that its key requires.
///
/// All escaping for systemd and quadlet is done here.
///
/// The rules were tested with Podman 4.4 to 5.8 and systemd 257, from the text through the
/// generator and systemd to the arguments that Podman gets.
package enum UnitValue: Sendable, Equatable {
  /// A single value or raw line of a quadlet section. `%` and `$` reach Podman unchanged.
  case single(String)
  /// A single value that is a path below the user's home folder, which systemd fills in (`%h`).
  case belowHome(String)
  /// Words that each reach the program unchanged.
  case words([String])
  /// `NAME=value` as one word.
  case assignment(String, String)
  case flag(Bool)
  /// A value in a section that systemd reads directly, where `$` is an ordinary character.
  case systemd(String)
  /// A value like `systemd`, in which systemd fills in the specifiers `%E`, `%h` and `%u`.
  case specified(String)

  /// The escaped value as it is written in the file.
  package var text: String {
    if let plain { return plain }
    var out = ByteWriter()
    write(to: &out)
    return out.text
  }

  /// The text of a single value that needs no escapes, and nil for other values.
  private var plain: String? {
    switch self {
    case .single(let text) where !text.holds("%") && !text.holds("$"): text
    case .systemd(let text) where !text.holds("%"): text
    case .specified(let text): text
    default: nil
    }
  }

  fileprivate func write(to out: inout ByteWriter) {
    switch self {
    case .single(let text): Self.write(escapedOnce: text, to: &out)
    case .belowHome(let path):
      out.write("%h/")
      Self.write(escapedOnce: path, to: &out)
    case .words(let words):
      for (index, word) in words.enumerated() {
        if index > 0 { out.write(" ") }
        Self.write(quoted: word, to: &out)
      }
    case .assignment(let name, let value): Self.write(quoted: name + "=" + value, to: &out)
    case .flag(let flag): out.write(flag ? "true" as StaticString : "false")
    case .systemd(let text): Self.write(text, doubling: "%", to: &out)
    // amm's own text, without other specifiers.
    case .specified(let text): out.write(text)
    }
  }

  private static func write(escapedOnce text: String, to out: inout ByteWriter) {
    write(text, doubling: "%$", to: &out)
  }

  private static func write(
    _ text: String, doubling special: StaticString, to out: inout ByteWriter
  ) {
    let isPlain = unsafe text.withBytes { bytes in
      special.withUTF8Buffer { special in
        unsafe !special.contains(where: { unsafe bytes.contains($0) })
      }
    }
    guard !isPlain else { return out.write(text) }
    for byte in text.utf8 {
      out.write(byte: byte)
      if special.withUTF8Buffer({ unsafe $0.contains(byte) }) { out.write(byte: byte) }
    }
  }

  private static let bare = ASCIISet.alphanumerics.union(ASCIISet("-_.,:/=@+"))

  /// Writes a word, without quotes if it has no special characters.
  private static func write(quoted word: String, to out: inout ByteWriter) {
    let isBare =
      unsafe !word.isEmpty && word.withBytes { bytes in unsafe bytes.allSatisfy(bare.contains) }
    guard !isBare else { return out.write(word) }
    out.write("\"")
    for byte in word.utf8 {
      switch byte {
      case 0x5C: out.write("\\\\")
      case 0x22: out.write("\\\"")
      case 0x0A: out.write("\\n")
      case 0x0D: out.write("\\r")
      case 0x09: out.write("\\t")
      case 0x25: out.write("%%")
      case 0x24: out.write("$$")
      case ..<0x20, 0x7F:
        let hex = String(byte, radix: 16)
        out.write("\\x")
        if hex.utf8.count == 1 { out.write("0") }
        out.write(hex)
      default: out.write(byte: byte)
      }
    }
    out.write("\"")
  }
}
