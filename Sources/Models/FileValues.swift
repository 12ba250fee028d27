import Text
import Values

// What files of models hold, with the limits of what can be true.

extension JSONValue {
  /// A word of a file's own, such as a class or a method; nil for a text that is none: it stands in
  /// messages and in files that are written.
  package var word: String? {
    text.flatMap { $0.isFileWord ? $0 : nil }
  }
}

extension String {
  /// Whether it is of at most 128 ASCII letters, digits, `.`, `_`, `-`, `+` and `/`.
  var isFileWord: Bool {
    (1...128).contains(utf8.count)
      && utf8.allSatisfy { $0.isASCIIWord || [0x2B, 0x2D, 0x2E, 0x2F].contains($0) }
  }
}

extension Int {
  /// A product; nil where it is too large.
  func times(_ other: Int) -> Int? {
    let (product, isTooLarge) = multipliedReportingOverflow(by: other)
    return isTooLarge ? nil : product
  }

  /// A sum; nil where it is too large.
  func plus(_ other: Int) -> Int? {
    let (sum, isTooLarge) = addingReportingOverflow(other)
    return isTooLarge ? nil : sum
  }
}
