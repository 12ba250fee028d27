package import Values

/// The result of a check of one thing that servers need on the machine.
package struct Finding {
  /// The state of the subject, as `--json` prints it.
  package enum State: String {
    case ok
    /// It works, but not in every case.
    case warning
    /// It prevents servers from running.
    case error
    /// It could not be checked.
    case unseen
  }

  /// The subject of the check.
  package let subject: String
  /// The state of the subject.
  package let state: State
  /// The result, in one line.
  package let message: String
  /// The command that fixes the problem; nil if there is none.
  package let fix: String?

  package init(_ subject: String, _ state: State, _ message: String, fix: String? = nil) {
    self.subject = subject
    self.state = state
    self.message = message
    self.fix = fix
  }

  /// The finding as `--json` prints it.
  package var value: Value {
    .set([
      "subject": .text(subject), "state": .text(state.rawValue), "message": .text(message),
      "fix": fix.map(Value.text),
    ])
  }
}
