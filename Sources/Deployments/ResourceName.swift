import Text

/// A name that service managers, container engines, DNS and all file systems accept unchanged.
///
/// ASCII letters, digits, `-` and `_`, starting with a letter or digit, at most 63 bytes, as for a
/// DNS label (RFC 1035, section 2.3.4). It has no dot, so that no program mistakes a part of it for
/// a file extension.
package struct ResourceName: Sendable, Hashable, Comparable {
  /// The name as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid name.
  package init?(_ text: String) {
    guard let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit,
      text.utf8.count <= 63, text.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D })
    else { return nil }
    self.text = text
  }

  /// Returns the name with a suffix added, or nil if the result is too long.
  package func suffixed(_ suffix: String) -> ResourceName? {
    ResourceName(text + suffix)
  }

  package static func < (left: ResourceName, right: ResourceName) -> Bool { left.text < right.text }
}

/// The name of a secret in an engine's store or in a cluster: 1 to 253 ASCII letters, digits, `-`, `_` and `.`,
/// starting with a letter or digit (containers/common, pkg/secrets/secrets.go).
package struct SecretName: Sendable, Hashable {
  /// The name as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid name.
  package init?(_ text: String) {
    guard let first = text.utf8.first, first.isASCIIAlphanumeric, text.utf8.count <= 253,
      text.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E })
    else { return nil }
    self.text = text
  }
}
