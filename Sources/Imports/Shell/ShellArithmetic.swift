import Text

/// Computes what is between `$((` and `))`, or between the brackets of an array's index.
///
/// It knows numbers, variables, `+ - * / %` and parentheses. Any other sign makes the value unknown.
struct ShellArithmetic {
  /// Returns the value of a variable or of `#NAME`, the number of an array's elements; nil if it is not known.
  typealias LookUp = (String) -> Int?

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0
  private let lookUp: LookUp

  private init(_ text: String, _ lookUp: @escaping LookUp) {
    bytes = Array(text.utf8)
    self.lookUp = lookUp
  }

  /// Returns the value of an expression; nil if it is not known.
  static func value(of text: String, _ lookUp: @escaping LookUp) -> Int? {
    var reader = ShellArithmetic(text, lookUp)
    guard let value = reader.sum() else { return nil }
    reader.skipBlanks()
    return reader.index == reader.bytes.count ? value : nil
  }

  private mutating func skipBlanks() {
    while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
  }

  private mutating func sign(among signs: [UInt8]) -> UInt8? {
    skipBlanks()
    guard index < bytes.count, signs.contains(bytes[index]) else { return nil }
    index += 1
    return bytes[index - 1]
  }

  private mutating func sum() -> Int? {
    guard var value = product() else { return nil }
    while let sign = sign(among: [0x2B, 0x2D]) {
      guard let other = product() else { return nil }
      let (sum, isOver) =
        sign == 0x2B
        ? value.addingReportingOverflow(other) : value.subtractingReportingOverflow(other)
      guard !isOver else { return nil }
      value = sum
    }
    return value
  }

  private mutating func product() -> Int? {
    guard var value = operand() else { return nil }
    while let sign = sign(among: [0x2A, 0x2F, 0x25]) {
      guard let other = operand() else { return nil }
      let (result, isOver) =
        switch sign {
        case 0x2A: value.multipliedReportingOverflow(by: other)
        case 0x2F: value.dividedReportingOverflow(by: other)
        default: value.remainderReportingOverflow(dividingBy: other)
        }
      guard !isOver else { return nil }
      value = result
    }
    return value
  }

  private mutating func operand() -> Int? {
    guard depth < 40 else { return nil }
    depth += 1
    defer { depth -= 1 }
    if sign(among: [0x2D]) != nil {
      return operand().flatMap { value in
        let (negative, isOver) = (0).subtractingReportingOverflow(value)
        return isOver ? nil : negative
      }
    }
    if sign(among: [0x28]) != nil {
      guard let value = sum(), sign(among: [0x29]) != nil else { return nil }
      return value
    }
    if sign(among: [0x24]) != nil { return reference() }
    let word = word()
    guard let first = word.utf8.first else { return nil }
    guard first.isASCIIDigit else { return lookUp(word) }
    // A leading zero means octal digits.
    return first == 0x30 && word.utf8.count > 1 ? nil : Int(word)
  }

  /// Reads `$A`, `${A}` or `${#A[@]}` behind the sign.
  private mutating func reference() -> Int? {
    guard sign(among: [0x7B]) != nil else { return lookUp(word()) }
    let counts = sign(among: [0x23]) != nil
    let name = word()
    if counts {
      guard bytes[index...].starts(with: Array("[@]".utf8)) else { return nil }
      index += 3
    }
    guard !name.isEmpty, sign(among: [0x7D]) != nil else { return nil }
    return lookUp(counts ? "#" + name : name)
  }

  private mutating func word() -> String {
    skipBlanks()
    let start = index
    while index < bytes.count, bytes[index].isASCIIWord { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }
}

/// The head of a loop such as `for ((i = 0; i < 4; i++))`, of which each part is an expression.
struct ShellCounter: Sendable {
  let variable: String
  let first: String
  let last: String
  /// Whether the last value is one of the loop's.
  let isClosed: Bool
  let step: String

  /// Reads the text between the parentheses; nil if it is no plain counter.
  init?(_ text: String) {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
      .map { String($0).trimmed }
    guard parts.count == 3, let equals = parts[0].firstIndex(of: "=") else { return nil }
    let name = String(parts[0][..<equals]).trimmed
    guard !name.isEmpty, name.utf8.allSatisfy(\.isASCIIWord), parts[1].hasPrefix(name) else {
      return nil
    }
    let test = String(parts[1].dropFirst(name.utf8.count)).trimmed
    guard test.hasPrefix("<") else { return nil }
    variable = name
    first = String(parts[0][parts[0].index(after: equals)...])
    isClosed = test.hasPrefix("<=")
    last = String(test.dropFirst(isClosed ? 2 : 1))
    let change = parts[2].filter { $0 != " " }
    if change == name + "++" || change == "++" + name {
      step = "1"
    } else if change.hasPrefix(name + "+=") {
      step = String(change.dropFirst(name.utf8.count + 2))
    } else {
      return nil
    }
  }
}
