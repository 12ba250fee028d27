import Text

/// A TCP port, 1 to 65535.
package struct Port: Sendable, Hashable {
  /// The port number, from 1 to 65535.
  package let number: Int

  package init?(_ number: Int) {
    guard (1...65535).contains(number) else { return nil }
    self.number = number
  }

  /// A port from amm's own source code.
  package init(literal number: UInt16) {
    precondition(number > 0, "no port")
    self.number = Int(number)
  }
}

/// An IP address of the host that a port is published on.
package struct BindAddress: Sendable, Hashable {
  /// The IPv4 loopback address, which only this machine can reach.
  package static let loopback = BindAddress(text: "127.0.0.1", isIPv6: false)

  /// The address as it is written, without brackets.
  package let text: String
  let isIPv6: Bool

  private init(text: String, isIPv6: Bool) {
    self.text = text
    self.isIPv6 = isIPv6
  }

  /// Parses an IPv4 or IPv6 address.
  ///
  /// Returns nil for other text, including host names.
  package init?(_ text: String) {
    if Self.isIPv4(text) {
      self.init(text: text, isIPv6: false)
    } else if Self.isIPv6(text) {
      self.init(text: text, isIPv6: true)
    } else {
      return nil
    }
  }

  /// The address for a URL or before a port, with brackets if it is IPv6.
  package var bracketed: String { isIPv6 ? "[\(text)]" : text }

  /// Whether only this machine can reach the address.
  package var isLoopback: Bool { text.hasPrefix("127.") || text == "::1" }

  /// Whether the address means all addresses of the machine.
  package var isWildcard: Bool { text == "0.0.0.0" || text == "::" }

  /// The address that programs on this machine use to connect to a server that listens on it.
  package var reachable: BindAddress { isWildcard ? .loopback : self }

  private static func isIPv4(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard part.utf8.allSatisfy(\.isASCIIDigit), let number = Int(part), number <= 255 else {
          return false
        }
        return part.count == 1 || part.first != "0"
      }
  }

  /// Parses by RFC 4291, section 2.2, without embedded IPv4 addresses and zones.
  private static func isIPv6(_ text: String) -> Bool {
    let halves = text.components(separatedByDoubleColon: ())
    guard halves.count <= 2 else { return false }
    let groups = halves.map { half in
      half.isEmpty ? [] : half.split(separator: ":", omittingEmptySubsequences: false)
    }
    let all = groups.flatMap { $0 }
    guard
      all.allSatisfy({
        (1...4).contains($0.count) && $0.allSatisfy(\.isHexDigit) && $0.utf8.count == $0.count
      })
    else { return false }
    return halves.count == 2 ? all.count <= 7 : all.count == 8
  }
}

extension String {
  fileprivate func components(separatedByDoubleColon: Void) -> [Substring] {
    var parts: [Substring] = []
    var rest = self[...]
    while let index = rest.indices.first(where: { rest[$0...].hasPrefix("::") }) {
      parts.append(rest[..<index])
      rest = rest[rest.index(index, offsetBy: 2)...]
    }
    return parts + [rest]
  }
}
