import Text

/// Expansion of words.
extension ShellEvaluator {
  /// The meaning of a reference.
  enum Resolved {
    case text(ShellText)
    case list([ShellField])
    /// Any number of words that are not known.
    case openList
    /// A value that is not known.
    case open
    /// A value that comes from outside of the script, if there is one.
    case outside
    /// Such a value that the script lets be empty.
    case empty
  }

  /// Returns the words that a word becomes.
  mutating func fields(of word: ShellWord) -> [ShellField] {
    var fields: [ShellField] = []
    var expanded = [word.parts]
    if ShellBraces.mayExpand(word.parts), budget > 0 {
      budget -= 10_000
      expanded = ShellBraces.expand(word.parts)
    }
    for parts in expanded {
      var builder = FieldBuilder(start: word.start, end: word.end)
      add(parts, to: &builder)
      fields += builder.finish()
    }
    return fields
  }

  /// Returns the value of a word where no words are split, such as in an assignment.
  mutating func field(of word: ShellWord) -> ShellField {
    var field = ShellField(start: word.start, end: word.end)
    var isList = false
    field.text = text(of: word.parts, isList: &isList)
    field.isList = isList && word.parts.count == 1
    return field
  }

  private mutating func text(of parts: [ShellPart], isList: inout Bool) -> ShellText {
    var text = ShellText()
    for part in parts {
      switch part {
      case .literal(let literal, _): text.append(literal)
      case .open(let written, _): text.append(written)
      case .substitution(let nodes, let written, _):
        text.append(value(of: nodes, written) ?? written)
      case .arithmetic(let expression, let written, _):
        text.append(value(of: expression, written) ?? written)
      case .variable(let reference, _):
        switch resolve(reference) {
        case .text(let value): text.append(spend(value, reference))
        case .list(let elements):
          for (index, element) in elements.enumerated() {
            if index > 0 { text.append(0x20, at: element.text.offset(0)) }
            text.append(spend(element.text, reference))
          }
        case .open, .outside, .empty: text.append(reference.written.opened)
        case .openList:
          isList = true
          text.append(reference.written.opened)
        }
      }
    }
    return text
  }

  /// Returns a value, or the reference as it is written if too much was expanded.
  private mutating func spend(_ value: ShellText, _ reference: ShellReference) -> ShellText {
    budget -= value.count
    return budget > 0 ? value : reference.written.opened
  }

  private mutating func add(_ parts: [ShellPart], to builder: inout FieldBuilder) {
    for part in parts {
      switch part {
      case .literal(let text, let isQuoted):
        // Only an operand has spaces without quotes.
        builder.add(text, isQuoted: isQuoted, splits: !isQuoted)
      case .open(let written, _): builder.add(written, isQuoted: true, splits: false)
      case .substitution(let nodes, let written, let isQuoted):
        let value = value(of: nodes, written)
        builder.add(value ?? written, isQuoted: isQuoted || value == nil, splits: !isQuoted)
      case .arithmetic(let expression, let written, _):
        builder.add(value(of: expression, written) ?? written, isQuoted: true, splits: false)
      case .variable(let reference, let isQuoted):
        add(reference, isQuoted: isQuoted, isAlone: parts.count == 1, to: &builder)
      }
    }
  }

  private mutating func add(
    _ reference: ShellReference, isQuoted: Bool, isAlone: Bool, to builder: inout FieldBuilder
  ) {
    // An operand keeps its own quotes: `${A:+--key "$A"}`.
    if !isQuoted || reference.index == .each, let operand = operandInUse(reference) {
      add(operand, to: &builder)
      return
    }
    switch resolve(reference) {
    case .text(let value):
      builder.add(spend(value, reference), isQuoted: isQuoted, splits: !isQuoted)
    case .list(let elements):
      budget -= elements.reduce(0) { $0 + $1.text.count + 32 }
      guard budget > 0 else {
        builder.addList(reference.written.opened)
        return
      }
      builder.add(elements, isQuoted: isQuoted, isJoined: reference.index == .joined)
    case .openList: builder.addList(reference.written.opened)
    case .empty where isAlone && !isQuoted: builder.addList(reference.written.opened)
    case .open, .outside, .empty:
      if isAlone, !isQuoted, Self.namesOptions(reference.name) {
        builder.addList(reference.written.opened)
      } else {
        builder.add(reference.written.opened, isQuoted: true, splits: false)
      }
    }
  }

  /// Whether a variable's name shows that it holds any number of words.
  private static func namesOptions(_ name: String) -> Bool {
    let upper = name.uppercased()
    return ["ARGS", "OPTS", "OPTIONS", "FLAGS", "PARAMS", "ARGUMENTS", "EXTRA"].contains {
      upper.hasSuffix($0) || upper.hasPrefix($0)
    }
  }

  // MARK: References

  /// Returns the operand that a reference selects; nil if it selects a value.
  private mutating func operandInUse(_ reference: ShellReference) -> [ShellPart]? {
    guard let kind = reference.operator else { return nil }
    var isSet = true
    switch lookUp(reference) {
    case .text(let value): isSet = !(reference.treatsEmptyAsUnset && value.isEmpty)
    case .list(let elements): isSet = !elements.isEmpty
    case .outside, .empty: isSet = false
    case .open, .openList: return nil
    }
    switch kind {
    case .default: return isSet ? nil : reference.operand
    case .assign:
      guard !isSet else { return nil }
      var isList = false
      let value = text(of: reference.operand, isList: &isList)
      set(
        reference.name,
        to: ShellField(
          text: value, start: reference.written.offset(0),
          end: reference.written.end(before: reference.written.count)))
      return reference.operand
    case .alternative: return isSet ? reference.operand : []
    case .required, .count, .indices, .other: return nil
    }
  }

