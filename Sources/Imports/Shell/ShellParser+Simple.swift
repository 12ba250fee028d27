import Text

/// Commands without keywords: assignments, words and redirections.
extension ShellParser {
  /// The commands whose arguments may be assignments.
  private static let declaring: Set = ["export", "declare", "local", "readonly", "typeset"]

  /// Reads a command up to an operator or the end of its line; nil if there is none.
  mutating func simple() -> ShellSimple? {
    var command = ShellSimple()
    let firstFault = script.faults.count
    var declares = false
    var isContinued = false
    loop: while let byte = here {
      switch byte {
      case 0x20, 0x09, 0x0D: index += 1
      case 0x5C where continuation(at: index) != nil:
        index = continuation(at: index) ?? end
        isContinued = true
        continue loop
      case 0x5C where spaces(after: index + 1) != nil:
        let stop = spaces(after: index + 1) ?? end
        if !command.words.isEmpty { fault(.blankAfterBackslash, index, stop) }
        // The blank is a word, and the line ends.
        var word = ShellWord(start: text.offset(index), end: text.offset(index) + 2)
        word.parts = [.literal(text.part(index + 1..<index + 2), isQuoted: true)]
        command.words.append(word)
        index = stop
        break loop
      case 0x5E where isOtherContinuation: skipOtherContinuation()
      case 0x60 where isOtherContinuation: skipOtherContinuation()
      case 0x23:
        if isContinued, !command.words.isEmpty {
          let start = index
          skipComment()
          if continues { fault(.comment, start, index) }
        }
        break loop
      case 0x3C, 0x3E:
        if self.byte(after: 1) == 0x28 || placeholderEnd != nil {
          add(word(), to: &command)
        } else {
          redirection(&command)
        }
      case 0x26:
        guard self.byte(after: 1) == 0x3E else { break loop }
        index += 1
        redirection(&command)
      case 0x0A, 0x3B, 0x7C, 0x28, 0x29: break loop
      default:
        if declares || command.words.isEmpty, let assignment = assignment() {
          command.assignments.append(assignment)
          continue loop
        }
        let start = index
        let word = word()
        if isStream(start), here == 0x3C || here == 0x3E { continue loop }
        if command.words.isEmpty { declares = Self.declaring.contains(word.plain ?? "") }
        add(word, to: &command)
        if index == start { index += 1 }
      }
      if byte != 0x20, byte != 0x09 { isContinued = false }
    }
    if script.faults.count > firstFault {
      command.faults = Array(script.faults[firstFault...])
    }
    let isEmpty = command.words.isEmpty && command.assignments.isEmpty && command.documents.isEmpty
    return isEmpty ? nil : command
  }

  private mutating func add(_ word: ShellWord, to command: inout ShellSimple) {
    guard !word.parts.isEmpty else { return }
    if word.losesQuotes {
      let fault = ShellFault(kind: .quotes, start: word.start, end: word.end)
      script.faults.append(fault)
    }
    command.words.append(word)
  }

  /// Whether the next line has words, which a comment before it separates from the command.
  private var continues: Bool {
    let rest = text.bytes[min(index + 1, end)..<end].prefix { $0 != 0x0A }
    return rest.contains { $0 != 0x20 && $0 != 0x09 }
  }

  /// Whether the word since a place is the number of a stream, as in `2>&1`.
  private func isStream(_ start: Int) -> Bool {
    start < index && text.bytes[start..<index].allSatisfy(\.isASCIIDigit)
  }

  /// Returns the end of the spaces at a place if the line ends after them; nil otherwise.
  private func spaces(after place: Int) -> Int? {
    var stop = place
    while stop < end, text.bytes[stop] == 0x20 || text.bytes[stop] == 0x09 { stop += 1 }
    guard stop > place, stop == end || text.bytes[stop] == 0x0A else { return nil }
    return stop
  }

  /// Whether here is the sign with which cmd.exe or PowerShell continues a line.
  private var isOtherContinuation: Bool {
    guard index > 0, text.bytes[index - 1] == 0x20 || text.bytes[index - 1] == 0x09 else {
      return false
    }
    var stop = index + 1
    while stop < end, text.bytes[stop] == 0x20 { stop += 1 }
    return stop < end && text.bytes[stop] == 0x0A
  }

