import CLibCrypto

/// An incremental hash, computed by OpenSSL's libcrypto.
@safe final class ContentHash {
  private let context: OpaquePointer

  /// The hash algorithm.
  enum Kind { case sha256, sha1 }

  /// Starts a hash; nil if libcrypto is out of memory or does not support the algorithm.
  init?(_ kind: Kind) {
    guard let context = unsafe EVP_MD_CTX_new() else { return nil }
    unsafe self.context = context
    let type = unsafe kind == .sha256 ? EVP_sha256() : EVP_sha1()
    guard unsafe EVP_DigestInit_ex(context, type, nil) == 1 else { return nil }
  }

  deinit { unsafe EVP_MD_CTX_free(context) }

  func add(_ bytes: UnsafeRawBufferPointer) {
    unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  func add(_ bytes: [UInt8]) { unsafe bytes.withUnsafeBytes { unsafe add($0) } }

  /// The hexadecimal digits; reading them ends the hash, and nothing can be added afterwards.
  var digits: String {
    var bytes = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    unsafe EVP_DigestFinal_ex(context, &bytes, &count)
    let letters = Array("0123456789abcdef".utf8)
    let text = bytes.prefix(Int(count)).flatMap { [letters[Int($0 >> 4)], letters[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// Returns the SHA-256 of bytes.
  static func sha256(_ bytes: [UInt8]) -> String? {
    let hash = ContentHash(.sha256)
    hash?.add(bytes)
    return hash?.digits
  }

  /// Returns Git's hash of a file: the SHA-1 of `blob SIZE\0` and the content.
  static func gitBlob(_ bytes: [UInt8]) -> String? {
    let hash = ContentHash(.sha1)
    hash?.add(Array("blob \(bytes.count)\0".utf8))
    hash?.add(bytes)
    return hash?.digits
  }
}
