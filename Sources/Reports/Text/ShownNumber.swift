import Schema

extension Double {
  /// For people: four significant digits, and no more than the number has.
  package var shown: String {
    guard self != 0, isFinite else { return plainText }
    var scale = 1.0
    var magnitude = abs(self)
    while magnitude < 1000, scale < 1e300 {
      magnitude *= 10
      scale *= 10
    }
    // A power of ten divides exactly up to here; what is larger is an integer anyway.
    return scale <= 1e22 ? ((self * scale).rounded() / scale).plainText : plainText
  }
}
