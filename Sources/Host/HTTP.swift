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

  /// The status of a `GET`, such as 200; nil when nobody answers within two seconds.
  package static func status(address: String, port: Int, path: String) -> Int? {
    guard let file = connection(address: address, port: port) else { return nil }
    defer { close(file) }
    let request = Array(
      "GET \(path) HTTP/1.0\r\nHost: \(address)\r\nConnection: close\r\n\r\n".utf8)
    let sent = unsafe request.withUnsafeBytes {
      unsafe send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    guard sent == request.count else { return nil }
    var answer = [UInt8](repeating: 0, count: 64)
    let count = unsafe answer.withUnsafeMutableBytes {
      unsafe recv(file, $0.baseAddress, $0.count, 0)
    }
    guard count > 0 else { return nil }
    // `HTTP/1.1 200 OK`
    let words = String(decoding: answer[..<count], as: UTF8.self).split(separator: " ")
    return words.count > 1 && words[0].hasPrefix("HTTP/") ? Int(words[1]) : nil
  }

  /// A connection that gives up after two seconds; the caller closes it.
  private static func connection(address: String, port: Int) -> Int32? {
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
