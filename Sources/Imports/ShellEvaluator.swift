/// A word after expansion.
struct ShellField: Sendable {
  var text = ShellText()
  var start = 0
  var end = 0
  /// Whether it stands for any number of words, such as `"$@"`.
  var isList = false
}

/// A variable of a script.
struct ShellVariable: Sendable {
  /// Its value, or the elements of an array.
  var elements: [ShellField] = []
  var isArray = false
  var isExported = false
  /// Whether the script does not show its value.
  var isOpen = false
  /// Whether it may have no value, so that `${A:-b}` is `b`.
  var mayBeUnset = false
}

/// A command that a script runs, after expansion.
struct ShellCommand: Sendable {
  var words: [ShellField] = []
  /// The variables that it gets in addition.
  var assignments: [(name: String, value: ShellField)] = []
  /// The variables that the script exports.
  var exported: [(name: String, value: ShellField)] = []
  /// The branches that it is in: the number of each `if` or `case`, and of the branch.
  var path: [ShellBranch] = []
  var faults: [ShellFault] = []
}

/// A branch of an `if` or `case`.
struct ShellBranch: Sendable, Equatable {
  let number: Int
  let branch: Int
}

/// Runs a script without effects: expands its words with the variables that the script itself sets.
struct ShellEvaluator {
  /// The most bytes of a variable, levels of scripts in scripts, and exported variables of a command.
  static let limits = (value: 65_536, depth: 6, exported: 200)

  /// The commands that are kept: those that `isRelevant` accepts.
  private(set) var commands: [ShellCommand] = []
  private(set) var faults: [ShellFault] = []
  /// The words of other commands and the values of variables that look like secrets.
  private(set) var secrets: [ShellField] = []
  private let isRelevant: ([ShellField]) -> Bool

  var variables: [String: ShellVariable] = [:]
  /// The arguments of the script or function; nil if they are not known.
  var positional: [ShellField]?
  private var functions: [String: (body: [ShellNode], bodies: [ShellText])] = [:]
  private var order: [String] = []
  private var called: Set<String> = []
  private var running: [String] = []
  private var exportsAll = false
  private var path: [ShellBranch] = []
  private var conditions = 0
  private var depth = 0
  private var numbers = 0
  /// The bodies of here-documents of the script that is being evaluated.
  private var bodies: [ShellText] = []
  /// The variables before the subshells that are running.
  private var saved: [(name: String, variable: ShellVariable?)] = []
  private var subshells = 0
  /// What may still be expanded, in bytes, so that no script costs more than a multiple of its size.
  var budget: Int

