import Text

/// An address in a text: `http://chat:8000` of `http://chat:8000/v1`.
struct ForeignAddress {
  /// The place of the scheme, the host and the port.
  let range: Range<String.Index>
  let scheme: String
  let host: String
  /// The port, if it is written or the scheme has one.
  let port: Int?

  /// The host and the port for messages, without a user's name and password.
  var shown: String { port.map { "\(host):\($0)" } ?? host }

  /// Returns the addresses in a text, in its order.
  static func all(in text: String) -> [ForeignAddress] {
    var found: [ForeignAddress] = []
    var rest = text[...]
    while let mark = rest.firstRange(of: "://") {
      let scheme = rest[..<mark.lowerBound].reversed().prefix { $0.isASCII && $0.isLetter }
      let end = text[mark.upperBound...].firstIndex(where: ends.contains) ?? text.endIndex
      let authority = text[mark.upperBound..<end]
      let start = text.index(mark.lowerBound, offsetBy: -scheme.count)
      let name = String(scheme.reversed()).lowercased()
      if !name.isEmpty, let (host, port) = parts(of: authority) {
        found.append(
          ForeignAddress(
            range: start..<end, scheme: name, host: host, port: port ?? standard[name]))
      }
      rest = text[end...]
    }
    return found
  }

  /// The signs after a host and a port.
  private static let ends = Set("/?#,;|<>(){}\"'`\\ \t\n\r")

  private static let standard = ["http": 80, "https": 443]

  /// Returns the host and the port of `user:password@host:port`; nil if it has no host.
  private static func parts(of authority: Substring) -> (host: String, port: Int?)? {
    var text = authority
    if let at = text.lastIndex(of: "@") { text = text[text.index(after: at)...] }
    var digits: Substring?
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      let rest = text[text.index(after: close)...]
      if rest.hasPrefix(":") { digits = rest.dropFirst() }
      text = text[text.index(after: text.startIndex)..<close]
    } else if let colon = text.lastIndex(of: ":") {
      digits = text[text.index(after: colon)...]
      text = text[..<colon]
    }
    let port = digits.flatMap { Int($0) }
    guard digits == nil || port != nil else { return nil }
    return text.isEmpty || text.utf8.count > 253 ? nil : (text.lowercased(), port)
  }
}
