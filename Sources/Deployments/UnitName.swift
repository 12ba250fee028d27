/// A name that systemd, Podman, its DNS, Nix and every file system accept as it is.
///
/// ASCII letters, digits, `-` and `_`, the first a letter or digit, at most 63 bytes (a DNS label).
/// No dot: home-manager rewrites references such as `NAME.network:OPTIONS` only for dotless names
/// (modules/services/podman/linux/podman-lib.nix).
package struct UnitName: Sendable, Hashable, Comparable {
  package let text: String

  package init?(_ text: String) {
    guard let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit,
      text.utf8.count <= 63, text.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D })
    else { return nil }
    self.text = text
  }

  /// A name made of a legal one and an ending of amm's own.
  package func suffixed(_ suffix: StaticString) -> UnitName? {
    UnitName(text + suffix.description)
  }

  package static func < (left: UnitName, right: UnitName) -> Bool { left.text < right.text }
}
