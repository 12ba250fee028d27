#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The addresses of this machine, the only ones that amm connects to.
package enum Addresses {
  /// Returns whether an IPv4 or IPv6 address in text form belongs to this machine.
  package static func isOfThisMachine(_ text: String) -> Bool {
    guard let address = bytes(of: text) else { return false }
    if isLoopback(address) { return true }
    var list: UnsafeMutablePointer<ifaddrs>? = nil
    guard unsafe getifaddrs(&list) == 0 else { return false }
    defer { unsafe freeifaddrs(list) }
    var next = unsafe list
    while let entry = unsafe next {
      if let own = unsafe entry.pointee.ifa_addr, unsafe bytes(of: own) == address { return true }
      unsafe next = entry.pointee.ifa_next
    }
    return false
  }

  /// 127.0.0.0/8 and ::1.
  private static func isLoopback(_ address: [UInt8]) -> Bool {
    address.count == 4
      ? address[0] == 127 : address.dropLast().allSatisfy { $0 == 0 } && address.last == 1
  }

  /// Returns four or sixteen bytes; an IPv4-mapped IPv6 address is returned as IPv4.
  private static func bytes(of text: String) -> [UInt8]? {
    var address = [UInt8](repeating: 0, count: 16)
    if unsafe inet_pton(AF_INET, text, &address) == 1 { return Array(address[..<4]) }
    guard unsafe inet_pton(AF_INET6, text, &address) == 1 else { return nil }
    let isMapped =
      address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xFF && address[11] == 0xFF
    return isMapped ? Array(address[12...]) : address
  }

  private static func bytes(of address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
    let raw = UnsafeRawPointer(address)
    let family = unsafe address.pointee.sa_family
    switch Int32(family) {
    case AF_INET:
      let four = unsafe raw.loadUnaligned(as: sockaddr_in.self).sin_addr
      return unsafe withUnsafeBytes(of: four) { unsafe Array($0) }
    case AF_INET6:
      let sixteen = unsafe raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
      return unsafe withUnsafeBytes(of: sixteen) { unsafe Array($0) }
    default: return nil
    }
  }
}
