import Text

/// A name that service managers, container engines, DNS and every file system accept as it is.
///
/// ASCII letters, digits, `-` and `_`, the first a letter or digit, at most 63 bytes: a label of DNS
/// (RFC 1035, section 2.3.4). No dot, so that nothing takes a part of it for a file's ending.
package struct ResourceName: Sendable, Hashable, Comparable {
  /// As it is written.
  package let text: String

  /// - Returns: Nil for a text that is no such name.
  package init?(_ text: String) {
    guard let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit,
      text.utf8.count <= 63, text.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D })
    else { return nil }
    self.text = text
  }

  /// A name made of a legal one and an ending of amm's own; nil where it would be too long.
  package func suffixed(_ suffix: StaticString) -> ResourceName? {
    ResourceName(text + suffix.description)
  }

  package static func < (left: ResourceName, right: ResourceName) -> Bool { left.text < right.text }
}
