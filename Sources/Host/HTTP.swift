#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Single HTTP requests to a server on this machine.
package enum HTTP {
  /// Returns whether a server accepts connections.
  package static func isListening(address: String, port: Int) -> Bool {
    guard let file = connection(address: address, port: port) else { return false }
    close(file)
    return true
  }

  /// A server's response.
  package struct Answer: Sendable {
    /// The status, such as 200.
    package let status: Int
    /// The body, truncated at the limit.
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
      self.status = status
      self.body = body
    }
  }

  /// Returns the status of a `GET`, such as 200; nil if there is no response within two seconds.
  package static func status(address: String, port: Int, path: String) -> Int? {
    let line = exchange(address: address, port: port, path: path, limit: 64) { $0.contains(0x0A) }
    return line.flatMap { head(of: $0)?.status }
  }

  /// Returns the response to a `GET`; nil if it is not complete within five seconds.
  ///
  /// - Parameter limit: The maximum number of bytes of head and body to read.
  /// - Parameter key: The API key to send, in visible ASCII; nil to send none.
  package static func get(
    address: String, port: Int, path: String, limit: Int, key: String? = nil
  ) -> Answer? {
    guard
      let bytes = exchange(
        address: address, port: port, path: path, limit: limit, key: key, until: { _ in false }),
      let head = head(of: bytes)
    else { return nil }
    return Answer(status: head.status, body: Array(bytes[head.end...]))
  }

  /// Returns the status of a response and where its body begins: `HTTP/1.1 200 OK`, headers, an
  /// empty line.
  private static func head(of answer: [UInt8]) -> (status: Int, end: Int)? {
    let line = answer.prefix { $0 != 0x0D && $0 != 0x0A }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard words.count > 1, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
      return nil
    }
    let blank: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
    let start = answer.indices.first { answer[$0...].starts(with: blank) }
    return (status, start.map { $0 + blank.count } ?? answer.endIndex)
  }

  /// Sends a `GET` and reads until the server closes the connection or the response is sufficient.
  ///
  /// Uses HTTP/1.0, so that the body ends when the connection ends.
  private static func exchange(
    address: String, port: Int, path: String, limit: Int, key: String? = nil,
    until isEnough: ([UInt8]) -> Bool
  ) -> [UInt8]? {
    guard let file = connection(address: address, port: port) else { return nil }
    defer { close(file) }
    let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
    let request = Array(
      "GET \(path) HTTP/1.0\r\nHost: \(address)\r\n\(authorization)Connection: close\r\n\r\n".utf8)
    let sent = unsafe request.withUnsafeBytes {
      unsafe send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard sent == request.count else { return nil }
    let start = Clock.monotonic()
    var answer: [UInt8] = []
    var part = [UInt8](repeating: 0, count: min(limit, 1 << 16))
    while answer.count < limit, !isEnough(answer) {
      let count = unsafe part.withUnsafeMutableBytes {
        unsafe recv(file, $0.baseAddress, $0.count, 0)
      }
      if count == 0 { break }
      // Limit the total time: a server could send single bytes forever.
      guard count > 0, Clock.monotonic() - start < 5 else { return nil }
      answer += part.prefix(count)
    }
    return Array(answer.prefix(limit))
  }

  /// Opens a connection that times out after two seconds; the caller closes it.
  ///
  /// The workspace defines the address, so only addresses of this machine are allowed.
  private static func connection(address: String, port: Int) -> Int32? {
    guard Addresses.isOfThisMachine(address) else { return nil }
    var hints = unsafe addrinfo()
    #if canImport(Glibc)
      unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      unsafe hints.ai_socktype = SOCK_STREAM
    #endif
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>? = nil
    guard unsafe getaddrinfo(address, String(port), &hints, &found) == 0,
      let place = unsafe found
    else { return nil }
    defer { unsafe freeaddrinfo(place) }
    let file = unsafe socket(
      place.pointee.ai_family, place.pointee.ai_socktype, place.pointee.ai_protocol)
    guard file >= 0 else { return nil }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    unsafe setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    guard unsafe connect(file, place.pointee.ai_addr, place.pointee.ai_addrlen) == 0 else {
      close(file)
      return nil
    }
    return file
  }
}
