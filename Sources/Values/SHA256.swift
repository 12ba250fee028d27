/// The hash that identifies files in the history (FIPS 180-4).
///
/// Implemented here because nothing else in amm needs cryptography: a library would add a pinned
/// dependency and start-up time.
package enum SHA256 {
  /// Returns the digest of a text's UTF-8 bytes, as 64 hexadecimal digits.
  package static func digest(of text: String) -> String { digest(of: Array(text.utf8)) }

  /// Returns the digest of bytes, as 64 hexadecimal digits.
  package static func digest(of bytes: [UInt8]) -> String {
    var message = bytes
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    for shift in stride(from: 56, through: 0, by: -8) {
      message.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    var state = initial
    // One array for all blocks: an array for each costs more than its hash.
    var words = [UInt32](repeating: 0, count: 64)
    unsafe message.withUnsafeBufferPointer { bytes in
      for start in stride(from: 0, to: bytes.count, by: 64) {
        for index in 0..<16 {
          let place = start + index * 4
          words[index] =
            unsafe UInt32(bytes[place]) << 24 | UInt32(bytes[place + 1]) << 16
            | UInt32(bytes[place + 2]) << 8 | UInt32(bytes[place + 3])
        }
        compress(&words, into: &state)
      }
    }
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// - Parameter words: The block in its first 16 words; the others are overwritten.
  private static func compress(_ words: inout [UInt32], into state: inout [UInt32]) {
    for index in 16..<64 {
      let (one, other) = (words[index - 15], words[index - 2])
      let small = rotated(one, 7) ^ rotated(one, 18) ^ one >> 3
      let large = rotated(other, 17) ^ rotated(other, 19) ^ other >> 10
      words[index] = words[index - 16] &+ small &+ words[index - 7] &+ large
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for (word, constant) in zip(words, constants) {
      let sum = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ sum &+ choice &+ constant &+ word
      let other = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ other &+ majority)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }

  /// The first 32 bits of the fractions of the square roots of the first eight primes.
  private static let initial = primes.prefix(8).map { fraction(Double($0).squareRoot()) }
  /// The first 32 bits of the fractions of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = primes.map { fraction(cubeRoot(Double($0))) }

  private static let primes: [Int] = {
    var found: [Int] = []
    var candidate = 2
    while found.count < 64 {
      if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
      candidate += 1
    }
    return found
  }()

  private static func fraction(_ number: Double) -> UInt32 {
    UInt32((number - number.rounded(.down)) * 4_294_967_296)
  }

  /// Computes the cube root with Newton's method, to the last bit needed.
  private static func cubeRoot(_ number: Double) -> Double {
    var root = number / 2
    for _ in 0..<64 { root -= (root * root * root - number) / (3 * root * root) }
    return root
  }
}