  private mutating func skipOtherContinuation() {
    fault(.otherShell, index, index + 1)
    while let byte = here, byte != 0x0A { _ = byte; index += 1 }
    if here == 0x0A { index += 1 }
  }

  // MARK: Redirections

  /// The place after a placeholder that begins here, such as `<your token>`; nil if none does.
  var placeholderEnd: Int? {
    guard here == 0x3C, let first = byte(after: 1), first.isASCIILetter else { return nil }
    var stop = index + 1
    while stop < end, stop - index < 60, text.bytes[stop] != 0x3E {
      let byte = text.bytes[stop]
      guard byte.isASCIIWord || [0x20, 0x2D, 0x2E, 0x2F].contains(byte) else { return nil }
      stop += 1
    }
    guard stop < end, text.bytes[stop] == 0x3E, text.bytes[stop - 1] != 0x20 else { return nil }
    return stop + 1
  }

  private mutating func redirection(_ command: inout ShellSimple) {
    let isInput = here == 0x3C
    var signs = 0
    while let byte = here, byte == 0x3C || byte == 0x3E, signs < 3 {
      if byte == 0x3C, self.byte(after: 1) == 0x28, signs > 0 { break }
      index += 1
      signs += 1
    }
    var dropsTabs = false
    if isInput, signs == 2, here == 0x2D {
      dropsTabs = true
      index += 1
    } else if here == 0x26 || here == 0x7C {
      index += 1
    }
    skipBlanks()
    let start = index
    let target = word()
    if !isInput, signs < 3 { command.outputs.append(target) }
    guard isInput, signs == 2 else { return }
    var delimiter: [UInt8] = []
    for part in target.parts {
      if case .literal(let text, _) = part { delimiter += text.bytes }
    }
    if target.parts.isEmpty || delimiter.isEmpty {
      delimiter = Array(text.bytes[start..<index].filter { $0 != 0x22 && $0 != 0x27 })
    }
    guard !delimiter.isEmpty else { return }
    let number = document(until: delimiter, dropsTabs: dropsTabs)
    command.documents.append(number)
    if text.bytes[start..<index].contains(where: { [0x22, 0x27, 0x5C].contains($0) }) {
      command.quotedDocuments.insert(number)
    }
  }

  // MARK: Assignments

  /// Reads `A=b`, `A+=b`, `A=(…)` or `A[1]=b`; nil if none begins here.
  private mutating func assignment() -> ShellAssignment? {
    var stop = index
    while stop < end, text.bytes[stop].isASCIIWord { stop += 1 }
    guard stop > index, !text.bytes[index].isASCIIDigit else { return nil }
    let name = String(decoding: text.bytes[index..<stop], as: UTF8.self)
    var hasIndex = false
    if stop < end, text.bytes[stop] == 0x5B {
      var close = stop + 1
      while close < end, close - stop < 200, text.bytes[close] != 0x5D, text.bytes[close] != 0x0A {
        close += 1
      }
      guard close < end, text.bytes[close] == 0x5D else { return nil }
      hasIndex = true
      stop = close + 1
    }
    let isAppending = stop < end && text.bytes[stop] == 0x2B
    if isAppending { stop += 1 }
    guard stop < end, text.bytes[stop] == 0x3D else { return nil }
    let start = index
    index = stop + 1
    let value: ShellAssignment.Value
    if here == 0x28, !hasIndex {
      index += 1
      value = .list(nested([]) { $0.elements() })
    } else {
      value = .text(word())
    }
    return ShellAssignment(
      name: name, value: value, isAppending: isAppending, hasIndex: hasIndex,
      start: text.offset(start), end: text.end(before: index))
  }

  /// Reads the words of an array up to its parenthesis, over several lines.
  private mutating func elements() -> [ShellWord] {
    var words: [ShellWord] = []
    while let byte = here, byte != 0x29 {
      switch byte {
      case 0x20, 0x09, 0x0D: index += 1
      case 0x0A: lineEnd()
      case 0x23: skipComment()
      case 0x5C where continuation(at: index) != nil: index = continuation(at: index) ?? end
      default:
        let start = index
        let word = word()
        if !word.parts.isEmpty { words.append(word) }
        if index == start { index += 1 }
      }
    }
    if here == 0x29 {
      index += 1
    } else {
      fault(.unclosed, max(0, index - 1), index)
    }
    return words
  }
}
