package import Deployments
package import Diagnostics

/// What an operation tells while it runs.
package enum Event: Sendable {
  /// Another amm has the lock of a folder; what it is, for people.
  case waiting(holder: String, folder: String)
  /// What is to be said of files.
  case diagnostics([Diagnostic])
  /// Something that does not keep the operation from its end.
  case warning(String, help: String?)
  /// What happens, or what was not seen.
  case note(String)
  /// A line that a program wrote, and whether to its standard error.
  case programLine(String, isError: Bool)
  /// A part of a workspace that runs only where the user agrees.
  case trustAsked(workspace: String, Trust.Part)
  /// What a server's journal ends with.
  case journal(String)
  /// A server that is followed, what it is busy with, and seconds since it was started.
  case phase(server: String, ServerPhase, elapsed: Double)
  /// Something long that goes on: what it is, and how many bytes of how many are done.
  case progress(String, done: Int, of: Int)
  /// Nobody follows a server, or something long, any more.
  case phaseEnded
  /// A result, for who reads what the command prints.
  case result(String)
}

/// Why an operation ended without having done what it is for.
package struct OperationError: Error, Sendable, Equatable {
  /// What kind of failure it is; each has an exit status.
  package enum Kind: Sendable {
    /// The input is wrong.
    case invalid
    /// The machine refused.
    case refused
    /// A server did not come up.
    case unhealthy
    /// The command line is wrong.
    case usage
  }

  package let kind: Kind
  /// Empty where events have said it all.
  package let message: String
  /// The way out; nil where the message says it.
  package let help: String?

  /// A failure of a kind, in one line, with the way out.
  package init(_ kind: Kind, _ message: String, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  /// A failure of which events have said all there is to say.
  package static func told(_ kind: Kind) -> OperationError { OperationError(kind, "") }
}
