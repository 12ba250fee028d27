import Text
package import Values
package import YAML

extension Node {
  /// The tree as plain data, by YAML's core schema: `8` is a number, `"8"` is text.
  ///
  /// For data that is passed on as JSON and whose keys amm does not know.
  package var plainData: Value {
    switch content {
    case .sequence(let items): .list(items.map(\.plainData))
    case .mapping(let entries): .set(entries.map { .init($0.key, $0.value.plainData) })
    case .scalar(let scalar): scalar.plainData
    }
  }
}

extension Node.Scalar {
  /// A number, a boolean, null or text (YAML 1.2.2, section 10.3.2), except for numbers in other
  /// bases and infinite numbers, which JSON does not have.
  fileprivate var plainData: Value {
    guard isPlain else { return .text(text) }
    if isNull { return .null }
    switch text {
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default: break
    }
    let digits = text.utf8.drop { $0 == 0x2B || $0 == 0x2D }
    guard text.utf8.count - digits.count <= 1, let first = digits.first,
      first.isASCIIDigit || first == 0x2E
    else { return .text(text) }
    if digits.allSatisfy(\.isASCIIDigit), let integer = Int(text) { return .integer(integer) }
    let isNumber =
      digits.contains(where: \.isASCIIDigit)
      && digits.allSatisfy { $0.isASCIIDigit || ".eE+-".utf8.contains($0) }
    if isNumber, let number = Double(text), number.isFinite { return .number(number) }
    return .text(text)
  }
}
