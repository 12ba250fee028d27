import Text

/// Programs that run another program: what they run, behind their own options.
struct ShellWrappers {
  /// What a command runs.
  enum Result {
    /// A program with its arguments.
    case command([ShellField])
    /// The text of a script.
    case script(ShellText)
  }

  /// The options of a wrapper that have a value, and the number of words before the program.
  struct Wrapper: Sendable {
    let values: Set<String>
    var operands = 0
    var hasAssignments = false
    /// The word that must follow, such as `run`.
    var verbs: Set<String> = []

    init(
      _ values: String, operands: Int = 0, hasAssignments: Bool = false, verbs: Set<String> = []
    ) {
      self.values = Set(values.split(separator: " ").map(String.init))
      self.operands = operands
      self.hasAssignments = hasAssignments
      self.verbs = verbs
    }
  }

  /// The variables that a wrapper such as `env` sets.
  private(set) var assignments: [(name: String, value: ShellField)] = []
  /// Whether a wrapper runs the program apart from the script, which does not wait for it, or ends it.
  private(set) var isDetached = false
  var rest: ArraySlice<ShellField>
  /// The words of wrappers that change how the machine runs the program, each with its options.
  private(set) var lost: [ArraySlice<ShellField>] = []
  let documents: [ShellText]

  init(_ words: [ShellField], _ documents: [ShellText]) {
    rest = words[...]
    self.documents = documents
  }

  /// Returns what the command runs.
  mutating func unwrap() -> Result {
    var acceptsAssignments = false
    for _ in 0..<32 {
      guard let first = rest.first else { break }
      if acceptsAssignments, let assignment = Self.assignment(first) {
        assignments.append(assignment)
        rest = rest.dropFirst()
        continue
      }
      let name = Self.program(first)
      if Self.detaching.contains(name) { isDetached = true }
      // `history` numbers its lines.
      if name.utf8.allSatisfy(\.isASCIIDigit), rest.count > 1 {
        rest = rest.dropFirst()
        continue
      }
      if let words = module(name, first) { return .command(words) }
      if let script = script(name) { return .script(script) }
      if let words = containerFile(name) { return .command(words) }
      if skipDistrobox(name) { continue }
      guard let wrapper = Self.table[name] else { break }
      let before = rest
      rest = rest.dropFirst()
      guard skip(wrapper, name) else {
        rest = before
        break
      }
      if wrapper.hasAssignments { acceptsAssignments = true }
      if Self.placing.contains(name) { lost.append(before.prefix(before.count - rest.count)) }
    }
    return .command(Array(rest))
  }

  /// The shells that a command can start.
  static let shells: Set = ["sh", "bash", "ash", "dash", "zsh", "fish"]

