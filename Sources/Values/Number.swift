/// Formats numbers for people: with only the digits that matter.
package enum Number {
  /// Formats a ratio: `1.31`.
  package static func ratio(_ value: Double) -> String { fixed(value, digits: value < 10 ? 2 : 1) }

  /// Formats a score: `0.85`.
  package static func score(_ value: Double) -> String { fixed(value, digits: 2) }

  /// Formats with three significant digits and without an exponent: `0.123`, `12.3`, `1234`.
  package static func short(_ value: Double) -> String {
    switch abs(value) {
    case 100...: fixed(value, digits: 0)
    case 10..<100: fixed(value, digits: 1)
    case 1..<10: fixed(value, digits: 2)
    default: fixed(value, digits: 3)
    }
  }

  /// Formats with at most one decimal, and none if it is zero: `0.5`, `20`.
  package static func trimmed(_ value: Double) -> String {
    let text = fixed(value, digits: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// Formats with a number of decimals, rounded half away from zero.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "-" }
    var factor = 1
    for _ in 0..<digits { factor *= 10 }
    let scaled = Int((abs(value) * Double(factor)).rounded())
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return sign + String(scaled) }
    let rest = String(scaled % factor)
    return sign + String(scaled / factor) + "."
      + String(repeating: "0", count: digits - rest.utf8.count) + rest
  }
}
