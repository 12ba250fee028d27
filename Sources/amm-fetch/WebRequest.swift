import Host

/// A request to a hub or a registry.
struct WebRequest {
  /// The full URL.
  let url: String
  /// The value of `Authorization`; curl sends it only to the host of the URL.
  var authorization: String?
  /// The value of `Accept`.
  var accept: String?
  /// The first byte of the requested range.
  var start = 0
  /// The end of the requested range, exclusive; nil for the end of the file.
  var end: Int?
  /// The required size of the body if the answer has a `Content-Length`; nil for any size.
  var expected: Int?
  /// The largest body in bytes; a larger one is an error.
  var limit: Int

  /// The host with its port.
  var host: String { String(url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }) }

  /// Whether the URL is on this machine; it then needs no proxy and no encryption.
  var isOwn: Bool { Self.isOwn(url) }

  /// Checks whether a URL is on this machine.
  static func isOwn(_ url: String) -> Bool {
    let rest = url.drop { $0 != "/" }.drop { $0 == "/" }
    let host = rest.prefix { $0 != "/" }
    return ["localhost", "127.0.0.1", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
  }

  /// Whether only a part of the file is requested.
  var isPartial: Bool { start > 0 || end != nil }
}

/// The answer to a request.
struct WebAnswer {
  /// The HTTP status, such as 200.
  var status: Int
  /// The headers of the last answer in a chain of redirects, by lower-case names.
  var headers: [String: String] = [:]
  /// The body; empty if it was streamed.
  var body: [UInt8] = []
}

/// A failed request, or an answer that cannot be used.
struct WebError: Error, Equatable {
  enum Kind: String {
    /// The server does not answer.
    case unreachable
    /// The account has no access.
    case refused
    /// The model is only available to accounts that accepted its terms.
    case gated
    /// The requested item does not exist.
    case missing
    /// There were too many requests, or the server has an error.
    case busy
    /// The answer is not what was requested.
    case wrong
    /// A disk operation failed.
    case disk
  }

  let kind: Kind
  let message: String
  /// The fix; nil if none is known.
  var help: String?
  /// Whether the connection was established and then broke.
  var isBroken = false

  init(_ kind: Kind, _ message: String, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  /// Whether the server does not support range requests.
  var isWithoutParts: Bool { message.hasSuffix(Exchange.withoutParts) }

  init(_ error: HostError) { self.init(.disk, error.message) }
}
