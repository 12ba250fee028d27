/// Runs a script without effects: expands its words with the variables that the script itself sets.
struct ShellEvaluator {
  /// The most bytes of a variable, levels of scripts in scripts, and exported variables of a command.
  static let limits = (value: 65_536, depth: 6, exported: 200)

  /// The commands that are kept: those that `isRelevant` accepts.
  private(set) var commands: [ShellCommand] = []
  /// The files that the script reads and that are not in its folder.
  var unreadSources: [ShellField] = []
  var faults: [ShellFault] = []
  /// The variable with the folder in which commands run.
  static let folder = "PWD"
  private let isRelevant: ([ShellField]) -> Bool

  var variables: [String: ShellVariable] = [:]
  /// The arguments of the script or function; nil if they are not known.
  var positional: [ShellField]?
  private var functions: [String: (body: [ShellNode], bodies: [ShellText])] = [:]
  private var order: [String] = []
  private var called: Set<String> = []
  var running: [String] = []
  /// The files of the script's folder, and the paths of those that it reads.
  let files: NearbyFiles
  var sources: Set<String> = []
  /// The offsets of the words that name them.
  var sourced: Set<Int> = []
  /// The container in which commands run; nil for the machine.
  var container: String?
  var exportsAll = false
  var path: [ShellBranch] = []
  var conditions = 0
  /// The number of tests around a command whose results are not known.
  var openTests = 0
  /// The number of commands around this one that the script does not wait for.
  var backgrounds = 0
  /// The number of commands around this one whose output another one reads.
  var pipes = 0
  /// The conditions that the script does not decide, also those of `&&` and `||`.
  var turns: [ShellBranch] = []
  /// The number of `&&` and `||` whose commands may not run.
  private var links = 0
  /// The number of the last command that is kept, if nothing follows it yet; nil otherwise.
  private var previous: Int?
  var loops = 0
  /// The number of loops over the script's options that are being evaluated.
  var optionLoops = 0
  /// Whether the last command succeeded; nil if that is not known.
  var status: Bool?
  var depth = 0
  private var numbers = 0
  /// The bodies of here-documents of the script that is being evaluated.
  private(set) var bodies: [ShellText] = []
  /// Whether scripts that the script writes are read, too.
  var readsWritten = false
  /// The here-document that the command before this one passes on, and whether its delimiter is quoted.
  var passed: (text: ShellText, isQuoted: Bool)?
  /// The names of files that the script writes, and that have a server which is not read.
  var unread: [ShellField] = []
  /// The variables before the subshells that are running.
  var saved: [(name: String, variable: ShellVariable?)] = []
  var subshells = 0
  /// What may still be expanded, in bytes, so that no script costs more than a multiple of its size.
  var budget: Int

  init(
    size: Int, with files: NearbyFiles = NearbyFiles(),
    isRelevant: @escaping ([ShellField]) -> Bool
  ) {
    self.files = files
    budget = 1_000_000 + size * 8
    self.isRelevant = isRelevant
  }

  /// Evaluates a script, and then the functions that it never calls.
  mutating func run(_ text: ShellText) {
    evaluate(text)
    conditions += 1
    for (index, name) in order.enumerated() where !called.contains(name) {
      guard let function = functions[name] else { continue }
      bodies = function.bodies
      path = [ShellBranch(number: -1, branch: index)]
      turns = path
      positional = nil
      called.insert(name)
      _ = evaluate(function.body)
    }
  }

  /// Evaluates the text of a script, such as that of `bash -c`.
  mutating func evaluate(_ text: ShellText) {
    guard depth < Self.limits.depth else { return }
    depth += 1
    let script = ShellParser.parse(text, firstBranch: numbers)
    numbers += text.count + 1
    faults += script.faults
    let outer = bodies
    bodies = script.bodies
    _ = evaluate(script.nodes)
    bodies = outer
    depth -= 1
  }

  /// Evaluates commands; returns whether nothing runs after them.
  mutating func evaluate(_ nodes: [ShellNode]) -> Bool {
    let outer = path
    defer { path = outer }
    var ends = false
    var chain = ShellChain()
    for node in nodes {
      chain.pass(to: node, status, number: &links)
      let (depth, count) = (turns.count, commands.count)
      if let branch = chain.branch { turns.append(branch) }
      if evaluate(node) { ends = true }
      turns.removeLast(turns.count - depth)
      chain.isOfServer = commands.count > count
    }
    return ends
  }

  private mutating func evaluate(_ node: ShellNode) -> Bool {
    switch node {
    case .simple(let simple):
      status = nil
      return evaluate(simple)
    case .function(let name, let body):
      if functions[name] == nil { order.append(name) }
      functions[name] = (body, bodies)
    case .conditional(let node, let isOr): evaluate(node, isOr: isOr)
    case .background(let node, let isPiped):
      backgrounds += 1
      if isPiped { pipes += 1 }
      _ = evaluate(node)
      if isPiped { pipes -= 1 }
      backgrounds -= 1
      status = nil
    case .negated(let node):
      _ = evaluate(node)
      status = status.map { !$0 }
    case .loop(let loop):
      evaluate(loop)
      status = nil
    case .branches(let number, let subject, let choices):
      evaluate(choices, of: subject, number)
      status = nil
    case .group(let nodes, let isSubshell):
      guard isSubshell else { return evaluate(nodes) }
      inSubshell { _ = $0.evaluate(nodes) }
    }
    return false
  }

