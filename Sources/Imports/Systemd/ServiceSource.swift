import Diagnostics
import Schema
import Text

/// Reads a plain unit of systemd: the servers that its commands start, on the machine itself or with
/// `podman run` (systemd.service(5), systemd.exec(5)).
enum ServiceSource {
  /// Whether a file is a unit that starts a program, and no quadlet file.
  static func isService(_ source: SourceFile, _ text: String) -> Bool {
    guard text.holds("ExecStart"), text.holds("[Service]"), !text.holds("[Container]") else {
      return false
    }
    let lines = source.bytes[source.textStart...].split(separator: 0x0A)
    let first = lines.first { line in
      line.first { !$0.isASCIIBlank }.map { ![0x23, 0x3B].contains($0) } ?? false
    }
    return first?.first { !$0.isASCIIBlank } == 0x5B
  }

  /// Returns the servers of a unit.
  ///
  /// - Parameter folder: The folder of the file; nil if it is not known.
  static func read(_ source: SourceFile, in folder: String? = nil) -> ForeignFile {
    var reader = ServiceReader(source)
    reader.folder = folder
    return reader.read()
  }
}

/// The reading of a unit: its variables, its commands, and what else it sets.
struct ServiceReader {
  static let section = "Service"
  private static let signs: Set = ["|", "||", "&", "&&", ">", ">>", "<", "2>&1"]
  /// The largest number of problems that are reported.
  private static let limit = 100

  let source: SourceFile
  /// The folder of the file; nil if it is not known.
  var folder: String?
  let unit: ServiceFile
  let places: Places
  let name: String
  var expansion: QuadletExpansion
  var file = ForeignFile()
  /// The names of variables that commands refer to.
  private(set) var used: Set<String> = []
  private var evaluator: ShellEvaluator

  init(_ source: SourceFile) {
    self.source = source
    unit = ServiceFile(source)
    places = Places(source)
    let last = source.path.split(separator: "/").last.map(String.init) ?? source.path
    name = last.hasSuffix(".service") ? String(last.dropLast(8)) : last
    expansion = QuadletExpansion(service: name)
    evaluator = ShellEvaluator(size: source.bytes.count) { CommandSource.isRelevant($0) }
  }

  mutating func read() -> ForeignFile {
    let problems = readVariables()
    readFolder()
    for key in ["ExecStartPre", "ExecStart", "ExecStartPost"] { readCommands(key) }
    file.servers = CommandSource.servers(of: evaluator, in: places, isScript: false)
    guard !file.servers.isEmpty else { return ForeignFile() }
    file.findings += problems
    tellSeveral()
    tellKeys()
    tellForbidden()
    tellTarget()
    for index in file.servers.indices { addSettings(to: &file.servers[index]) }
    return file
  }

  func range(_ field: ShellField) -> SourceRange { places.range(field.start, field.end) }

  mutating func tell(_ rule: Rule, _ field: ShellField, _ message: String, help: String) {
    guard file.findings.count < Self.limit else { return }
    file.tell(rule, in: source, range(field), message, help: help)
  }

  // MARK: Variables

  /// Reads the variables of the service, and returns the problems with them.
  private mutating func readVariables() -> [Diagnostic] {
    for key in ["EnvironmentFile", "PassEnvironment"]
    where !unit.values(of: key, in: Self.section).isEmpty { expansion.readsFiles = true }
    let known = unit.values(of: "Environment", in: Self.section)
    for word in known.flatMap(ServiceWords.words(of:)) {
      guard let (name, value) = ShellWrappers.assignment(word) else {
        if word.text.bytes.first == 0x23 { break }
        tell(
          ImportRules.unit, word,
          "'\(word.text.string.abbreviatedName)' is no 'NAME=VALUE', so the server does not get it",
          help: "write quotes around a value with spaces: 'Environment=\"NAME=two words\"'")
        continue
      }
      tellReference(name, value)
      if let problem = UnitValue.problem(of: value.text.string) {
        tell(ImportRules.unit, word, problem.message, help: problem.help)
      }
      let text = value.text.string
      let read =
        text.hasPrefix("%")
        ? expansion.expand(text.escaped, asPath: true)
        : expansion.expandSpecifiers(text)
      var field = value
      if read.text != text { field.text = ShellText(read.text, at: value.text) }
      if read.isOpen {
        field.text = field.text.opened
      } else {
        expansion.variables[name] = read.text
      }
      evaluator.set(name, to: field, isExported: true)
    }
    defer { file.findings = [] }
    return file.findings
  }

