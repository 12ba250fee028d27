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
    for (index, choice) in choices.enumerated() {
      var runs: Bool? = true
      if subject != nil {
        runs = text.flatMap { matches($0, choice.patterns) }
      } else if !choice.tests.isEmpty {
        _ = evaluate(choice.tests)
        runs = status
      }
      path.append(ShellBranch(number: number, branch: index))
      var ends = false
      if isDone || runs == false {
        inSubshell { ends = $0.evaluate(choice.body) }
      } else {
        let isBranch = runs == nil || !isCertain
        if isBranch { (conditions, openTests) = (conditions + 1, openTests + 1) }
        ends = evaluate(choice.body)
        if isBranch { (conditions, openTests) = (conditions - 1, openTests - 1) }
        if runs == nil { isCertain = false } else { isDone = true }
      }
      path.removeLast()
      if ends { someEnd = true }
    }
    if readsOptions { optionLoops -= 1 }
    // What follows then runs only if that branch does not.
    if someEnd { path.append(ShellBranch(number: number, branch: -1)) }
  }
}
