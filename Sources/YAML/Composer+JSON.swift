package import Diagnostics

extension Composer {
  /// The tree of a JSON text, with positions, limits and duplicate keys found as in YAML.
  ///
  /// YAML 1.2 is a superset of JSON (section 1.3) but for one thing: JSON may write a character
  /// beyond U+FFFF as two escapes, a surrogate pair, and Python's `json.dump` does.
  package static func compose(
    json source: SourceFile, byteLimit: Int = Limits.bytes, nodeLimit: Int = Limits.nodes
  ) -> Outcome<Node> {
    let bytes = joiningSurrogates(in: source.bytes)
    let plain = bytes.map { SourceFile(path: source.path, bytes: $0) } ?? source
    return compose(plain, byteLimit: byteLimit, nodeLimit: nodeLimit)
  }

  /// The text with each surrogate pair as the character it means; nil where it has none.
  private static func joiningSurrogates(in bytes: [UInt8]) -> [UInt8]? {
    var out: [UInt8] = []
    var copied = 0
    var index = 0
    while let backslash = bytes[index...].firstIndex(of: UInt8(ascii: "\\")) {
      // What follows a backslash is no escape of its own.
      index = min(backslash + 2, bytes.count)
      guard let high = utf16(bytes, at: backslash), (0xD800..<0xDC00).contains(high),
        let low = utf16(bytes, at: backslash + 6), (0xDC00..<0xE000).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
      else { continue }
      index = backslash + 12
      out += bytes[copied..<backslash]
      out += String(scalar).utf8
      copied = index
    }
    return copied == 0 ? nil : out + bytes[copied...]
  }

  /// The number of an escape `\uXXXX` that stands at an index; nil where none does.
  private static func utf16(_ bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u"),
      bytes[index + 2] != UInt8(ascii: "+")
    else { return nil }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