  init(size: Int, isRelevant: @escaping ([ShellField]) -> Bool) {
    budget = 4_000_000 + size.multipliedReportingOverflow(by: 8).partialValue
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
      positional = nil
      called.insert(name)
      _ = evaluate(function.body)
    }
  }

  /// Evaluates the text of a script, such as that of `bash -c`.
  private mutating func evaluate(_ text: ShellText) {
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
  private mutating func evaluate(_ nodes: [ShellNode]) -> Bool {
    let outer = path
    defer { path = outer }
    var ends = false
    for node in nodes { if evaluate(node) { ends = true } }
    return ends
  }

  private mutating func evaluate(_ node: ShellNode) -> Bool {
    switch node {
    case .simple(let simple): return evaluate(simple)
    case .function(let name, let body):
      if functions[name] == nil { order.append(name) }
      functions[name] = (body, bodies)
      return false
    case .conditional(let node):
      conditions += 1
      _ = evaluate(node)
      conditions -= 1
      return false
    case .loop(let variable, let body):
      conditions += 1
      if let variable { setOpen(variable) }
      _ = evaluate(body)
      conditions -= 1
      return false
    case .branches(let number, let tests, let branches):
      _ = evaluate(tests)
      conditions += 1
      var someEnd = false
      for (index, branch) in branches.enumerated() {
        path.append(ShellBranch(number: number, branch: index))
        if evaluate(branch) { someEnd = true }
        path.removeLast()
      }
      conditions -= 1
      // What follows then runs only if that branch does not.
      if someEnd { path.append(ShellBranch(number: number, branch: -1)) }
      return false
    case .group(let nodes, let isSubshell):
      guard isSubshell else { return evaluate(nodes) }
      inSubshell { _ = $0.evaluate(nodes) }
      return false
    }
  }

  /// Runs something whose assignments do not stay.
  mutating func inSubshell(_ run: (inout Self) -> Void) {
    let mark = saved.count
    subshells += 1
    run(&self)
    subshells -= 1
    while saved.count > mark {
      let (name, variable) = saved.removeLast()
      variables[name] = variable
    }
  }

  /// Runs the commands of a substitution.
  mutating func substitute(_ nodes: [ShellNode]) {
    guard !nodes.isEmpty, depth < Self.limits.depth, budget > 0 else { return }
    budget -= 16
    depth += 1
    inSubshell { _ = $0.evaluate(nodes) }
    depth -= 1
  }

  // MARK: Simple commands

  private mutating func evaluate(_ simple: ShellSimple) -> Bool {
    budget -= simple.words.count + simple.assignments.count
    var words: [ShellField] = []
    for word in simple.words { words += fields(of: word) }
    guard let first = words.first else {
      for assignment in simple.assignments { assign(assignment) }
      return false
    }
    let name = first.text.string
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
    run(words, prefix, simple)
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
  private mutating func run(
    _ words: [ShellField], _ prefix: [(name: String, value: ShellField)], _ simple: ShellSimple
  ) {
    let documents = simple.documents.map { bodies.indices.contains($0) ? bodies[$0] : ShellText() }
    var wrappers = ShellWrappers(words, documents)
    switch wrappers.unwrap() {
    case .script(let text):
      budget -= text.count
      guard budget > 0 else { return }
      let variables = prefix + wrappers.assignments
      inSubshell { evaluator in
        for (name, value) in variables { evaluator.set(name, to: value, isExported: true) }
        evaluator.evaluate(text)
      }
    case .command(let words):
      guard isRelevant(words) else {
        noteSecrets(words)
        return
      }
      var command = ShellCommand()
      command.words = words
      command.assignments = prefix + wrappers.assignments
      command.exported = exported
      command.path = path
      command.faults = simple.faults
      commands.append(command)
    }
  }

  /// The exported variables, by the place where they are set.
  private var exported: [(name: String, value: ShellField)] {
    let all = variables.compactMap { name, variable -> (name: String, value: ShellField)? in
      guard variable.isExported, let value = variable.elements.first else { return nil }
      return (name, value)
    }
    let sorted = all.sorted { ($0.value.start, $0.name) < ($1.value.start, $1.name) }
    return Array(sorted.suffix(Self.limits.exported))
  }

  // MARK: Variables

  private mutating func save(_ name: String) {
    guard subshells > 0 else { return }
    let variable = variables[name]
    budget -= variable?.elements.count ?? 0
    saved.append((name, variable))
  }

  mutating func set(_ name: String, to value: ShellField, isExported: Bool = false) {
    let isOpen = value.text.isOpen || value.text.count > Self.limits.value
    let old = variables[name]
    // What a branch reads from outside does not replace what the script sets itself.
    if conditions > 0, isOpen, let old, !old.isOpen { return }
    save(name)
    var variable = ShellVariable()
    variable.isOpen = isOpen && (value.text.count > Self.limits.value || value.isList)
    variable.elements = variable.isOpen ? [] : [value]
    variable.mayBeUnset = isOpen && conditions > 0
    variable.isExported = isExported || exportsAll || old?.isExported ?? false
    variables[name] = variable
    if !value.text.isOpen { noteSecrets([value]) }
  }

  mutating func setOpen(_ name: String) {
    if conditions > 0, let old = variables[name], !old.isOpen { return }
    save(name)
    variables[name] = ShellVariable(
      isExported: variables[name]?.isExported ?? false, isOpen: true, mayBeUnset: conditions > 0)
  }

  mutating func assign(_ assignment: ShellAssignment, isExported: Bool = false) {
    let name = assignment.name
    switch assignment.value {
    case .text(let word):
      var value = field(of: word)
      (value.start, value.end) = (assignment.start, assignment.end)
      if assignment.hasIndex {
        setElement(name, to: value)
      } else if assignment.isAppending, let old = variables[name], !old.isOpen {
        append(value, to: name, isExported)
      } else {
        set(name, to: value, isExported: isExported)
      }
    case .list(let words):
      var elements: [ShellField] = []
      for word in words { elements += fields(of: word) }
      budget -= elements.count
      save(name)
      if assignment.isAppending, let old = variables[name], !old.isOpen {
        variables[name]?.elements += elements
        variables[name]?.isArray = true
      } else {
        variables[name] = ShellVariable(
          elements: elements, isArray: true, isExported: variables[name]?.isExported ?? false)
      }
      noteSecrets(elements)
    }
  }

  private mutating func append(_ value: ShellField, to name: String, _ isExported: Bool) {
    save(name)
    guard let count = variables[name]?.elements.count, count > 0 else {
      variables[name]?.elements = [value]
      return
    }
    variables[name]?.elements[0].text.append(value.text)
    if isExported { variables[name]?.isExported = true }
    if (variables[name]?.elements[0].text.count ?? 0) > Self.limits.value {
      variables[name] = ShellVariable(isExported: isExported, isOpen: true)
    }
  }

  /// Sets an element; which one is not followed, except that it is added to an array.
  private mutating func setElement(_ name: String, to value: ShellField) {
    save(name)
    variables[name] = ShellVariable(
      isArray: true, isExported: variables[name]?.isExported ?? false, isOpen: true)
  }

  mutating func export(_ name: String) {
    guard variables[name] != nil else { return }
    save(name)
    variables[name]?.isExported = true
  }

  mutating func unset(_ name: String) {
    guard conditions == 0 else { return }
    save(name)
    variables[name] = nil
  }

  mutating func exportAll(_ isOn: Bool) { exportsAll = isOn }

  private mutating func noteSecrets(_ fields: [ShellField]) {
    for field in fields where secrets.count < 50 && CommandSource.holdsSecret(field) {
      secrets.append(field)
    }
  }
}
