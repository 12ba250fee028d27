import Text

/// An amount of memory.
package struct ByteCount: Sendable, Hashable, Comparable {
  /// From 1.
  package let bytes: Int

  /// An amount that was measured or computed; less than nothing is nothing.
  package init(clamping bytes: Int) { self.bytes = max(0, bytes) }

  /// So many times 2^30 bytes.
  package static func gibibytes(_ count: UInt16) -> ByteCount {
    ByteCount(clamping: Int(count) << 30)
  }

  /// The largest that can be written: what a double holds exactly (2^53), so that every reader of JSON
  /// reads the same number.
  package static let largest = ByteCount(clamping: 1 << 53)

  /// Parses `8GB`, `16GiB`, `512MB`, `1.5GB`.
  ///
  /// `GB` and `GiB` mean the same 1024³ bytes, as engines' `--memory`, GPU vendors' data sheets and
  /// the design document use them. Nil for what is above ``largest``, too.
  package init?(_ text: String) {
    // As an array, whose places are numbers: sizes stand in every profile.
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
      // A fraction of a byte is no amount of memory.
      let (product, overflow) = digits.multipliedReportingOverflow(by: 1 << shift)
      guard !overflow, product % scale == 0 else { return nil }
      bytes += product / scale
    }
    guard bytes > 0, bytes <= Self.largest.bytes else { return nil }
    self.init(clamping: bytes)
  }

  /// One to nine decimal digits.
  private static func digits(_ text: ArraySlice<UInt8>) -> Int? {
    guard (1...9).contains(text.count) else { return nil }
    var value = 0
    for byte in text {
      guard byte.isASCIIDigit else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  /// For people: `16 GiB`.
  package var text: String {
    for (suffix, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      // In parts, since ten times a sum of many amounts need not fit.
      let rest = bytes & (1 << shift - 1)
      let tenths = (rest * 10 + (1 << shift) / 2) >> shift
      let (whole, digit) = tenths == 10 ? (bytes >> shift + 1, 0) : (bytes >> shift, tenths)
      return digit == 0 ? "\(whole) \(suffix)" : "\(whole).\(digit) \(suffix)"
    }
    return "\(bytes) B"
  }

  /// The sum, or the largest amount that can be counted.
  package static func + (left: ByteCount, right: ByteCount) -> ByteCount {
    ByteCount(clamping: left.bytes.addingSaturated(right.bytes))
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension Int {
  /// The sum, or the largest number there is: for sums of what many files say.
  package func addingSaturated(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
