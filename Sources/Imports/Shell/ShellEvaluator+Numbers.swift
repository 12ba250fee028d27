/// Numbers, and the values that loops go through.
extension ShellEvaluator {
  /// The most values of a loop that is followed.
  private static let valueLimit = 64

  /// Returns the values of a loop's variable; nil if they are not known.
  mutating func values(of loop: ShellLoop) -> [ShellField]? {
    if let counter = loop.counter { return values(of: counter, at: loop.body) }
    guard let words = loop.words else { return nil }
    var values: [ShellField] = []
    for word in words {
      // The shell replaces a pattern by the names of files.
      guard !word.parts.contains(where: Self.hasPattern) else { return nil }
      values += fields(of: word)
      guard values.count <= Self.valueLimit else { return nil }
    }
    guard !values.isEmpty, !values.contains(where: { $0.isList || $0.text.isOpen }) else {
      return nil
    }
    return values
  }

  private static func hasPattern(_ part: ShellPart) -> Bool {
    if case .literal(let text, false) = part {
      return text.bytes.contains { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B }
    }
    return false
  }

  private func values(of counter: ShellCounter, at body: [ShellNode]) -> [ShellField]? {
    guard let first = number(of: counter.first), let last = number(of: counter.last),
      let step = number(of: counter.step), last > Int.min,
      let numbers = Self.numbers(from: first, through: counter.isClosed ? last : last - 1, by: step)
    else { return nil }
    return numbers.map { ShellField(text: ShellText(String($0), at: ShellText())) }
  }

  /// Returns numbers; nil if there are too many, or none.
  static func numbers(from first: Int, through last: Int, by step: Int) -> [Int]? {
    guard step != 0, (first <= last) == (step > 0) || first == last,
      [first, last, step].allSatisfy({ $0.magnitude < 1_000_000 }),
      abs(last - first) / abs(step) < valueLimit
    else { return nil }
    return Array(stride(from: first, through: last, by: step))
  }

  /// Returns the numbers that `seq` writes; nil if the commands are another one.
  mutating func sequence(of nodes: [ShellNode]) -> String? {
    guard nodes.count == 1, case .simple(let simple) = nodes[0],
      simple.words.first?.plain == "seq", (2...4).contains(simple.words.count)
    else { return nil }
    let numbers = simple.words.dropFirst().compactMap { word in
      known(word).flatMap { Int($0) }
    }
    guard numbers.count == simple.words.count - 1, let last = numbers.last,
      let values = Self.numbers(
        from: numbers.count > 1 ? numbers[0] : 1, through: last,
        by: numbers.count > 2 ? numbers[1] : 1)
    else { return nil }
    return values.map(String.init).joined(separator: " ")
  }

  // MARK: Arithmetic

  /// Returns the value of an expression; nil if it is not known.
  func number(of expression: String) -> Int? {
    ShellArithmetic.value(of: expression) { name in
      let isCount = name.hasPrefix("#")
      guard let variable = variables[isCount ? String(name.dropFirst()) : name], !variable.isOpen
      else { return nil }
      if isCount {
        return variable.elements.contains(where: \.isList) ? nil : variable.elements.count
      }
      guard let first = variable.elements.first, !first.isList, !first.text.isOpen else {
        return nil
      }
      return Int(first.text.string)
    }
  }

  func value(of expression: String, _ written: ShellText) -> ShellText? {
    number(of: expression).map { plain($0, written) }
  }

  /// Returns a number as text at the place of another text.
  func plain(_ number: Int, _ written: ShellText) -> ShellText {
    ShellText(String(number), at: written)
  }
}
