package import Diagnostics

extension Composer {
  /// The tree of a JSON text, with positions, limits and duplicate keys found as in YAML.
  ///
  /// YAML 1.2 is a superset of JSON (section 1.3) but for two things. JSON may write a character
  /// beyond U+FFFF as two escapes, a surrogate pair, and Python's `json.dump` does. And libyaml
  /// takes three characters for line ends, as YAML 1.1 did, which JSON's texts may hold.
  package static func compose(
    json source: SourceFile, byteLimit: Int = Limits.bytes, nodeLimit: Int = Limits.nodes
  ) -> Outcome<Node> {
    compose(plain(json: source), byteLimit: byteLimit, nodeLimit: nodeLimit)
  }

  /// The file that the places of a JSON text's tree are in: itself, or with escapes in place of what
  /// libyaml reads otherwise.
  package static func plain(json source: SourceFile) -> SourceFile {
    rewritten(source.bytes).map { SourceFile(path: source.path, bytes: $0) } ?? source
  }

  /// The text as libyaml reads it rightly; nil where that is the text as it stands.
  private static func rewritten(_ bytes: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    var copied = 0
    var index = 0
    func replace(_ count: Int, with text: some Sequence<UInt8>) {
      out += bytes[copied..<index]
      out += text
      index += count
      copied = index
    }
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\"):
        if let pair = surrogatePair(bytes, at: index) {
          replace(12, with: String(pair).utf8)
        } else {
          // What follows a backslash is no escape of its own.
          index += 2
        }
      case 0xC2 where bytes[index...].starts(with: [0xC2, 0x85]): replace(2, with: "\\u0085".utf8)
      case 0xE2 where bytes[index...].starts(with: [0xE2, 0x80, 0xA8]):
        replace(3, with: "\\u2028".utf8)
      case 0xE2 where bytes[index...].starts(with: [0xE2, 0x80, 0xA9]):
        replace(3, with: "\\u2029".utf8)
      default: index += 1
      }
    }
    return copied == 0 ? nil : out + bytes[copied...]
  }

  /// The character that two escapes at an index stand for together; nil where none do.
  private static func surrogatePair(_ bytes: [UInt8], at index: Int) -> Unicode.Scalar? {
    guard let high = escape(bytes, at: index), (0xD800..<0xDC00).contains(high),
      let low = escape(bytes, at: index + 6), (0xDC00..<0xE000).contains(low)
    else { return nil }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  /// The number of an escape `\uXXXX` that stands at an index; nil where none does.
  private static func escape(_ bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u"), bytes[index + 2] != UInt8(ascii: "+")
    else { return nil }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
