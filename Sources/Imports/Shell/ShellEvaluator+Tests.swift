import Text

/// Conditions whose result the script itself shows.
extension ShellEvaluator {
  /// Returns whether the value of parts depends on values from outside of the script.
  func dependsOnOutside(_ parts: [ShellPart]) -> Bool {
    parts.contains { part in
      switch part {
      case .literal: return false
      case .open, .substitution: return true
      case .arithmetic(let expression, _, _): return number(of: expression) == nil
      case .variable(let reference, _):
        switch lookUp(reference) {
        case .text(let text):
          return text.isOpen
            || reference.operator == .other && ShellModifier.of(reference, text) == nil
        case .list(let elements): return elements.contains { $0.isList || $0.text.isOpen }
        case .open, .openList, .outside, .empty: return true
        }
      }
    }
  }

  /// Returns the value of a word; nil if it is not known.
  ///
  /// A default counts as the value, because it is what the script uses without arguments. A value that a
  /// condition sets in place of another one is not known, unless the script decides the condition.
  mutating func known(_ word: ShellWord) -> String? {
    let value = field(of: word)
    guard !value.isList, !value.text.isOpen, !mayBeAnother(word.parts),
      !value.text.isEmpty || !dependsOnOutside(word.parts)
    else { return nil }
    let text = value.text.string
    return text.hasPrefix("$") ? nil : text
  }

  /// Whether parts have a variable of which a condition that the script does not decide chooses the value.
  private func mayBeAnother(_ parts: [ShellPart]) -> Bool {
    parts.contains { part in
      guard case .variable(let reference, _) = part else { return false }
      return variables[reference.name]?.mayBeAnother ?? false
    }
  }

  /// Returns whether a text matches one of the patterns of a `case`; nil if that is not known.
  mutating func matches(_ text: String, _ patterns: [ShellWord]) -> Bool? {
    var result: Bool? = false
    for pattern in patterns {
      guard let value = known(pattern) else {
        result = nil
        continue
      }
      if value == text || value == "*" && pattern.plain == "*" { return true }
      if pattern.plain.map(Self.isPattern) ?? true { result = result == true ? true : nil }
    }
    return result
  }

  private static func isPattern(_ text: String) -> Bool {
    text.utf8.contains { [0x2A, 0x3F, 0x5B].contains($0) }
  }

  /// Returns the result of `[ … ]`, `[[ … ]]`, `test`, `true` or `false`; nil if it is not known.
  mutating func test(_ words: [ShellField], _ simple: ShellSimple) -> Bool? {
    switch simple.words[0].plain {
    case "true", ":": return true
    case "false": return false
    case "[":
      guard simple.words.last?.plain == "]" else { return nil }
      return test(simple.words.dropFirst().dropLast())
    case "test": return test(simple.words.dropFirst())
    case "[[":
      // `||` binds less than `&&`.
      var result: Bool? = false
      for part in simple.words.dropFirst().split(whereSeparator: { $0.plain == "||" }) {
        var all: Bool? = true
        for test in part.split(whereSeparator: { $0.plain == "&&" }) {
          let one = self.test(test)
          if one == false { all = false }
          if one == nil, all == true { all = nil }
        }
        if all == true { return true }
        if all == nil { result = nil }
      }
      return result
    default: return nil
    }
  }

  private mutating func test(_ words: ArraySlice<ShellWord>) -> Bool? {
    if words.count > 1, words.first?.plain == "!" {
      return test(words.dropFirst()).map { !$0 }
    }
    guard let first = words.first else { return nil }
    switch words.count {
    case 1: return known(first).map { !$0.isEmpty }
    case 2:
      guard let value = words.last else { return nil }
      switch first.plain {
      case "-n": return known(value).map { !$0.isEmpty }
      case "-z": return known(value).map(\.isEmpty)
      default: return nil
      }
    case 3:
      guard let last = words.last, let sign = words.dropFirst().first?.plain,
        let left = known(first), let right = known(last)
      else { return nil }
      if last.plain.map(Self.isPattern) ?? false { return nil }
      switch sign {
      case "=", "==": return left == right
      case "!=": return left != right
      default: return Self.compare(Int(left), sign, Int(right))
      }
    default: return nil
    }
  }

  private static func compare(_ left: Int?, _ sign: String, _ right: Int?) -> Bool? {
    guard let left, let right else { return nil }
    switch sign {
    case "-eq": return left == right
    case "-ne": return left != right
    case "-lt": return left < right
    case "-le": return left <= right
    case "-gt": return left > right
    case "-ge": return left >= right
    default: return nil
    }
  }
}
