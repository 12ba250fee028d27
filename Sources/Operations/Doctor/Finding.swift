package import Values

/// What was found of one thing that servers need of the machine.
package struct Finding {
  /// How it stands; the word is that of `--json`.
  package enum State: String {
    case ok
    /// Works, but not in every case.
    case warning
    /// Servers cannot run like this.
    case error
    /// Could not be looked at.
    case unseen
  }

  /// What was examined.
  package let subject: String
  /// How it stands.
  package let state: State
  /// What was found, in one line.
  package let message: String
  /// The command that mends it.
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
