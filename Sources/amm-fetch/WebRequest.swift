import Host

/// A request to a server of models or images.
struct WebRequest {
  /// The whole address.
  let url: String
  /// The value of `Authorization`; sent to the address's own host alone, as curl does it.
  var authorization: String?
  /// What is asked to be answered with.
  var accept: String?
  /// The byte that the answer is to begin with.
  var start = 0
  /// The byte that it is to end before; nil for the last.
  var end: Int?
  /// Bytes that the body must have, where the answer says how many come; nil for any number.
  var expected: Int?
  /// Bytes of a body that are taken: more is an error.
  var limit: Int

  /// The host with its port.
  var host: String { String(url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }) }

  /// Whether it stays on this machine: it goes through no proxy then, and needs no encryption.
  var isOwn: Bool { Self.isOwn(url) }

  /// Whether an address is one of this machine's own.
  static func isOwn(_ url: String) -> Bool {
    let rest = url.drop { $0 != "/" }.drop { $0 == "/" }
    let host = rest.prefix { $0 != "/" }
    return ["localhost", "127.0.0.1", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
  }

  /// Whether a part of what stands there is asked for.
  var isPartial: Bool { start > 0 || end != nil }
}

/// How a request ended.
struct WebAnswer {
  /// Such as 200.
  var status: Int
  /// By their names in small letters, of the last answer in a chain of redirects.
  var headers: [String: String] = [:]
  /// Nothing where it was handed on.
  var body: [UInt8] = []
}

/// Why no answer came, or none that can be used.
struct WebError: Error, Equatable {
  enum Kind: String {
    /// Nobody answers.
    case unreachable
    /// The account may not.
    case refused
    /// It is for accounts that accepted its terms.
    case gated
    /// There is no such thing.
    case missing
    /// Too many requests, or the server's own trouble.
    case busy
    /// Something else came than was asked for.
    case wrong
    /// The disk.
    case disk
  }

  let kind: Kind
  let message: String
  /// What would help; nil where nothing is known to.
  var help: String?
  /// Whether there was a connection, and it broke.
  var isBroken = false

  init(_ kind: Kind, _ message: String, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  /// Whether the server gives no parts of files.
  var isWithoutParts: Bool { message.hasSuffix(Exchange.withoutParts) }

  init(_ error: HostError) { self.init(.disk, error.message) }
}
