import Text

/// A container image reference: `registry/path/name:tag@digest`.
package struct ImageReference: Sendable, Hashable {
  /// The name, including the registry if one is written:
  /// `ghcr.io/huggingface/text-generation-inference`.
  package let name: String
  /// The tag, or nil if the reference has none.
  package let tag: String?
  /// The digest, `sha256:` followed by 64 hexadecimal digits, or nil if the reference has none.
  package let digest: String?

  /// Parses an image reference by the grammar of distribution/reference (v0.6, regexp.go).
  package init?(_ text: String) {
    // An array of bytes: characters are ten times slower, and every profile has an image.
    var rest = Array(text.utf8)[...]
    var digest: String?
    if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
      let written = rest[rest.index(after: at)...]
      guard written.starts(with: "sha256:".utf8), written.count == 71,
        written.dropFirst(7).allSatisfy(\.isLowerHexDigit)
      else { return nil }
      digest = String(decoding: written, as: UTF8.self)
      rest = rest[..<at]
    }
    var tag: String?
    if let colon = rest.lastIndex(of: UInt8(ascii: ":")),
      !rest[colon...].contains(UInt8(ascii: "/"))
    {
      let written = rest[rest.index(after: colon)...]
      guard let first = written.first, first.isASCIIWord, written.count <= 128,
        written.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E })
      else { return nil }
      tag = String(decoding: written, as: UTF8.self)
      rest = rest[..<colon]
    }
    guard rest.count <= 255 else { return nil }
    var isFirst = true
    var path = rest
    while let slash = path.firstIndex(of: UInt8(ascii: "/")) {
      let part = path[..<slash]
      guard Self.isPathPart(part) || (isFirst && Self.isHost(part)) else { return nil }
      path = path[path.index(after: slash)...]
      isFirst = false
    }
    guard Self.isPathPart(path) else { return nil }
    self.init(name: String(decoding: rest, as: UTF8.self), tag: tag, digest: digest)
  }

  private init(name: String, tag: String?, digest: String?) {
    self.name = name
    self.tag = tag
    self.digest = digest
  }

  /// An image from amm's own source code, with its tag.
  ///
  /// A test checks all of them against the grammar, so they are not checked at run time.
  package init(literal name: String, tag: String) { self.init(name: name, tag: tag, digest: nil) }

  /// The reference as it is written: `name[:tag][@digest]`.
  package var text: String {
    name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
  }

  /// Whether it is whatever the newest version is.
  package var isLatest: Bool { digest == nil && (tag == nil || tag == "latest") }

  /// Whether the name includes a registry.
  ///
  /// Without one, an engine may prompt for it, and a service cannot answer.
  package var namesRegistry: Bool {
    guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return false }
    let host = name.utf8[..<slash]
    return host.contains(UInt8(ascii: ".")) || host.contains(UInt8(ascii: ":"))
      || host.elementsEqual("localhost".utf8)
  }

  private static func isHost(_ part: ArraySlice<UInt8>) -> Bool {
    let pieces = part.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard let host = pieces.first, pieces.count <= 2 else { return false }
    if pieces.count == 2 {
      guard !pieces[1].isEmpty, pieces[1].allSatisfy(\.isASCIIDigit) else { return false }
    }
    return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { label in
        guard let first = label.first, let last = label.last else { return false }
        return first != 0x2D && last != 0x2D
          && label.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2D }
      }
  }

  /// Whether a part is lower-case letters and digits, separated by one `.`, up to two `_`, or any
  /// number of `-`.
  private static func isPathPart(_ part: ArraySlice<UInt8>) -> Bool {
    guard let first = part.first, first.isLowerOrDigit else { return false }
    var separator: UInt8 = 0
    var length = 0
    for byte in part {
      if byte.isLowerOrDigit {
        length = 0
        continue
      }
      guard length == 0 || byte == separator else { return false }
      separator = byte
      length += 1
      switch (byte, length) {
      case (0x2E, 1), (0x5F, 1...2), (0x2D, _): continue
      default: return false
      }
    }
    return length == 0
  }
}

extension UInt8 {
  fileprivate var isLowerOrDigit: Bool { (0x61...0x7A).contains(self) || isASCIIDigit }
  fileprivate var isLowerHexDigit: Bool { (0x61...0x66).contains(self) || isASCIIDigit }
}
