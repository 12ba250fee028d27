import Text

/// Changes of a value in `${…}`: `${A##*/}`, `${A%.gguf}`, `${A//-/_}`, `${A,,}` and `${A:0:5}`.
enum ShellModifier {
  /// The longest value that is changed, in bytes.
  static let limit = 4096

  /// Returns a value as a reference changes it; nil if amm does not follow the change.
  ///
  /// - Parameter value: The value of the variable.
  static func of(_ reference: ShellReference, _ value: ShellText) -> ShellText? {
    let written = reference.written.bytes
    let start = 2 + reference.name.utf8.count
    guard !value.isOpen, value.count <= limit, value.bytes.allSatisfy({ $0 < 0x80 }),
      start < written.count, written.last == 0x7D,
      written[2..<start].elementsEqual(reference.name.utf8)
    else { return nil }
    let operation = Array(written[start..<(written.count - 1)])
    // Further expansions and quotes are not followed.
    guard let sign = operation.first,
      !operation.contains(where: { [0x22, 0x24, 0x27, 0x60, 0x5B].contains($0) })
    else { return nil }
    let isDouble = operation.count > 1 && operation[1] == sign
    let rest = Array(operation[(isDouble ? 2 : 1)...])
    switch sign {
    case 0x23: return removed(rest, from: value, atEnd: false, longest: isDouble)
    case 0x25: return removed(rest, from: value, atEnd: true, longest: isDouble)
    case 0x2F: return replaced(rest, in: value, all: isDouble)
    case 0x2C, 0x5E:
      guard rest.isEmpty else { return nil }
      return cased(value, isUpper: sign == 0x5E, all: isDouble)
    case 0x3A: return part(Array(operation.dropFirst()), of: value)
    default: return nil
    }
  }

  /// A sign of a pattern.
  private enum Sign {
    case any, one
    case byte(UInt8)
  }

  private static func signs(_ pattern: some Collection<UInt8>) -> [Sign] {
    var signs: [Sign] = []
    var isEscaped = false
    for byte in pattern {
      if isEscaped {
        signs.append(.byte(byte))
        isEscaped = false
      } else if byte == 0x5C {
        isEscaped = true
      } else {
        signs.append(byte == 0x2A ? .any : byte == 0x3F ? .one : .byte(byte))
      }
    }
    return signs
  }

  /// Whether a pattern matches all of some bytes.
  private static func matches(_ signs: [Sign], _ bytes: ArraySlice<UInt8>) -> Bool {
    // The places of the pattern that are reached after each byte.
    var reached: Set<Int> = [0]
    func close() {
      for index in signs.indices {
        if case .any = signs[index], reached.contains(index) { reached.insert(index + 1) }
      }
    }
    close()
    for byte in bytes {
      var next: Set<Int> = []
      for index in reached where index < signs.count {
        switch signs[index] {
        case .any: next.insert(index)
        case .one: next.insert(index + 1)
        case .byte(let own): if own == byte { next.insert(index + 1) }
        }
      }
      reached = next
      if reached.isEmpty { return false }
      close()
    }
    return reached.contains(signs.count)
  }

  private static func removed(
    _ pattern: [UInt8], from value: ShellText, atEnd: Bool, longest: Bool
  ) -> ShellText {
    let signs = signs(pattern)
    let counts = Array(0...value.count)
    for count in longest ? counts.reversed() : counts {
      let range = atEnd ? (value.count - count)..<value.count : 0..<count
      if matches(signs, value.bytes[range]) {
        return value.part(atEnd ? 0..<(value.count - count) : count..<value.count)
      }
    }
    return value
  }

  private static func replaced(_ rest: [UInt8], in value: ShellText, all: Bool) -> ShellText? {
    var slash = rest.count
    var index = 0
    while index < rest.count {
      if rest[index] == 0x5C {
        index += 1
      } else if rest[index] == 0x2F {
        slash = index
        break
      }
      index += 1
    }
    let pattern = rest[..<min(slash, rest.count)]
    let new = slash < rest.count ? Array(rest[(slash + 1)...]) : []
    // These anchor the pattern, and '&' is what it matches.
    guard let first = pattern.first, ![0x23, 0x25].contains(first), !new.contains(0x26),
      value.count <= 512
    else { return nil }
    let signs = signs(pattern)
    let text = String(decoding: new.filter { $0 != 0x5C }, as: UTF8.self)
    var result = ShellText()
    var place = 0
    var isDone = false
    while place < value.count {
      let end =
        isDone
        ? nil
        : (place...value.count).reversed().first { end in
          end > place && matches(signs, value.bytes[place..<end])
        }
      if let end {
        result.append(ShellText(text, at: value.part(place..<end)))
        place = end
        isDone = !all
      } else {
        result.append(place, of: value)
        place += 1
      }
    }
    return result
  }

  private static func cased(_ value: ShellText, isUpper: Bool, all: Bool) -> ShellText {
    var result = ShellText()
    for (index, byte) in value.bytes.enumerated() {
      let isLetter = isUpper ? (0x61...0x7A).contains(byte) : (0x41...0x5A).contains(byte)
      if isLetter, all || index == 0 {
        result.append(byte ^ 0x20, at: value.offset(index))
      } else {
        result.append(index, of: value)
      }
    }
    return result
  }

  private static func part(_ operation: [UInt8], of value: ShellText) -> ShellText? {
    let numbers = operation.split(separator: 0x3A, omittingEmptySubsequences: false).map { part in
      Int(String(decoding: part.filter { $0 != 0x20 }, as: UTF8.self))
    }
    guard let first = numbers.first, var start = first, numbers.count < 3 else { return nil }
    if start < 0 { start += value.count }
    guard start >= 0, start <= value.count else { return ShellText() }
    guard numbers.count == 2 else { return value.part(start..<value.count) }
    guard let count = numbers[1] else { return nil }
    let end = count < 0 ? value.count + count : min(value.count, start + min(count, limit))
    return end < start ? nil : value.part(start..<end)
  }
}

extension ShellEvaluator {
  /// Returns a value as a reference changes it; nil if amm does not follow the change.
  mutating func changed(_ value: ShellText, by reference: ShellReference) -> ShellText? {
    budget -= 64 + value.count * 8
    guard budget > 0 else { return nil }
    return ShellModifier.of(reference, value)
  }

  /// Returns what `basename` or `dirname` prints for a known path; nil for other commands.
  mutating func pathPart(of nodes: [ShellNode]) -> String? {
    guard nodes.count == 1, case .simple(let simple) = nodes[0], simple.assignments.isEmpty,
      let program = simple.words.first?.plain, ["basename", "dirname"].contains(program)
    else { return nil }
    let words = simple.words.dropFirst().filter { $0.plain != "--" }.map { field(of: $0) }
    guard let path = words.first?.text, !path.isEmpty, path.bytes[0] != 0x2D,
      !words.contains(where: { $0.isList || $0.text.isOpen }),
      words.count == 1 || words.count == 2 && program == "basename"
    else { return nil }
    var bytes = path.bytes[...]
    while bytes.count > 1, bytes.last == 0x2F { bytes.removeLast() }
    let slash = bytes.lastIndex(of: 0x2F)
    if program == "dirname" {
      guard let slash else { return "." }
      return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
    }
    let name = String(decoding: slash.map { bytes[($0 + 1)...] } ?? bytes, as: UTF8.self)
    guard words.count == 2, name.hasSuffix(words[1].text.string), name != words[1].text.string
    else { return name }
    return String(name.dropLast(words[1].text.string.count))
  }
}
