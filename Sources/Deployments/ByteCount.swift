import Text

/// An amount of memory.
package struct ByteCount: Sendable, Hashable, Comparable {
  /// The number of bytes, never negative.
  package let bytes: Int

  /// Creates an amount that was measured or computed.
  ///
  /// Negative numbers become 0.
  package init(clamping bytes: Int) { self.bytes = max(0, bytes) }

  /// Returns a number of gibibytes (2^30 bytes).
  package static func gibibytes(_ count: UInt16) -> ByteCount {
    ByteCount(clamping: Int(count) << 30)
  }

  /// The largest amount that can be written: 2^53, the limit up to which a double is exact, so that
  /// every JSON parser reads the same number.
  package static let largest = ByteCount(clamping: 1 << 53)

  /// Parses `8GB`, `16GiB`, `512MB`, `1.5GB`.
  ///
  /// `GB` and `GiB` both mean 1024³ bytes, as in the engines' `--memory`, GPU data sheets and the
  /// design document. A fraction of a byte of a size above kibibytes is rounded down: people copy sizes
  /// such as `23.6GiB` from a driver. Returns nil for other text and for amounts above ``largest``.
  package init?(_ text: String) {
    // An array, for fast integer indices: every profile has sizes.
    var number = Array(text.utf8)[...]
    guard number.last == UInt8(ascii: "B") else { return nil }
    number = number.dropLast()
    if number.last == UInt8(ascii: "i") { number = number.dropLast() }
    let shift: Int
    switch number.last {
    case UInt8(ascii: "K"): shift = 10
    case UInt8(ascii: "M"): shift = 20
    case UInt8(ascii: "G"): shift = 30
    case UInt8(ascii: "T"): shift = 40
    default: return nil
    }
    number = number.dropLast()
    if number.last == UInt8(ascii: " ") { number = number.dropLast() }
    let point = number.firstIndex(of: UInt8(ascii: "."))
    guard let whole = Self.digits(number[..<(point ?? number.endIndex)]), whole < 1 << 20 else {
      return nil
    }
    var bytes = whole << shift
    if let point {
      let fraction = number[number.index(after: point)...]
      guard let digits = Self.digits(fraction) else { return nil }
      let scale = (0..<fraction.count).reduce(1) { product, _ in product * 10 }
      let product = digits.multipliedFullWidth(by: 1 << shift)
      // This cannot overflow, because the digits are below the scale.
      let (quotient, rest) = scale.dividingFullWidth(product)
      guard rest == 0 || shift > 10 else { return nil }
      bytes += quotient
    }
    guard bytes > 0, bytes <= Self.largest.bytes else { return nil }
    self.init(clamping: bytes)
  }

  /// Parses one to nine decimal digits.
  private static func digits(_ text: ArraySlice<UInt8>) -> Int? {
    guard (1...9).contains(text.count) else { return nil }
    var value = 0
    for byte in text {
      guard byte.isASCIIDigit else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  /// The amount for people to read: `16 GiB`.
  package var text: String {
    for (suffix, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      // Computed in parts, because ten times a large sum may overflow.
      let rest = bytes & (1 << shift - 1)
      let tenths = (rest * 10 + (1 << shift) / 2) >> shift
      let (whole, digit) = tenths == 10 ? (bytes >> shift + 1, 0) : (bytes >> shift, tenths)
      return digit == 0 ? "\(whole) \(suffix)" : "\(whole).\(digit) \(suffix)"
    }
    return "\(bytes) B"
  }

  /// Returns the sum, limited to the largest integer.
  package static func + (left: ByteCount, right: ByteCount) -> ByteCount {
    ByteCount(clamping: left.bytes.addingSaturated(right.bytes))
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension Int {
  /// Returns the sum, limited to the smallest and largest integers, for sums of values from many
  /// files.
  package func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
