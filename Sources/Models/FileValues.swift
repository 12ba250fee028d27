import Text
import Values

// Values in models' files, and the limits of plausible values.

extension JSONValue {
  /// An identifier from a model's file, such as a class or a method; nil for any other text.
  ///
  /// Identifiers are restricted because amm prints them in messages and writes them to files.
  package var word: String? {
    text.flatMap { $0.isFileWord ? $0 : nil }
  }
}

extension String {
  /// Whether the string has 1 to 128 ASCII letters, digits, `.`, `_`, `-`, `+` and `/`.
  var isFileWord: Bool {
    (1...128).contains(utf8.count)
      && utf8.allSatisfy { $0.isASCIIWord || [0x2B, 0x2D, 0x2E, 0x2F].contains($0) }
  }
}

extension Int {
  /// Returns the product; nil on overflow.
  func times(_ other: Int) -> Int? {
    let (product, isTooLarge) = multipliedReportingOverflow(by: other)
    return isTooLarge ? nil : product
  }

  /// Returns the sum; nil on overflow.
  func plus(_ other: Int) -> Int? {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? nil : sum
  }
}
