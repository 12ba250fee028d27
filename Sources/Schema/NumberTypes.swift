import Diagnostics
import Text
import Values
package import YAML

extension ValueType where Value == Int {
  /// A decimal integer within limits.
  ///
  /// - Parameter limits: The smallest and the largest valid value.
  package static func integer(_ limits: ClosedRange<Int> = 0...Int(Int32.max)) -> Self {
    ValueType(
      name: "an integer",
      schema: [
        .init("type", "integer"), .init("minimum", .integer(limits.lowerBound)),
        .init("maximum", .integer(limits.upperBound)),
      ], plain: Values.Value.integer
    ) { node, reading in
      guard let scalar = reading.scalar(node, expecting: "an integer") else { return nil }
      guard scalar.isPlain, let value = decimal(scalar.text) else {
        if scalar.isPlain, isDecimal(scalar.text) {
          reading.refuse(node, found: scalar.text.abbreviated, outOf: limits)
        } else {
          reading.badValue(node, expecting: "an integer", help: integerHelp(scalar, limits))
        }
        return nil
      }
      return reading.check(value, in: limits, node)
    }
  }
}

/// Returns an integer in amm's notation: an optional minus, digits, no leading zero, no separators.
private func decimal(_ text: String) -> Int? { isDecimal(text) ? Int(text) : nil }

/// Returns whether a text is an integer of any size.
private func isDecimal(_ text: String) -> Bool {
  let digits = text.utf8.first == 0x2D ? text.utf8.dropFirst() : text.utf8[...]
  guard let first = digits.first, digits.allSatisfy(\.isASCIIDigit),
    first != 0x30 || digits.count == 1
  else { return false }
  return true
}

private func integerHelp(_ scalar: Node.Scalar, _ limits: ClosedRange<Int>) -> String {
  if !scalar.isPlain, let value = decimal(scalar.text) { return "remove the quotes: \(value)" }
  if let value = Double(scalar.text), value.rounded() == value, abs(value) < 1e15 {
    return "write \(Int(value))"
  }
  if scalar.text.last == "k" || scalar.text.last == "K", let value = Int(scalar.text.dropLast()),
    (1...1_000_000).contains(value)
  {
    return "write \(value * 1024)"
  }
  let bare = scalar.text.filter { $0 != "_" && $0 != "," }
  if let value = decimal(bare) { return "write \(value)" }
  if let value = Double(scalar.text), abs(value) < 1e15, limits.contains(Int(value)) {
    return "write a whole number, such as \(Int(value))"
  }
  // In '32 tokens', the digits are probably the number.
  let digits = String(scalar.text.prefix { $0.isASCII && $0.isNumber })
  if let value = decimal(digits), limits.contains(value) {
    return "write it in digits only, such as \(value)"
  }
  if limits.lowerBound == limits.upperBound { return "write \(limits.lowerBound)" }
  return "write it in digits only" + (limits.lowerBound < 0 ? "" : ", \(limits.bounds)")
}

extension ClosedRange<Int> {
  /// The limits in words, for messages.
  fileprivate var bounds: String {
    if count == 1 { return "\(lowerBound)" }
    return upperBound >= Int(Int32.max)
      ? "at least \(lowerBound)" : "from \(lowerBound) to \(upperBound)"
  }
}

extension ValueType where Value == Double {
  /// A decimal number within limits; `aboveLower` and `belowUpper` exclude the limits themselves.
  package static func number(
    _ limits: ClosedRange<Double>, aboveLower: Bool = false, belowUpper: Bool = false
  ) -> Self {
    ValueType(
      name: "a number",
      schema: numberSchema(limits, aboveLower: aboveLower, belowUpper: belowUpper),
      plain: plainNumber
    ) { node, reading in
      guard let scalar = reading.scalar(node, expecting: "a number") else { return nil }
      guard scalar.isPlain, scalar.text.utf8.allSatisfy(\.isNumberByte),
        let value = Double(scalar.text)
      else {
        reading.badValue(
          node, expecting: "a number",
          help: !scalar.isPlain && Double(scalar.text) != nil ? "remove the quotes" : nil)
        return nil
      }
      guard limits.contains(value), !(aboveLower && value == limits.lowerBound),
        !(belowUpper && value == limits.upperBound)
      else {
        let lower = (aboveLower ? "above " : "at least ") + limits.lowerBound.plainText
        let upper = (belowUpper ? "below " : "at most ") + limits.upperBound.plainText
        let bounds =
          limits.upperBound < .greatestFiniteMagnitude ? "\(lower) and \(upper)" : lower
        // People write shares in percent.
        let isPercent =
          limits.upperBound == 1 && limits.lowerBound >= 0 && (1...100).contains(value)
        reading.collector.emit(
          Diagnostic(
            SchemaRules.outOfRange, at: SourceLocation(reading.collector.source, node.range),
            "'\(reading.key)' must be \(bounds), found \(scalar.text.abbreviated)",
            help: isPercent
              ? ["write \((value / 100).plainText) for \(value.plainText) percent"] : []))
        return nil
      }
      return value
    }
  }
}

private func numberSchema(
  _ limits: ClosedRange<Double>, aboveLower: Bool, belowUpper: Bool
) -> [Value.Member] {
  var schema: [Value.Member] = [
    .init("type", "number"),
    .init(aboveLower ? "exclusiveMinimum" : "minimum", .number(limits.lowerBound)),
  ]
  if limits.upperBound < .greatestFiniteMagnitude {
    schema.append(.init(belowUpper ? "exclusiveMaximum" : "maximum", .number(limits.upperBound)))
  }
  return schema
}

private func plainNumber(_ value: Double) -> Values.Value {
  if value.rounded() == value, abs(value) < 1e15 { return .integer(Int(value)) }
  return .number(value)
}

extension Double {
  /// The shortest decimal text that reads back as the same number; integers have no fraction.
  package var plainText: String {
    rounded() == self && abs(self) < 1e15 ? String(Int(self)) : String(self)
  }
}

extension UInt8 {
  fileprivate var isNumberByte: Bool {
    switch self {
    case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
    default: false
    }
  }
}

extension Reading {
  fileprivate func check(_ value: Int, in limits: ClosedRange<Int>, _ node: Node) -> Int? {
    guard limits.contains(value) else {
      refuse(node, found: String(value), outOf: limits)
      return nil
    }
    return value
  }

  /// Reports a number that is out of range.
  package func refuse(
    _ node: Node, found text: String, outOf limits: ClosedRange<Int>, help: String? = nil
  ) {
    collector.emit(
      Diagnostic(
        SchemaRules.outOfRange, at: SourceLocation(collector.source, node.range),
        "'\(key)' must be \(limits.bounds), found \(text)", help: help.map { [$0] } ?? []))
  }
}
