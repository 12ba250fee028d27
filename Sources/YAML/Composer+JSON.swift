package import Diagnostics

extension Composer {
  /// Composes the tree of a JSON text, with positions, limits and duplicate keys checked as in
  /// YAML.
  ///
  /// YAML 1.2 is a superset of JSON (section 1.3), with two exceptions. JSON may write a character
  /// beyond U+FFFF as two escapes (a surrogate pair), as Python's `json.dump` does. And libyaml
  /// treats three characters as line ends, as in YAML 1.1, which JSON texts may contain.
  package static func compose(
    json source: SourceFile, byteLimit: Int = Limits.bytes, nodeLimit: Int = Limits.nodes
  ) -> Outcome<Node> {
    compose(plain(json: source), byteLimit: byteLimit, nodeLimit: nodeLimit)
  }

  /// Returns the file that positions in a JSON text's tree refer to: the file itself, or a copy
  /// with escapes in place of text that libyaml reads differently.
  package static func plain(json source: SourceFile) -> SourceFile {
    rewritten(source.bytes).map { SourceFile(path: source.path, bytes: $0) } ?? source
  }

  /// Returns the text with such escapes; nil if no change is needed.
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
          // Skip the escaped character: it does not start another escape.
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

  /// Returns the character of the surrogate pair at an index; nil if there is none.
  private static func surrogatePair(_ bytes: [UInt8], at index: Int) -> Unicode.Scalar? {
    guard let high = escape(bytes, at: index), (0xD800..<0xDC00).contains(high),
      let low = escape(bytes, at: index + 6), (0xDC00..<0xE000).contains(low)
    else { return nil }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  /// Returns the code of the escape `\uXXXX` at an index; nil if there is none.
  private static func escape(_ bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u"), bytes[index + 2] != UInt8(ascii: "+")
    else { return nil }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
