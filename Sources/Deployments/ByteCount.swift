/// An amount of memory.
package struct ByteCount: Sendable, Hashable, Comparable {
  package let bytes: Int

  package init(bytes: Int) {
    precondition(bytes >= 0, "an amount is not negative")
    self.bytes = bytes
  }

  package static func gibibytes(_ count: Int) -> ByteCount { ByteCount(bytes: count << 30) }

  /// Parses `8GB`, `16GiB`, `512MB`, `1.5GB`.
  ///
  /// `GB` and `GiB` mean the same 1024³ bytes, as Podman's `--memory`, GPU vendors' data sheets and
  /// the design document use them.
  package init?(_ text: String) {
    let units: [(String, Int)] = [
      ("KiB", 10), ("MiB", 20), ("GiB", 30), ("TiB", 40), ("KB", 10), ("MB", 20), ("GB", 30),
      ("TB", 40),
    ]
    guard let (suffix, shift) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
    var number = text.dropLast(suffix.count)
    if number.last == " " { number = number.dropLast() }
    let parts = number.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ (1...9).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isASCIIDigit) }),
      let whole = Int(parts[0]), whole < 1 << 20
    else { return nil }
    var bytes = whole << shift
    if parts.count == 2, let digits = Int(parts[1]) {
      let scale = (0..<parts[1].utf8.count).reduce(1) { product, _ in product * 10 }
      // A fraction of a byte is no amount of memory.
      let (product, overflow) = digits.multipliedReportingOverflow(by: 1 << shift)
      guard !overflow, product % scale == 0 else { return nil }
      bytes += product / scale
    }
    guard bytes > 0 else { return nil }
    self.init(bytes: bytes)
  }

  /// For people: `16 GiB`.
  package var text: String {
    for (suffix, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      let tenths = (bytes * 10 + (1 << shift) / 2) >> shift
      return tenths % 10 == 0
        ? "\(tenths / 10) \(suffix)" : "\(tenths / 10).\(tenths % 10) \(suffix)"
    }
    return "\(bytes) B"
  }

  /// For Podman's options: `16g`, the largest unit that divides the amount.
  package var podmanText: String {
    for (suffix, shift) in [("g", 30), ("m", 20), ("k", 10)]
    where bytes > 0 && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(suffix)"
    }
    return "\(bytes)b"
  }

  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}
