import Text

/// A Podman version: the major and minor numbers, which determine its features.
package struct PodmanVersion: Sendable, Hashable, Comparable {
  /// The oldest version that amm supports.
  package static let oldest = PodmanVersion(4, 9)

  /// The major number.
  package let major: Int
  /// The minor number.
  package let minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Parses `5.4` and `5.4.2`.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count),
      parts.allSatisfy({ (1...3).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isASCIIDigit) }),
      let major = Int(parts[0]), let minor = Int(parts[1])
    else { return nil }
    self.init(major, minor)
  }

  /// Both numbers, separated by a dot.
  package var text: String { "\(major).\(minor)" }

  package static func < (left: PodmanVersion, right: PodmanVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
