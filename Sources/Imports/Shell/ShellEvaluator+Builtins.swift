import Text

/// The commands of the shell itself that set variables.
extension ShellEvaluator {
  /// Runs a command of the shell that changes variables; returns whether it is one.
  mutating func builtin(_ name: String, _ words: [ShellField], _ simple: ShellSimple) -> Bool {
    let arguments = words.dropFirst()
    // `MODEL = org/name` starts a program.
    if words.count > 2, words[1].text.bytes == [0x3D],
      !["echo", "expr", "printf", "let"].contains(name),
      Recognition.isAssignment(name + "=")
    {
      faults.append(
        ShellFault(kind: .spacedAssignment, start: words[1].start, end: words[1].end))
    }
    switch name {
    case "cd", "pushd": changeFolder(arguments)
    case "export", "declare", "local", "readonly", "typeset":
      // `export A = b` sets nothing.
      if let sign = arguments.first(where: { $0.text.bytes == [0x3D] }) {
        faults.append(ShellFault(kind: .spacedAssignment, start: sign.start, end: sign.end))
      } else if name == "export" {
        tellNames(arguments)
      }
      let options = arguments.filter { $0.text.bytes.first == 0x2D }.map(\.text.string)
      let exports = name == "export" || options.contains { $0.contains("x") }
      for assignment in simple.assignments { assign(assignment, isExported: exports) }
      if options.contains(where: { $0.contains("A") }) {
        for assignment in simple.assignments { setOpen(assignment.name) }
      }
      if exports { for argument in arguments { export(argument.text.string) } }
    case "source", ".": if let file = arguments.first { source(file) }
    case "unset": for argument in arguments { unset(argument.text.string) }
    case "set": set(arguments)
    case "shift":
      guard positional?.contains(where: \.isList) == false else { return true }
      let count = arguments.first.flatMap { Int($0.text.string) } ?? 1
      positional = positional.map { Array($0.dropFirst(max(0, count))) }
    case "read", "mapfile", "readarray":
      // The values of options are names that nothing refers to.
      for argument in arguments where argument.text.bytes.first != 0x2D {
        setOpen(argument.text.string)
      }
    case "getopts":
      for argument in arguments.dropFirst().prefix(1) { setOpen(argument.text.string) }
      setOpen("OPTARG")
    case "printf":
      guard words.count > 2, words[1].text.string == "-v" else { return false }
      setOpen(words[2].text.string)
    default: return false
    }
    return true
  }

  /// Reports words after `export` that are no names.
  private mutating func tellNames(_ words: ArraySlice<ShellField>) {
    guard words.first?.text.bytes.first != 0x2D else { return }
    for word in words where !word.isList && !word.text.isOpen && !word.text.isEmpty {
      let name = word.text.bytes.prefix { $0 != 0x3D }
      if !name.allSatisfy(\.isASCIIWord) || name.first?.isASCIIDigit ?? true {
        faults.append(ShellFault(kind: .invalidName, start: word.start, end: word.end))
      }
    }
  }

  /// Runs `cd`, which sets `PWD` as a shell does.
  private mutating func changeFolder(_ arguments: ArraySlice<ShellField>) {
    let operands = arguments.drop { $0.text.bytes.first == 0x2D && $0.text.count > 1 }
    guard let target = operands.first, !target.isList, target.text.string != "-" else {
      return setOpen(Self.folder)
    }
    var value = target
    if !["/", "~", "$"].contains(where: target.text.string.hasPrefix),
      let now = variables[Self.folder]?.elements.first, !now.text.isEmpty
    {
      value.text = now.text
      value.text.append(0x2F, at: target.start)
      value.text.append(target.text)
    } else if !["/", "~", "$", "."].contains(where: target.text.string.hasPrefix) {
      value.text = ShellText("./", at: target.text)
      value.text.append(target.text)
    }
    if value.text.count > 1, value.text.bytes.last == 0x2F {
      value.text = value.text.part(0..<(value.text.count - 1))
    }
    set(Self.folder, to: value)
  }

  /// Runs `set`: options, and the arguments after `--`.
  private mutating func set(_ arguments: ArraySlice<ShellField>) {
    var rest = arguments
    while let word = rest.first?.text.string, word.hasPrefix("-") || word.hasPrefix("+") {
      rest = rest.dropFirst()
      if word == "--" {
        positional = Array(rest)
        return
      }
      if word.contains("a") { exportAll(word.hasPrefix("-")) }
      // `-euo pipefail`: the option `o` has its name in the next word.
      if word.contains("o") {
        if rest.first?.text.string == "allexport" { exportAll(word.hasPrefix("-")) }
        rest = rest.dropFirst()
      }
    }
    if !rest.isEmpty { positional = Array(rest) }
  }

  /// The folder in which commands run now.
  var currentFolder: ShellFolder {
    guard let variable = variables[Self.folder] else { return .ofScript }
    guard !variable.isOpen, let path = variable.elements.first?.text, !path.isOpen else {
      return .open
    }
    return .path(path)
  }
}
