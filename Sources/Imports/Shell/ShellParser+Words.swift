import Text

/// Words, quotes and expansions.
extension ShellParser {
  /// Reads a word; it has no parts if none begins here.
  mutating func word() -> ShellWord {
    let start = index
    var parts = Parts()
    loop: while let byte = here {
      switch byte {
      case 0x3C where placeholderEnd != nil:
        let stop = placeholderEnd ?? end
        fault(.placeholder, index, stop)
        parts.end()
        parts.all.append(.open(text.part(index..<stop).opened, isQuoted: true))
        index = stop
      case 0x3C, 0x3E:
        guard index == start, self.byte(after: 1) == 0x28 else { break loop }
        index += 1
        let place = index - 1
        let nodes = substitution()
        parts.end()
        parts.all.append(
          .substitution(nodes, written: text.part(place..<index).opened, isQuoted: true))
      case let byte where Self.endsWord(byte):
        // A carriage return within a line belongs to the word, as in bash.
        break loop
      default: unquoted(byte, &parts)
      }
    }
    parts.end()
    var word = ShellWord(
      parts: parts.all, start: text.offset(start), end: text.end(before: max(index, start)))
    word.losesQuotes = losesQuotes(word.parts, start)
    return word
  }

  /// The parts of a word while it is read.
  struct Parts {
    var all: [ShellPart] = []
    private var literal = ShellText()
    private var isQuoted = false
    private var hasLiteral = false

    mutating func add(_ index: Int, of text: ShellText, isQuoted: Bool) {
      begin(isQuoted: isQuoted)
      literal.append(index, of: text)
    }

    mutating func add(_ byte: UInt8, at offset: Int, isQuoted: Bool) {
      begin(isQuoted: isQuoted)
      literal.append(byte, at: offset)
    }

    /// Begins a literal, which may stay empty if it is quoted.
    mutating func begin(isQuoted: Bool) {
      if hasLiteral, self.isQuoted != isQuoted { end() }
      self.isQuoted = isQuoted
      hasLiteral = true
    }

    /// The number of parts, with the literal that is being read.
    var count: Int { all.count + (hasLiteral ? 1 : 0) + literal.count }

    mutating func end() {
      if hasLiteral { all.append(.literal(literal, isQuoted: isQuoted)) }
      literal = ShellText()
      hasLiteral = false
    }
  }

  mutating func unquoted(_ byte: UInt8, _ parts: inout Parts) {
    switch byte {
    case 0x27:
      let start = index
      index += 1
      parts.begin(isQuoted: true)
      while let byte = here, byte != 0x27 {
        _ = byte
        parts.add(index, of: text, isQuoted: true)
        index += 1
      }
      close(start)
    case 0x22: doubleQuoted(&parts)
    case 0x5C:
      guard index + 1 < end else {
        parts.add(index, of: text, isQuoted: true)
        index += 1
        return
      }
      if let next = continuation(at: index) {
        index = next
      } else {
        parts.add(index + 1, of: text, isQuoted: true)
        index += 2
      }
    case 0x24: dollar(&parts, isQuoted: false)
    case 0x60: backticks(&parts, isQuoted: false)
    default:
      parts.add(index, of: text, isQuoted: false)
      index += 1
    }
  }

  /// Passes over a closing quote, or reports that it is missing.
  private mutating func close(_ start: Int) {
    if here == nil { fault(.unclosed, start, start + 1) } else { index += 1 }
  }

  private mutating func doubleQuoted(_ parts: inout Parts) {
    let start = index
    let before = parts.count
    index += 1
    while let byte = here, byte != 0x22 { quoted(byte, &parts) }
    // Empty quotes make a word, but `"$@"` may make none.
    if parts.count == before { parts.begin(isQuoted: true) }
    close(start)
  }

  /// Reads one byte or expansion in double quotes.
  mutating func quoted(_ byte: UInt8, _ parts: inout Parts) {
    switch byte {
    case 0x5C:
      if let next = continuation(at: index) {
        index = next
        return
      }
      // A backslash only protects what the quotes do not.
      if let next = self.byte(after: 1), [0x22, 0x5C, 0x24, 0x60].contains(next) { index += 1 }
      parts.add(index, of: text, isQuoted: true)
      index += 1
    case 0x24: dollar(&parts, isQuoted: true)
    case 0x60: backticks(&parts, isQuoted: true)
    default:
      parts.add(index, of: text, isQuoted: true)
      index += 1
    }
  }

  // MARK: Expansions