  /// Evaluates a command after `&&` or `||`.
  private mutating func evaluate(_ node: ShellNode, isOr: Bool) {
    let before = status
    if let before, before == isOr {
      // It does not run with the values of the script, but may with others.
      inSubshell { _ = $0.evaluate(node) }
      status = before
      return
    }
    let isOpen = before == nil && !isOr
    if before == nil { conditions += 1 }
    if isOpen { openTests += 1 }
    _ = evaluate(node)
    if isOpen { openTests -= 1 }
    if before == nil {
      conditions -= 1
      status = nil
    }
  }

  // MARK: Simple commands

  private mutating func evaluate(_ simple: ShellSimple) -> Bool {
    budget -= simple.words.count + simple.assignments.count
    let last = previous
    previous = nil
    var words: [ShellField] = []
    for word in simple.words { words += fields(of: word) }
    guard let first = words.first else {
      for assignment in simple.assignments { assign(assignment) }
      return false
    }
    let name = first.text.string
    if let test = test(words, simple) {
      status = test
      return false
    }
    if builtin(name, words, simple) { return false }
    if name == "exit" || name == "return" { return true }
    let prefix = simple.assignments.map { assignment in
      let value: ShellField
      switch assignment.value {
      case .text(let word): value = field(of: word)
      case .list: value = ShellField()
      }
      return (
        name: assignment.name,
        value: ShellField(text: value.text, start: assignment.start, end: assignment.end)
      )
    }
    if functions[name] != nil {
      call(name, Array(words.dropFirst()), prefix)
      return false
    }
    run(words, prefix, simple, after: last)
    return name == "exec" && words.count > 1
  }

  /// Calls a function with its arguments.
  private mutating func call(
    _ name: String, _ arguments: [ShellField], _ prefix: [(name: String, value: ShellField)]
  ) {
    guard let function = functions[name], !running.contains(name), running.count < 8, budget > 0
    else { return }
    budget -= 64
    called.insert(name)
    running.append(name)
    let outer = (positional, bodies)
    positional = arguments
    bodies = function.bodies
    for (name, value) in prefix { set(name, to: value, isExported: true) }
    _ = evaluate(function.body)
    (positional, bodies) = outer
    running.removeLast()
  }

  /// Keeps a command if it is relevant, or evaluates the script that it runs.
  mutating func run(
    _ words: [ShellField], _ prefix: [(name: String, value: ShellField)], _ simple: ShellSimple,
    after last: Int?
  ) {
    let documents = simple.documents.map { bodies.indices.contains($0) ? bodies[$0] : ShellText() }
    var wrappers = ShellWrappers(words, documents)
    switch wrappers.unwrap() {
    case .script(let text):
      budget -= text.count
      guard budget > 0 else { return }
      let variables = prefix + wrappers.assignments
      if wrappers.isDetached { backgrounds += 1 }
      inSubshell { evaluator in
        for (name, value) in variables { evaluator.set(name, to: value, isExported: true) }
        evaluator.evaluate(text)
      }
      if wrappers.isDetached { backgrounds -= 1 }
    case .command(let words):
      if runInside(words, simple) || writes(words, simple) { return }
      guard isRelevant(words) else { return tell(words, after: last) }
      var command = ShellCommand()
      command.words = words
      command.assignments = prefix + wrappers.assignments
      // A script with many servers and many variables would cost their product.
      if budget > 0 {
        command.exported = sorted { $0.isExported }
        command.unexported = sorted { !$0.isExported }.filter { CommandSource.isRead($0.name) }
      }
      budget -= command.exported.count * 32 + variables.count
      command.path = path
      command.faults = simple.faults
      command.place = simple.words[0].start
      command.isAwaited = backgrounds == 0 && !wrappers.isDetached
      (command.isPiped, command.turns) = (pipes > 0, turns)
      command.folder = currentFolder
      command.container = container
      command.placing = wrappers.lost
      commands.append(command)
      previous = commands.count - 1
    }
  }

  /// Reports a command that begins with an option, which the command before it lacks.
  private mutating func tell(_ words: [ShellField], after last: Int?) {
    guard let last, let first = words.first, first.text.bytes.first == 0x2D,
      first.text.count > 1, !first.text.isOpen,
      !commands[last].faults.contains(where: {
        $0.kind == .comment || $0.kind == .blankAfterBackslash
      })
    else { return }
    commands[last].faults.append(
      ShellFault(kind: .lostContinuation, start: first.start, end: first.end))
  }

  /// Returns variables by the place where they are set.
  private func sorted(
    where isWanted: (ShellVariable) -> Bool
  ) -> [(name: String, value: ShellField)] {
    let all = variables.compactMap { name, variable -> (name: String, value: ShellField)? in
      guard isWanted(variable), let value = variable.elements.first else { return nil }
      return (name, value)
    }
    let sorted = all.sorted { ($0.value.start, $0.name) < ($1.value.start, $1.name) }
    return Array(sorted.suffix(Self.limits.exported))
  }
}
