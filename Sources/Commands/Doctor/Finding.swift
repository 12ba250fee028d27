import Values

/// What was found of one thing that servers need of the machine.
struct Finding {
  enum State: String {
    case ok
    /// Works, but not in every case.
    case warning
    /// Servers cannot run like this.
    case error
    /// Could not be looked at.
    case unseen
  }

  let subject: String
  let state: State
  let message: String
  /// The command that mends it.
  let fix: String?

  init(_ subject: String, _ state: State, _ message: String, fix: String? = nil) {
    self.subject = subject
    self.state = state
    self.message = message
    self.fix = fix
  }

  var value: Value {
    .set([
      "subject": .text(subject), "state": .text(state.rawValue), "message": .text(message),
      "fix": fix.map(Value.text),
    ])
  }
}