  /// Reports a reference to a variable in the value of another, which systemd does not replace.
  private mutating func tellReference(_ name: String, _ value: ShellField) {
    // Libraries of the hub replace it themselves.
    guard !name.hasPrefix("HF_"), !Secrets.isSecretName(name) else { return }
    let bytes = value.text.bytes
    for (index, byte) in bytes.enumerated() where byte == 0x24 {
      let rest = bytes[(index + 1)...]
      let isBraced = rest.first == 0x7B
      let word = (isBraced ? rest.dropFirst() : rest).prefix(while: \.isASCIIWord)
      guard let first = word.first, !first.isASCIIDigit,
        !isBraced || bytes[word.endIndex...].first == 0x7D
      else { continue }
      let reference = "$" + String(decoding: word, as: UTF8.self)
      return tell(
        ImportRules.unit, value,
        "systemd replaces no variables in 'Environment=', so '\(reference)' stays as it is",
        help: "write the value of '\(reference)' in its place")
    }
  }

  private mutating func readFolder() {
    guard let written = unit.values(of: "WorkingDirectory", in: Self.section).last else {
      return evaluator.setOpen(ShellEvaluator.folder)
    }
    var text = written.string
    if text.hasPrefix("-") { text.removeFirst() }
    let folder = expansion.expand(text.escaped, asPath: true)
    guard !folder.isOpen else { return evaluator.setOpen(ShellEvaluator.folder) }
    evaluator.set(
      ShellEvaluator.folder,
      to: ShellField(
        text: ShellText(folder.text, at: written), start: written.offset(0),
        end: written.end(before: written.count)))
  }

  // MARK: Commands

  private mutating func readCommands(_ key: String) {
    for value in unit.values(of: key, in: Self.section) {
      let words = ServiceWords.words(of: value)
      for command in words.split(whereSeparator: { $0.text.bytes == [0x3B] }) {
        readCommand(Array(command))
      }
    }
  }

  private mutating func readCommand(_ written: [ShellField]) {
    guard var program = written.first else { return }
    let prefix = program.text.bytes.prefix { "@-:+!|".utf8.contains($0) }
    program.text = program.text.part(prefix.count..<program.text.count)
    let first = program
    var arguments = written.dropFirst()
    // The name that the program gets for itself.
    if prefix.contains(0x40) { arguments = arguments.dropFirst() }
    // systemd would start the assignment, which is reported.
    while Recognition.isAssignment(program.text.string), let next = arguments.popFirst() {
      program = next
    }
    let isForShell =
      arguments.contains { ShellWrappers.shells.contains(ShellWrappers.program($0)) }
      || ShellWrappers.shells.contains(ShellWrappers.program(program))
    let operation = isForShell ? nil : arguments.first { Self.signs.contains($0.text.string) }
    if let operation { arguments = arguments.prefix { $0.start < operation.start } }
    var words = [program]
    var unset: [(name: String, place: ShellField)] = []
    for word in arguments {
      let isScript = words.last.map { Self.isScriptOption($0.text.string) } ?? false
      words += expanded(word, isScript: isScript, replaces: !prefix.contains(0x3A), &unset)
    }
    let count = evaluator.commands.count
    evaluator.run(words)
    if evaluator.commands.count == count, let operation {
      // `source venv/bin/activate && vllm serve MODEL`
      evaluator.run(written.filter { $0.start > operation.start })
    }
    guard evaluator.commands.count > count else { return }
    for (name, place) in unset {
      tell(
        ImportRules.variable, place,
        "nothing sets '\(name.abbreviatedName)' for the unit, so systemd replaces it with nothing",
        help: "set it with 'Environment='")
    }
    tellProgram(first)
    if !isForShell { tellShell(arguments, operation) }
  }

  /// Whether a word lets a shell read the next one as a script: `-c`, `-lc`.
  private static func isScriptOption(_ word: String) -> Bool {
    word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c") && word.utf8.count < 6
  }

  /// Returns the words that a word becomes.
  private mutating func expanded(
    _ word: ShellField, isScript: Bool, replaces: Bool,
    _ unset: inout [(name: String, place: ShellField)]
  ) -> [ShellField] {
    let text = word.text.string
    guard text.holds("%") || text.holds("$") else { return [word] }
    used.formUnion(QuadletExpansion.variables(in: word.text.bytes))
    // `--option=%h/models`
    let end = text.hasPrefix("-") ? text.firstIndex(of: "=").map { text.index(after: $0) } : nil
    let head = text[..<(end ?? text.startIndex)]
    let tail = String(text[head.endIndex...])
    let value = expansion.expand(replaces ? tail : tail.escaped, asPath: !isScript)
    unset += value.unset.map { ($0, word) }
    var field = word
    field.text = ShellText(head + value.text, at: word.text)
    if value.isOpen || value.withDefault != nil, !isScript { field.text = field.text.opened }
    let isVariable =
      replaces && text.hasPrefix("$") && !text.hasPrefix("${") && !text.hasPrefix("$$")
    guard isVariable, !value.isOpen else { return [field] }
    return value.text.split(whereSeparator: \.isWhitespace).map {
      var part = field
      part.text = ShellText(String($0), at: word.text)
      return part
    }
  }
}

extension String {
  /// The text with each `$` written twice, so that no variable is replaced in it.
  var escaped: String { replacing("$", with: "$$") }
}