  private mutating func resolve(_ reference: ShellReference) -> Resolved {
    if let operand = operandInUse(reference) {
      var isList = false
      let value = text(of: operand, isList: &isList)
      return isList && operand.count == 1 ? .openList : .text(value)
    }
    let found = lookUp(reference)
    if reference.operator == .other {
      guard case .text(let value) = found, let changed = changed(value, by: reference) else {
        return .open
      }
      return .text(changed)
    }
    if reference.operator == .alternative, case .open = found { return .openList }
    return found
  }

  func lookUp(_ reference: ShellReference) -> Resolved {
    let name = reference.name
    if name == "@" || name == "*" {
      return positional.map { .list($0) } ?? .openList
    }
    if name == "#", positional?.contains(where: \.isList) != true {
      // A script is run without arguments.
      return .text(plain(positional?.count ?? 0, reference.written))
    }
    if let number = Int(name), number > 0 { return argument(number) }
    guard name.utf8.first?.isASCIILetter ?? false || name.hasPrefix("_") else { return .open }
    guard let variable = variables[name] else {
      // The shell has these in any case.
      if (name == "HOME" || name == "PWD"), reference.operator != .other {
        return .text(Self.plain(name, reference))
      }
      return reference.index == .none ? .outside : .openList
    }
    if variable.isOpen {
      if reference.index == .each || reference.index == .joined { return .openList }
      return variable.mayBeUnset ? .outside : .open
    }
    let isKnown = !variable.elements.contains(where: \.isList)
    if reference.operator == .count || reference.operator == .indices {
      guard isKnown else { return .open }
      let count = variable.elements.count
      if reference.operator == .count { return .text(plain(count, reference.written)) }
      return .list(
        (0..<count).map { number in
          let (text, place) = (plain(number, reference.written), reference.written.offset(0))
          return ShellField(
            text: text, start: place, end: reference.written.end(before: reference.written.count))
        })
    }
    switch reference.index {
    case .each, .joined: return .list(variable.elements)
    case .number, .expression:
      var index: Int?
      switch reference.index {
      case .number(let number): index = number
      case .expression(let text): index = number(of: text)
      default: break
      }
      guard let index, isKnown else { return .open }
      return .text(
        variable.elements.indices.contains(index) ? variable.elements[index].text : .init())
    case .none:
      guard let first = variable.elements.first else { return .text(ShellText()) }
      if first.isList { return .openList }
      if variable.isFromOutside, first.text.isEmpty { return .empty }
      if variable.mayBeUnset, first.text.isOpen { return .outside }
      return .text(first.text)
    }
  }

  private func argument(_ number: Int) -> Resolved {
    guard let positional else { return .outside }
    let before = positional.prefix(number)
    if before.contains(where: \.isList) { return .outside }
    return .text(before.count == number ? positional[number - 1].text : ShellText())
  }

  /// Returns `$HOME` for each way to write it.
  private static func plain(_ name: String, _ reference: ShellReference) -> ShellText {
    ShellText("$" + name, at: reference.written)
  }

  // MARK: Substitutions

  /// Runs the commands of a substitution, and returns its value if that is known.
  private mutating func value(of nodes: [ShellNode], _ written: ShellText) -> ShellText? {
    let removed: [UInt8] = [0x20, 0x09, 0x22, 0x27, 0x60, 0x7B, 0x7D]
    let bytes = written.bytes.prefix(200).filter { !removed.contains($0) }
    var plain = String(decoding: bytes, as: UTF8.self)
    for word in ["2>/dev/null", "&>/dev/null", ">/dev/null", "2>&1", "--", "-P"] {
      plain = plain.replacing(word, with: "")
    }
    if plain.hasPrefix("$("), plain.hasSuffix(")") { plain = String(plain.dropFirst(2).dropLast()) }
    func text(_ value: String) -> ShellText { ShellText(value, at: written) }
    if plain == "pwd" { return text("$PWD") }
    if let part = pathPart(of: nodes) { return text(part) }
    if let numbers = sequence(of: nodes) { return text(numbers) }
    // The folder of the script.
    for own in [
      "dirname$0", "dirname$BASH_SOURCE[0]", "dirname$BASH_SOURCE", "dirname$(readlink-f$0)",
    ] {
      if plain == own { return text(".") }
      guard plain.hasPrefix("cd$(\(own))"), plain.hasSuffix("&&pwd") else { continue }
      let rest = plain.dropFirst(own.utf8.count + 5).dropLast(5)
      if rest.allSatisfy({ $0 == "." || $0 == "/" }) { return text("." + rest) }
    }
    if nodes.count == 1, case .simple(let simple) = nodes[0],
      let program = simple.words.last?.plain,
      simple.words.count == 2 && simple.words[0].plain == "which"
        || simple.words.count == 3 && ["command", "type"].contains(simple.words[0].plain)
          && ["-v", "-P"].contains(simple.words[1].plain)
    {
      return text(program)
    }
    substitute(nodes)
    return nil
  }
}
