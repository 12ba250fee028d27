import Text

/// Reads a script as a tree of commands, as bash does (bash 5.2, parse.y).
///
/// It accepts every text: what bash would reject is read up to there, and the rest as further commands.
struct ShellParser {
  /// The most levels of compound commands, substitutions and operands.
  private static let depthLimit = 40

  let text: ShellText
  let end: Int
  var index = 0
  var depth = 0
  var script = ShellScript()
  /// The here-documents whose bodies follow at the next line end.
  private var pending: [(number: Int, delimiter: [UInt8], dropsTabs: Bool)] = []
  var branches = 0
  /// The sign of the `&&` or `||` before the next command; nil if there is none.
  private var precedingCondition: UInt8?

  /// Returns the tree of a script.
  ///
  /// - Parameter firstBranch: The first number for an `if` or `case`.
  static func parse(_ text: ShellText, firstBranch: Int = 0, depth: Int = 0) -> ShellScript {
    var parser = ShellParser(text, depth: depth)
    parser.branches = firstBranch
    while parser.index < parser.end {
      parser.script.nodes += parser.list(until: [])
      // A closing word without an opening one is passed over.
      if parser.index < parser.end { parser.index += 1 }
    }
    return parser.script
  }

  private init(_ text: ShellText, depth: Int) {
    self.text = text
    self.depth = depth
    end = text.count
  }

  var here: UInt8? { index < end ? text.bytes[index] : nil }

  func byte(after distance: Int) -> UInt8? {
    index + distance < end ? text.bytes[index + distance] : nil
  }

  mutating func fault(_ kind: ShellFault.Kind, _ start: Int, _ end: Int) {
    script.faults.append(
      ShellFault(kind: kind, start: text.offset(start), end: text.end(before: end)))
  }

  /// Reads something that is nested in something else; stops reading if there are too many levels.
  mutating func nested<Result>(_ none: Result, _ read: (inout Self) -> Result) -> Result {
    guard depth < Self.depthLimit else {
      if index < end { fault(.depth, index, index + 1) }
      index = end
      return none
    }
    depth += 1
    defer { depth -= 1 }
    return read(&self)
  }

  // MARK: Lists

  private static let closing: Set = [
    "then", "elif", "else", "fi", "do", "done", "esac", "}", "in",
  ]

  /// Reads commands up to a closing word, which stays, or to `)` or `;;`.
  mutating func list(until words: Set<String>) -> [ShellNode] {
    var nodes: [ShellNode] = []
    while true {
      skipSeparators()
      guard let byte = here else { return nodes }
      if byte == 0x29 { return nodes }
      if byte == 0x3B, self.byte(after: 1) == 0x3B || self.byte(after: 1) == 0x26 { return nodes }
      if byte == 0x3B {
        index += 1
        precedingCondition = nil
        continue
      }
      if let word = keyword(), Self.closing.contains(word) {
        if words.contains(word) { return nodes }
        index += word.utf8.count
        continue
      }
      let start = index
      let condition = precedingCondition
      precedingCondition = nil
      if let node = command() {
        let whole = background.map { .background(node, isPiped: $0 == 0x7C) } ?? node
        nodes.append(condition.map { .conditional(whole, isOr: $0 == 0x7C) } ?? whole)
      }
      if index == start { index += 1 }
    }
  }

  /// The `&` or `|` that follows; nil if another operator or none does.
  private var background: UInt8? {
    var blanks = 0
    while let next = blanks == 0 ? here : byte(after: blanks), next == 0x20 || next == 0x09 {
      blanks += 1
    }
    let next = blanks == 0 ? here : byte(after: blanks)
    guard let next, next == 0x26 || next == 0x7C else { return nil }
    return byte(after: blanks + 1) == next ? nil : next
  }

  /// Passes over spaces, line ends, comments, and operators between commands except `;`.
  mutating func skipSeparators() {
    while let byte = here {
      switch byte {
      case 0x20, 0x09, 0x0D: index += 1
      case 0x26, 0x7C:
        // A line may end after `&&` and `||`.
        precedingCondition = self.byte(after: 1) == byte ? byte : nil
        index += precedingCondition == nil ? 1 : 2
      case 0x0A: lineEnd()
      case 0x23: skipComment()
      case 0x5C where continuation(at: index) != nil: index = continuation(at: index) ?? end
      default: return
      }
    }
  }

  mutating func skipComment() {
    while let byte = here, byte != 0x0A { _ = byte; index += 1 }
  }

  /// Returns the place after a backslash and the line end behind it; nil if there is none.
  func continuation(at place: Int) -> Int? {
    guard place + 1 < end, text.bytes[place] == 0x5C, text.bytes[place + 1] == 0x0A else {
      return nil
    }
    return place + 2
  }

  /// Passes over spaces and continued lines.
  mutating func skipBlanks() {
    while let byte = here {
      if byte == 0x20 || byte == 0x09 || byte == 0x0D {
        index += 1
      } else if let next = continuation(at: index) {
        index = next
      } else {
        return
      }
    }
  }

  /// Passes over a line end and the bodies of here-documents after it.
  mutating func lineEnd() {
    index += 1
    let documents = pending
    pending = []
    for document in documents {
      let start = index
      var stop = end
      while index < end {
        let lineStart = index
        while let byte = here, byte != 0x0A { _ = byte; index += 1 }
        var line = text.bytes[lineStart..<index]
        if document.dropsTabs { line = line.drop { $0 == 0x09 } }
        if index < end { index += 1 }
        if line.elementsEqual(document.delimiter) {
          stop = lineStart
          break
        }
      }
      script.bodies[document.number] = text.part(start..<max(start, min(stop, index)))
    }
  }

  /// Notes a here-document, whose body follows later, and returns its number.
  mutating func document(until delimiter: [UInt8], dropsTabs: Bool) -> Int {
    script.bodies.append(ShellText())
    pending.append((script.bodies.count - 1, delimiter, dropsTabs))
    return script.bodies.count - 1
  }

  /// Returns the plain word that begins here, if it is one that can be a keyword.
  func keyword() -> String? {
    var stop = index
    while stop < end, stop - index < 9 {
      let byte = text.bytes[stop]
      if Self.endsWord(byte) { break }
      guard byte.isASCIILowercase || [0x21, 0x7B, 0x7D, 0x5B].contains(byte) else { return nil }
      stop += 1
    }
    guard stop > index, stop == end || Self.endsWord(text.bytes[stop]) else { return nil }
    return String(decoding: text.bytes[index..<stop], as: UTF8.self)
  }

  static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, 0x3B, 0x26, 0x7C, 0x28, 0x29, 0x3C, 0x3E: true
    default: false
    }
  }
}
