/// A container image as Podman names it: `registry/path/name:tag@digest`.
package struct ImageReference: Sendable, Hashable {
  /// With its registry where one is written: `ghcr.io/huggingface/text-generation-inference`.
  package let name: String
  package let tag: String?
  /// `sha256:` and 64 hexadecimal digits.
  package let digest: String?

  /// Parses by the grammar of distribution/reference (v0.6, regexp.go).
  package init?(_ text: String) {
    var rest = text[...]
    var digest: String?
    if let at = rest.firstIndex(of: "@") {
      let written = String(rest[rest.index(after: at)...])
      guard written.hasPrefix("sha256:"), written.utf8.count == 71,
        written.utf8.dropFirst(7).allSatisfy(\.isLowerHexDigit)
      else { return nil }
      digest = written
      rest = rest[..<at]
    }
    var tag: String?
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      let written = String(rest[rest.index(after: colon)...])
      guard let first = written.utf8.first, first.isASCIIWord, written.utf8.count <= 128,
        written.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E })
      else { return nil }
      tag = written
      rest = rest[..<colon]
    }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    guard rest.utf8.count <= 255 else { return nil }
    for (index, part) in parts.enumerated() {
      let isHost = index == 0 && parts.count > 1
      guard isHost ? Self.isHost(part) || Self.isPathPart(part) : Self.isPathPart(part) else {
        return nil
      }
    }
    self.init(name: String(rest), tag: tag, digest: digest)
  }

  private init(name: String, tag: String?, digest: String?) {
    self.name = name
    self.tag = tag
    self.digest = digest
  }

  /// An image amm itself names.
  package init(literal text: StaticString) {
    guard let image = ImageReference(text.description) else {
      preconditionFailure("not an image reference")
    }
    self = image
  }

  package var text: String {
    name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
  }

  /// Whether the name says which registry it means; without, Podman may ask, and a unit cannot
  /// answer.
  package var namesRegistry: Bool {
    guard let slash = name.firstIndex(of: "/") else { return false }
    let host = name[..<slash]
    return host.contains(".") || host.contains(":") || host == "localhost"
  }

  private static func isHost(_ part: Substring) -> Bool {
    let pieces = part.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = pieces.first, pieces.count <= 2, !host.isEmpty else { return false }
    if pieces.count == 2 {
      guard !pieces[1].isEmpty, pieces[1].utf8.allSatisfy(\.isASCIIDigit) else { return false }
    }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return (first.isASCIILetter || first.isASCIIDigit)
        && (last.isASCIILetter || last.isASCIIDigit)
        && label.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == 0x2D }
    }
  }

  /// Lower-case letters and digits, separated by one `.`, up to two `_`, or any number of `-`.
  private static func isPathPart(_ part: Substring) -> Bool {
    guard let first = part.utf8.first, let last = part.utf8.last, first.isLowerOrDigit,
      last.isLowerOrDigit
    else { return false }
    var separators: [UInt8] = []
    for byte in part.utf8 {
      if byte.isLowerOrDigit {
        separators = []
        continue
      }
      separators.append(byte)
      let isLegal =
        separators == [0x2E] || separators == [0x5F] || separators == [0x5F, 0x5F]
        || separators.allSatisfy { $0 == 0x2D }
      guard isLegal else { return false }
    }
    return true
  }
}

extension UInt8 {
  fileprivate var isLowerOrDigit: Bool { (0x61...0x7A).contains(self) || isASCIIDigit }
  fileprivate var isLowerHexDigit: Bool { (0x61...0x66).contains(self) || isASCIIDigit }
}
