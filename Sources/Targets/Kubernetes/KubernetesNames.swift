import Deployments
import Text

/// The name of an object that is also a part of a DNS name: 1 to 63 lower-case letters, digits and
/// `-`, with a letter or digit at both ends (Kubernetes 1.36, apimachinery/pkg/util/validation,
/// IsDNS1123Label).
package struct ClusterName: Sendable, Hashable {
  /// The name as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid name.
  package init?(_ text: String) {
    func isEnd(_ byte: UInt8?) -> Bool {
      byte.map { $0.isASCIILowercase || $0.isASCIIDigit } ?? false
    }
    guard (1...63).contains(text.utf8.count), isEnd(text.utf8.first), isEnd(text.utf8.last),
      text.utf8.allSatisfy({ $0.isASCIILowercase || $0.isASCIIDigit || $0 == 0x2D })
    else { return nil }
    self.text = text
  }

  /// Whether the name can also be that of a Service, which begins with a letter (IsDNS1035Label).
  package var isOfService: Bool { text.utf8.first?.isASCIILowercase ?? false }
}

/// The name of an object that is not a part of a DNS name: labels of a DNS name with `.` between them, at most 253
/// letters (IsDNS1123Subdomain).
///
/// The labels may have more than 63 letters.
package struct ClusterDomain: Sendable, Hashable {
  /// The name as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid name.
  package init?(_ text: String) {
    let labels = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard text.utf8.count <= 253, labels.allSatisfy(Self.isLabel) else { return nil }
    self.text = text
  }

  private static func isLabel(_ label: String.UTF8View.SubSequence) -> Bool {
    guard let first = label.first, let last = label.last else { return false }
    return first != 0x2D && last != 0x2D
      && label.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == 0x2D }
  }
}

/// A key of a label, an annotation, a toleration or a resource: a name of at most 63 letters, digits,
/// `-`, `_` and `.`, after an optional domain and `/` (IsQualifiedName).
package struct QualifiedName: Sendable, Hashable {
  /// The key as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid key.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let name = parts.last, Self.isName(name) else {
      return nil
    }
    if parts.count == 2 {
      guard ClusterDomain(String(parts[0])) != nil else { return nil }
    }
    self.text = text
  }

  /// The domain before `/`, or nil if there is none.
  var domain: Substring? {
    let parts = text.split(separator: "/")
    return parts.count == 2 ? parts[0] : nil
  }

  /// A key from amm's own source code.
  init(literal text: StaticString) {
    guard let name = QualifiedName(text.description) else {
      preconditionFailure("not a key of Kubernetes")
    }
    self = name
  }

  fileprivate static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    return first.isASCIIAlphanumeric && last.isASCIIAlphanumeric
      && text.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
  }
}

/// A label's value: empty, or a name without a domain (IsValidLabelValue).
package struct LabelValue: Sendable, Hashable {
  /// The value as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid value.
  package init?(_ text: String) {
    guard text.isEmpty || QualifiedName.isName(text[...]) else { return nil }
    self.text = text
  }
}

/// A text in which Kubernetes replaces `$(NAME)`: arguments, and values of variables.
struct ExpandedText: Sendable, Hashable {
  /// The text, in which each `$` before `(`, `$` or a character outside ASCII is doubled.
  ///
  /// After any other `$`, Kubernetes copies one byte as if it were a character
  /// (third_party/forked/golang/expansion/expand.go, tryReadVariableName).
  let text: String

  /// The number of a pod in its group, from 0 (LeaderWorkerSet 0.10, pkg/utils/pod/pod_utils.go).
  static let rank = ExpandedText(expanding: "$(LWS_WORKER_INDEX)")

  /// Returns the address of the first pod of a group, followed by a port if there is one.
  static func leader(_ port: Port?) -> ExpandedText {
    ExpandedText(expanding: "$(LWS_LEADER_ADDRESS)" + (port.map { ":\($0.number)" } ?? ""))
  }

  private init(expanding text: String) { self.text = text }

  /// Returns the text with a change that adds no `$`.
  func replacing(_ change: (String) -> String) -> ExpandedText {
    ExpandedText(expanding: change(text))
  }

  /// - Parameter literal: The text that the container gets.
  init(_ literal: String) {
    guard literal.holds("$") else {
      text = literal
      return
    }
    let bytes = Array(literal.utf8)
    var out: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      out.append(byte)
      guard byte == UInt8(ascii: "$"), index + 1 < bytes.count else { continue }
      let next = bytes[index + 1]
      if next == UInt8(ascii: "(") || next == UInt8(ascii: "$") || next >= 0x80 { out.append(byte) }
    }
    text = String(decoding: out, as: UTF8.self)
  }
}

/// A release of Kubernetes: `1.36`.
package struct ClusterRelease: Sendable, Comparable {
  /// The number after `1.`.
  package let minor: Int

  /// The oldest supported release, whose objects all later releases accept.
  package static let oldest = ClusterRelease(minor: 29)

  private init(minor: Int) { self.minor = minor }

  /// - Returns: Nil if the text is not a release from 1.10 to 1.99.
  package init?(_ text: String) {
    let parts = (text.hasPrefix("v") ? text.dropFirst() : text[...])
      .split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), parts[0] == "1", parts[1].utf8.count == 2,
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 2 && $0.utf8.allSatisfy(\.isASCIIDigit) }),
      let minor = Int(parts[1]), minor >= 10
    else { return nil }
    self.minor = minor
  }

  /// The release as it is written.
  package var text: String { "1.\(minor)" }

  package static func < (left: ClusterRelease, right: ClusterRelease) -> Bool {
    left.minor < right.minor
  }
}

extension ByteCount {
  /// The amount as a quantity: `20Gi`.
  var quantity: String {
    for (shift, unit) in [(30, "Gi"), (20, "Mi"), (10, "Ki")]
    where bytes > 0 && bytes & (1 << shift - 1) == 0 {
      return "\(bytes >> shift)\(unit)"
    }
    return String(bytes)
  }
}
