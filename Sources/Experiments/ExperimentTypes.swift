import Schema
import Text
import Values

/// The rule for experiment names, in files and on the command line.
package enum ExperimentID {
  /// Returns whether a text consists of 1 to 64 letters, digits, `_` and `-`, and does not begin
  /// with `-`.
  ///
  /// Such a name cannot point outside a folder.
  package static func isLegal(_ text: some StringProtocol) -> Bool {
    (1...64).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: "-")
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x2D: true
        case _ where byte.isASCIIWord: true
        default: false
        }
      }
  }

  /// Returns the name for a time, as defined in the design document: `20251120_101500`, followed by
  /// a number if that name is taken.
  ///
  /// - Parameter time: `2025-11-20T10:15:00Z`.
  package static func made(at time: String, isTaken: (String) -> Bool) -> String {
    let digits = time.filter { $0.isASCII && $0.isNumber }
    let base = digits.prefix(8) + "_" + digits.dropFirst(8).prefix(6)
    var name = String(base)
    var number = 2
    while isTaken(name) {
      name = "\(base)_\(number)"
      number += 1
    }
    return name
  }
}

extension ValueType where Value == String {
  static var experimentID: Self {
    parsed(
      "an experiment's name", limit: 64, pattern: "^[A-Za-z0-9_][A-Za-z0-9_-]*$",
      examples: ["20251120_101500"], plain: { .text($0) }
    ) { (text) throws(Refusal) in
      guard ExperimentID.isLegal(text) else {
        throw Refusal("must consist of letters, digits, '_' and '-', and not begin with '-'")
      }
      return text
    }
  }

  static var modelName: Self { text("a model's name", limit: 500) }

  /// A date and a time of day (ISO 8601).
  static var time: Self {
    parsed(
      "a time", limit: 40, pattern: #"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"#,
      examples: ["2025-11-20T10:15:00Z"], plain: { .text($0) }
    ) { (text) throws(Refusal) in
      let form = "dddd-dd-ddTdd:dd"
      let isTime =
        text.utf8.count >= form.utf8.count
        && zip(text.utf8, form.utf8).allSatisfy { byte, wanted in
          wanted == UInt8(ascii: "d") ? byte.isASCIIDigit : byte == wanted
        }
      guard isTime else { throw Refusal("must be a time such as 2025-11-20T10:15:00Z") }
      return text
    }
  }

  /// Hexadecimal digits, in lower case.
  static func hash(digits: Int) -> Self {
    parsed(
      "a hash", limit: digits, pattern: "^[0-9a-f]{\(digits)}$", numeric: false,
      plain: { .text($0) }
    ) { (text) throws(Refusal) in
      let isHash =
        text.utf8.count == digits
        && text.utf8.allSatisfy(\.isLowercaseHexDigit)
      guard isHash else { throw Refusal("must be \(digits) hexadecimal digits") }
      return text
    }
  }
}

extension ValueType where Value == Double {
  /// Any finite number.
  static var score: Self {
    number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
  }
}
