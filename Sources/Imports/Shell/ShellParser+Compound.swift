import Text

/// Commands with keywords.
extension ShellParser {
  /// Reads one command; returns nil if it runs nothing that matters.
  mutating func command() -> ShellNode? {
    switch keyword() {
    case "if": return nested(nil) { $0.condition() }
    case "while", "until": return nested(nil) { $0.loop() }
    case "for", "select": return nested(nil) { $0.forLoop() }
    case "case": return nested(nil) { $0.choice() }
    case "{":
      index += 1
      return nested(nil) { parser in
        let body = parser.list(until: ["}"])
        parser.take("}")
        return .group(body, isSubshell: false)
      }
    case "!", "time", "coproc":
      let isNegated = here == 0x21
      // `time -p` has an option.
      while let byte = here, !Self.endsWord(byte) { _ = byte; index += 1 }
      skipBlanks()
      if here == 0x2D, byte(after: 1) == 0x70 { index += 2 }
      skipBlanks()
      guard let byte = here, byte != 0x0A, byte != 0x3B else { return nil }
      let node = nested(nil) { $0.command() }
      return isNegated ? node.map { .negated($0) } : node
    case "[[": return .simple(test())
    case "function":
      index += 8
      skipBlanks()
      return function(named: name())
    default: break
    }
    if here == 0x28 {
      if byte(after: 1) == 0x28, skipArithmetic(from: index + 2) { return nil }
      index += 1
      return nested(nil) { parser in
        let body = parser.list(until: [])
        if parser.here == 0x29 { parser.index += 1 }
        return .group(body, isSubshell: true)
      }
    }
    if let name = definedName() { return function(named: name) }
    return simple().map { .simple($0) }
  }

  /// Passes over a closing word, if it is here.
  private mutating func take(_ word: String) {
    if keyword() == word { index += word.utf8.count }
  }

  private mutating func condition() -> ShellNode {
    let number = branches
    branches += 1
    var choices: [ShellChoice] = []
    var next = "if"
    while next == "if" || next == "elif" {
      take(next)
      var choice = ShellChoice()
      choice.tests = list(until: ["then", "fi"])
      take("then")
      choice.body = list(until: ["elif", "else", "fi"])
      choices.append(choice)
      next = keyword() ?? ""
    }
    if next == "else" {
      take("else")
      choices.append(ShellChoice(body: list(until: ["fi"])))
    }
    take("fi")
    return .branches(number, subject: nil, choices)
  }

  private mutating func loop() -> ShellNode {
    index += 5
    let test = list(until: ["do", "done"])
    take("do")
    let body = list(until: ["done"])
    take("done")
    return .loop(ShellLoop(body: test + body))
  }

  private mutating func forLoop() -> ShellNode {
    var loop = ShellLoop()
    index += keyword() == "for" ? 3 : 6
    skipBlanks()
    if here == 0x28, byte(after: 1) == 0x28 {
      let start = index + 2
      if skipArithmetic(from: start) {
        let inside = text.bytes[start..<(index - 2)]
        loop.counter = ShellCounter(String(decoding: inside, as: UTF8.self))
        loop.variable = loop.counter?.variable
      }
    } else {
      loop.variable = name()
      skipBlanks()
      // The words of the list run no commands but those in substitutions.
      if keyword() == "in" { loop.words = (simple()?.words.dropFirst()).map(Array.init) }
    }
    _ = list(until: ["do", "{"])
    let isBraced = keyword() == "{"
    take(isBraced ? "{" : "do")
    loop.body = list(until: [isBraced ? "}" : "done"])
    take(isBraced ? "}" : "done")
    return .loop(loop)
  }

  private mutating func choice() -> ShellNode {
    let number = branches
    branches += 1
    index += 4
    skipBlanks()
    let subject = word()
    var choices: [ShellChoice] = []
    skipSeparators()
    take("in")
    while true {
      skipSeparators()
      guard here != nil, keyword() != "esac" else { break }
      let start = index
      // The patterns end with a parenthesis.
      if here == 0x28 { index += 1 }
      var choice = ShellChoice()
      while let byte = here, byte != 0x29, byte != 0x0A {
        if Self.endsWord(byte) { index += 1 } else { choice.patterns.append(word()) }
      }
      if here == 0x29 { index += 1 }
      choice.body = list(until: ["esac"])
      choices.append(choice)
      while here == 0x3B || here == 0x26 { index += 1 }
      if index == start { index += 1 }
    }
    take("esac")
    return .branches(number, subject: subject, choices)
  }

  /// Returns the name of a function whose definition begins here, and passes over `()`.
  private mutating func definedName() -> String? {
    var stop = index
    while stop < end, text.bytes[stop].isASCIIWord || [0x2D, 0x2E, 0x3A].contains(text.bytes[stop])
    {
      stop += 1
    }
    guard stop > index else { return nil }
    var place = stop
    while place < end, text.bytes[place] == 0x20 { place += 1 }
    guard place < end, text.bytes[place] == 0x28 else { return nil }
    place += 1
    while place < end, text.bytes[place] == 0x20 { place += 1 }
    guard place < end, text.bytes[place] == 0x29 else { return nil }
    return name()
  }

  private mutating func function(named name: String) -> ShellNode? {
    skipBlanks()
    if here == 0x28 {
      while let byte = here, byte != 0x29, byte != 0x0A { _ = byte; index += 1 }
      if here == 0x29 { index += 1 }
    }
    skipSeparators()
    return nested(nil) { parser in
      .function(name: name, body: parser.command().map { [$0] } ?? [])
    }
  }

  /// Reads the name of a function or variable.
  private mutating func name() -> String {
    let start = index
    while let byte = here, !Self.endsWord(byte) { _ = byte; index += 1 }
    return String(decoding: text.bytes[start..<index], as: UTF8.self)
  }

  /// Reads `[[ … ]]`, in which `<`, `&&` and parentheses are words.
  private mutating func test() -> ShellSimple {
    var command = ShellSimple()
    while let byte = here, byte != 0x0A {
      if byte == 0x5D, self.byte(after: 1) == 0x5D, self.byte(after: 2).map(Self.endsWord) ?? true {
        index += 2
        return command
      }
      let start = index
      if byte == 0x20 || byte == 0x09 {
        index += 1
      } else if let next = continuation(at: index) {
        index = next
      } else if Self.endsWord(byte) {
        while let byte = here, byte != 0x0A, Self.endsWord(byte), byte != 0x20 { index += 1 }
        var word = ShellWord(start: text.offset(start), end: text.end(before: index))
        word.parts = [.literal(text.part(start..<index), isQuoted: false)]
        command.words.append(word)
      } else {
        command.words.append(word())
      }
    }
    return command
  }

  /// Passes over arithmetic up to `))`; returns false and stays if there is no such end.
  mutating func skipArithmetic(from start: Int) -> Bool {
    var level = 0
    var place = start
    while place < end, place - start < 4096 {
      let byte = text.bytes[place]
      if byte == 0x28 { level += 1 }
      if byte == 0x29 {
        if level == 0 {
          guard place + 1 < end, text.bytes[place + 1] == 0x29 else { return false }
          index = place + 2
          return true
        }
        level -= 1
      }
      place += 1
    }
    return false
  }
}