  private mutating func dollar(_ parts: inout Parts, isQuoted: Bool) {
    let start = index
    guard let next = byte(after: 1) else {
      parts.add(index, of: text, isQuoted: isQuoted)
      index += 1
      return
    }
    switch next {
    case 0x7B:
      parts.end()
      let part = nested(nil) { $0.braced(isQuoted: isQuoted) }
      parts.all.append(part ?? .open(text.part(start..<index).opened, isQuoted: isQuoted))
    case 0x28:
      parts.end()
      if byte(after: 2) == 0x28, skipArithmetic(from: index + 3) {
        let inside = String(decoding: text.bytes[(start + 3)..<(index - 2)], as: UTF8.self)
        parts.all.append(
          .arithmetic(inside, written: text.part(start..<index).opened, isQuoted: isQuoted))
        return
      }
      index += 1
      let nodes = substitution()
      parts.all.append(
        .substitution(nodes, written: text.part(start..<index).opened, isQuoted: isQuoted))
    case 0x27 where !isQuoted: ansiQuoted(&parts)
    case 0x22 where !isQuoted:
      index += 1
      doubleQuoted(&parts)
    case let next
    where next.isASCIIWord || [0x40, 0x2A, 0x23, 0x3F, 0x24, 0x21, 0x2D].contains(next):
      index += 2
      if next.isASCIILetter || next == 0x5F {
        while let byte = here, byte.isASCIIWord { _ = byte; index += 1 }
      }
      let name = String(decoding: text.bytes[(start + 1)..<index], as: UTF8.self)
      parts.end()
      parts.all.append(
        .variable(
          ShellReference(
            name: name, index: name == "@" ? .each : name == "*" ? .joined : .none,
            written: text.part(start..<index)), isQuoted: isQuoted))
    default:
      parts.add(index, of: text, isQuoted: isQuoted)
      index += 1
    }
  }

  /// Reads the commands of `$(…)`, from the parenthesis.
  private mutating func substitution() -> [ShellNode] {
    index += 1
    return nested([]) { parser in
      let nodes = parser.list(until: [])
      if parser.here == 0x29 { parser.index += 1 }
      return nodes
    }
  }

  private mutating func backticks(_ parts: inout Parts, isQuoted: Bool) {
    let start = index
    var inner = ShellText()
    index += 1
    while let byte = here, byte != 0x60 {
      if byte == 0x5C, let next = self.byte(after: 1), [0x60, 0x5C, 0x24].contains(next) {
        index += 1
      }
      inner.append(index, of: text)
      index += 1
    }
    close(start)
    parts.end()
    let nodes: [ShellNode] = nested([]) { parser in
      let read = ShellParser.parse(inner, firstBranch: parser.branches, depth: parser.depth)
      parser.branches += inner.count
      return read.nodes
    }
    parts.all.append(
      .substitution(nodes, written: text.part(start..<index).opened, isQuoted: isQuoted))
  }

  /// Reads `$'…'` with its escapes.
  private mutating func ansiQuoted(_ parts: inout Parts) {
    let start = index
    index += 2
    parts.begin(isQuoted: true)
    while let byte = here, byte != 0x27 {
      let place = text.offset(index)
      guard byte == 0x5C, let next = self.byte(after: 1) else {
        parts.add(index, of: text, isQuoted: true)
        index += 1
        continue
      }
      index += 2
      for byte in escaped(next) { parts.add(byte, at: place, isQuoted: true) }
    }
    close(start)
  }

  /// Returns the bytes of an escape of `$'…'`, and passes over its digits.
  private mutating func escaped(_ byte: UInt8) -> [UInt8] {
    func digits(_ most: Int, radix: Int) -> Int? {
      let start = index
      while index < end, index - start < most,
        Int(String(decoding: [text.bytes[index]], as: UTF8.self), radix: radix) != nil
      {
        index += 1
      }
      return Int(String(decoding: text.bytes[start..<index], as: UTF8.self), radix: radix)
    }
    switch byte {
    case 0x61: return [7]
    case 0x62: return [8]
    case 0x65, 0x45: return [0x1B]
    case 0x66: return [0x0C]
    case 0x6E: return [0x0A]
    case 0x72: return [0x0D]
    case 0x74: return [0x09]
    case 0x76: return [0x0B]
    case 0x5C, 0x27, 0x22, 0x3F: return [byte]
    case 0x30...0x37:
      index -= 1
      return digits(3, radix: 8).map { [UInt8(truncatingIfNeeded: $0)] } ?? []
    case 0x78:
      return digits(2, radix: 16).map { [UInt8(truncatingIfNeeded: $0)] } ?? [0x5C, byte]
    case 0x75, 0x55:
      guard let value = digits(byte == 0x75 ? 4 : 8, radix: 16) else { return [0x5C, byte] }
      return UInt32(exactly: value).flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
        ?? []
    default: return [0x5C, byte]
    }
  }

  /// Whether a word is written as JSON whose quotes are those of the shell: `{"a":1}`, `"{"a":1}"`.
  private func losesQuotes(_ parts: [ShellPart], _ start: Int) -> Bool {
    var place = start
    if place < end, text.bytes[place] == 0x22 { place += 1 }
    while place < index, text.bytes[place] == 0x5B { place += 1 }
    guard place + 1 < index, text.bytes[place] == 0x7B, text.bytes[place + 1] == 0x22 else {
      return false
    }
    var hasColon = false
    for part in parts {
      guard case .literal(let text, _) = part else { continue }
      if text.bytes.contains(0x22) { return false }
      if text.bytes.contains(0x3A) { hasColon = true }
    }
    return hasColon
  }
}
