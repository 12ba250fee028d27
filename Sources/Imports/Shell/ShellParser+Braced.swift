import Text

/// `${…}`: references with an index or an operator.
extension ShellParser {
  /// Reads `${…}`; nil if it is none that can have a value.
  mutating func braced(isQuoted: Bool) -> ShellPart? {
    let start = index
    index += 2
    // `${#A}` and `${!A}` are a length and a name, which are followed for arrays only.
    let sign = here
    let isIndirect = (sign == 0x23 || sign == 0x21) && byte(after: 1) != 0x7D
    if isIndirect { index += 1 }
    let nameStart = index
    if let byte = here, [0x40, 0x2A, 0x23, 0x3F, 0x24, 0x21, 0x2D].contains(byte) {
      index += 1
    } else {
      while let byte = here, byte.isASCIIWord { _ = byte; index += 1 }
    }
    let name = String(decoding: text.bytes[nameStart..<index], as: UTF8.self)
    var reference = ShellReference(
      name: name, index: name == "@" ? .each : name == "*" ? .joined : .none)
    if here == 0x5B { reference.index = subscripted() }
    readOperator(&reference, isQuoted: isQuoted)
    if here == 0x7D {
      index += 1
    } else {
      fault(.unclosed, start, start + 2)
    }
    if isIndirect {
      guard reference.operator == nil, reference.index == .each else { return nil }
      reference.operator = sign == 0x23 ? .count : .indices
    }
    guard !name.isEmpty else { return nil }
    reference.written = text.part(start..<index)
    return .variable(reference, isQuoted: isQuoted)
  }

  private mutating func subscripted() -> ShellReference.Index {
    let start = index + 1
    while let byte = here, byte != 0x5D, byte != 0x7D, byte != 0x0A { _ = byte; index += 1 }
    let inside = String(decoding: text.bytes[min(start, index)..<index], as: UTF8.self)
    if here == 0x5D { index += 1 }
    switch inside {
    case "@": return .each
    case "*": return .joined
    default: return Int(inside).map { .number($0) } ?? .expression(inside)
    }
  }

  private mutating func readOperator(_ reference: inout ShellReference, isQuoted: Bool) {
    guard let byte = here, byte != 0x7D else { return }
    var sign = byte
    if byte == 0x3A, let next = self.byte(after: 1), [0x2D, 0x3D, 0x2B, 0x3F].contains(next) {
      reference.treatsEmptyAsUnset = true
      sign = next
      index += 1
    }
    switch sign {
    case 0x2D: reference.operator = .default
    case 0x3D: reference.operator = .assign
    case 0x2B: reference.operator = .alternative
    case 0x3F: reference.operator = .required
    default: reference.operator = .other
    }
    if reference.operator != .other { index += 1 }
    reference.operand = operand(isQuoted: isQuoted)
  }

  /// Reads the text after an operator, up to the closing brace.
  private mutating func operand(isQuoted: Bool) -> [ShellPart] {
    var parts = Parts()
    while let byte = here, byte != 0x7D {
      if isQuoted, byte == 0x22 {
        // Quotes within quotes: the text stays quoted.
        index += 1
        continue
      }
      if isQuoted { quoted(byte, &parts) } else { unquoted(byte, &parts) }
    }
    parts.end()
    return parts.all
  }
}
