/// Loops, and commands in branches.
extension ShellEvaluator {
  /// Evaluates the body of a loop: for each of its values if they are known, and otherwise once.
  mutating func evaluate(_ loop: ShellLoop) {
    if let variable = loop.variable, let values = values(of: loop) {
      for value in values where budget > 0 {
        budget -= 64
        set(variable, to: value)
        _ = evaluate(loop.body)
      }
      return
    }
    conditions += 1
    loops += 1
    if let variable = loop.variable { setOpen(variable) }
    _ = evaluate(loop.body)
    loops -= 1
    conditions -= 1
  }

  /// Evaluates the branches of an `if` or `case`.
  ///
  /// Servers are found in each branch. Assignments stay, except those of branches that do not run with the
  /// values of the script.
  mutating func evaluate(
    _ choices: [ShellChoice], of subject: ShellWord?, _ number: Int
  ) {
    let text = subject.flatMap { known($0) }
    // A `case` in a loop reads the script's options, of which none is given.
    let readsOptions = subject != nil && loops > 0
    if readsOptions { optionLoops += 1 }
    var isCertain = true
    var isDone = false
    var someEnd = false
    var assigned: [[ShellChange]] = []
    for (index, choice) in choices.enumerated() {
      var runs: Bool? = true
      if subject != nil {
        runs = text.flatMap { matches($0, choice.patterns) }
      } else if !choice.tests.isEmpty {
        _ = evaluate(choice.tests)
        runs = status
      }
      path.append(ShellBranch(number: number, branch: index))
      let isChosen = !isDone && isCertain && runs == true
      if !isChosen { turns.append(ShellBranch(number: number, branch: index)) }
      var ends = false
      if isDone || runs == false {
        inSubshell { ends = $0.evaluate(choice.body) }
      } else {
        let isBranch = runs == nil || !isCertain
        if isBranch { (conditions, openTests) = (conditions + 1, openTests + 1) }
        if isBranch {
          // Each branch begins with what is set before all of them.
          assigned.append(changes { ends = $0.evaluate(choice.body) })
        } else {
          ends = evaluate(choice.body)
        }
        if isBranch { (conditions, openTests) = (conditions - 1, openTests - 1) }
        if runs == nil { isCertain = false } else { isDone = true }
      }
      path.removeLast()
      if !isChosen { turns.removeLast() }
      if ends { someEnd = true }
    }
    keep(assigned)
    if readsOptions { optionLoops -= 1 }
    // What follows then runs only if that branch does not.
    if someEnd { path.append(ShellBranch(number: number, branch: -1)) }
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

  /// A variable that a branch sets or removes, with its value after the branch.
  typealias ShellChange = (name: String, variable: ShellVariable?)

  /// Returns the variables that something changes, which keep their values from before.
  private mutating func changes(_ run: (inout Self) -> Void) -> [ShellChange] {
    var changes: [ShellChange] = []
    inSubshell { evaluator in
      let mark = evaluator.saved.count
      run(&evaluator)
      var known: Set<String> = []
      for (name, _) in evaluator.saved[mark...] where known.insert(name).inserted {
        changes.append((name, evaluator.variables[name]))
      }
    }
    return changes
  }

  /// Keeps what branches set of which only one runs: all values of one of them, and from the others what
  /// has nothing to do with these.
  ///
  /// The one that counts is the last whose values the script shows.
  private mutating func keep(_ branches: [[ShellChange]]) {
    func isShown(_ change: ShellChange) -> Bool {
      guard let variable = change.variable, !variable.isOpen else { return false }
      return !variable.elements.contains { $0.isList || $0.text.isOpen }
    }
    let full = branches.filter { !$0.isEmpty }
    guard let place = full.lastIndex(where: { $0.allSatisfy(isShown) }) ?? full.indices.last else {
      return
    }
    let names = Set(full[place].map(\.name))
    for (index, branch) in full.enumerated() where index != place {
      guard !branch.contains(where: { names.contains($0.name) }) else { continue }
      for change in branch { restore(change.name, change.variable) }
    }
    for change in full[place] { restore(change.name, change.variable) }
  }
}
