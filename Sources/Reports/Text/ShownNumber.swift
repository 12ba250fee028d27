import Schema

extension Double {
  /// The number for people: four significant digits, or an integer from 1000 on.
  package var shown: String {
    guard self != 0, isFinite else { return plainText }
    var scale = 1.0
    var magnitude = abs(self)
    while magnitude < 1000, scale < 1e300 {
      magnitude *= 10
      scale *= 10
    }
    // Powers of ten are exact up to 1e22.
    return scale <= 1e22 ? ((self * scale).rounded() / scale).plainText : plainText
  }
}
