#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One question to a server on this machine.
package enum HTTP {
  /// Whether somebody takes connections.
  package static func isListening(address: String, port: Int) -> Bool {
    guard let file = connection(address: address, port: port) else { return false }
    close(file)
    return true
  }

  /// What a server answered.
  package struct Answer: Sendable {
    /// Its status, such as 200.
    package let status: Int
    /// What follows the head; cut off at the limit.
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
      self.status = status
      self.body = body
    }
  }

  /// The status of a `GET`, such as 200; nil when nobody answers within two seconds.
  package static func status(address: String, port: Int, path: String) -> Int? {
    let line = exchange(address: address, port: port, path: path, limit: 64) { $0.contains(0x0A) }
    return line.flatMap { head(of: $0)?.status }
  }

  /// The answer to a `GET`; nil when nobody answers, or when it is not complete within five seconds.
  ///
  /// - Parameter limit: Bytes of head and body that are read.
  /// - Parameter key: What the server asks its clients for: visible ASCII. Nil for nothing.
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

  /// The status of an answer and where its body begins: `HTTP/1.1 200 OK`, lines, an empty one.
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

  /// Sends a `GET` and reads until the server closes the connection, or what came is enough.
  ///
  /// HTTP/1.0, so that the end of the body is the end of the connection.
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
      // A byte now and then would go on for ever.
      guard count > 0, Clock.monotonic() - start < 5 else { return nil }
      answer += part.prefix(count)
    }
    return Array(answer.prefix(limit))
  }

  /// A connection that gives up after two seconds; the caller closes it.
  ///
  /// A workspace names the address, so it leads nowhere but to this machine.
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