  /// Returns the last part of a program's path.
  static func program(_ field: ShellField) -> String {
    let bytes = field.text.bytes
    let start = bytes.lastIndex(of: 0x2F).map { $0 + 1 } ?? 0
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  /// Returns the variable that a word assigns; nil if it assigns none.
  static func assignment(_ field: ShellField) -> (name: String, value: ShellField)? {
    guard let equals = field.text.bytes.firstIndex(of: 0x3D), equals > 0,
      field.text.bytes[..<equals].allSatisfy(\.isASCIIWord), !field.text.bytes[0].isASCIIDigit
    else { return nil }
    var value = field
    value.text = field.text.part(equals + 1..<field.text.count)
    return (String(decoding: field.text.bytes[..<equals], as: UTF8.self), value)
  }

  /// Passes over a wrapper's options and operands; returns false if it runs nothing.
  private mutating func skip(_ wrapper: Wrapper, _ name: String) -> Bool {
    if name == "command", let next = rest.first?.text.string, next.hasPrefix("-"), next != "-p" {
      return false
    }
    skipOptions(wrapper.values)
    if !wrapper.verbs.isEmpty {
      guard let verb = rest.first, wrapper.verbs.contains(verb.text.string) else { return false }
      rest = rest.dropFirst()
      // `uv tool run` is `uvx`.
      if verb.text.string == "tool" {
        guard rest.first?.text.string == "run" else { return false }
        rest = rest.dropFirst()
      }
      if skipOptions(wrapper.values) {
        // `uv run -m MODULE`
        rest = Self.interpreter(rest.startIndex, rest)
      }
    }
    rest = rest.dropFirst(wrapper.operands)
    if wrapper.operands > 0 { skipOptions([]) }
    if name == "uvx" || name == "uv" || name == "pipx", let first = rest.first,
      let at = first.text.bytes.firstIndex(where: { $0 == 0x40 || $0 == 0x5B || $0 == 0x3D })
    {
      // A version follows the name: `vllm@0.31`.
      var plain = first
      plain.text = first.text.part(0..<at)
      rest = [plain] + rest.dropFirst()
    }
    return true
  }

  private static func interpreter(
    _ start: Int, _ rest: ArraySlice<ShellField>
  ) -> ArraySlice<ShellField> {
    guard let first = rest.first else { return rest }
    func word(_ value: String) -> ShellField {
      ShellField(
        text: ShellText(Array(value.utf8), at: first.start), start: first.start, end: first.end)
    }
    return [word("python3"), word("-m")] + rest
  }

  /// Passes over options, and returns whether `-m` names a module.
  @discardableResult
  mutating func skipOptions(_ values: Set<String>) -> Bool {
    while let field = rest.first {
      let word = field.text.string
      guard field.isList || word.hasPrefix("-") && word != "-" else { return false }
      rest = rest.dropFirst()
      if word == "--" { return false }
      if values.contains("-m!"), word == "-m" || word == "--module" { return true }
      if word.hasPrefix("--") {
        if word == "--setenv" || word == "-E", let next = rest.first { add(next) }
        if values.contains(word) { rest = rest.dropFirst() }
        if word.hasPrefix("--setenv=") {
          var value = field
          value.text = field.text.part(9..<field.text.count)
          add(value)
        }
        continue
      }
      // The last letter of several may have a value: `-dmS NAME`.
      let letters = word.dropFirst()
      for (index, letter) in letters.enumerated() where values.contains("-\(letter)") {
        if index == letters.count - 1 {
          if letter == "E", let next = rest.first { add(next) }
          rest = rest.dropFirst()
        }
        break
      }
    }
    return false
  }

  private mutating func add(_ field: ShellField) {
    if let assignment = Self.assignment(field) { assignments.append(assignment) }
  }

  // MARK: Interpreters

  /// Returns `python3 -m MODULE …` for a Python of any name; nil if the command is none.
  private func module(_ name: String, _ first: ShellField) -> [ShellField]? {
    let isPython =
      name.hasPrefix("python")
      && name.dropFirst(6).utf8.allSatisfy { $0.isASCIIDigit || $0 == 0x2E }
    guard isPython || first.text.isOpen && name.contains("$") else { return nil }
    var words = rest.dropFirst()
    while let word = words.first?.text.string, word.hasPrefix("-"), word != "-" {
      if word.hasSuffix("m"), !word.hasPrefix("--"), word.utf8.count <= 4 {
        guard let module = words.dropFirst().first else { return nil }
        // The program without a module of its own.
        if module.text.string == "vllm.entrypoints.cli.main" {
          return [Self.word("vllm", at: module)] + words.dropFirst(2)
        }
        return [Self.word("python3", at: first), Self.word("-m", at: first)] + words.dropFirst()
      }
      words = words.dropFirst(word == "-X" || word == "-W" ? 2 : 1)
    }
    return nil
  }

  /// Returns a word at the place of another.
  static func word(_ value: String, at place: ShellField) -> ShellField {
    ShellField(
      text: ShellText(Array(value.utf8), at: place.start), start: place.start, end: place.end)
  }
}
