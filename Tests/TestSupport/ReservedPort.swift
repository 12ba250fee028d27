#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A port of 127.0.0.1 that is in use while the object exists, but that nothing listens on.
package final class ReservedPort: Sendable {
  package let number: Int
  private let file: Int32

  /// The system has no free port.
  package struct Refused: Error {}

  package init() throws(Refused) {
    #if canImport(Glibc)
      file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      file = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let file = file
    let isBound = unsafe withUnsafeMutablePointer(to: &address) { place in
      unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        unsafe bind(file, place, size) == 0 && getsockname(file, place, &size) == 0
      }
    }
    guard isBound else {
      close(file)
      throw Refused()
    }
    number = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(file) }
}
