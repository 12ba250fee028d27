package import Deployments
package import Diagnostics

/// A message from an operation while it runs.
package enum Event: Sendable {
  /// Another process holds the lock of a folder; `holder` describes the process.
  case waiting(holder: String, folder: String)
  /// Diagnostics of files.
  case diagnostics([Diagnostic])
  /// A problem that does not stop the operation.
  case warning(String, help: String?)
  /// A problem that makes the result a failure.
  case failure(String, help: String?)
  /// An action, or something that could not be checked.
  case note(String)
  /// A line that a program wrote, and whether it wrote it to standard error.
  case programLine(String, isError: Bool)
  /// A part of a workspace that only runs if the user agrees.
  case trustAsked(workspace: String, Trust.Part)
  /// The last lines of a server's journal.
  case journal(String)
  /// The phase of a server that amm waits for, and the seconds since its start.
  case phase(server: String, ServerPhase, elapsed: Double)
  /// The progress of a long action: its description, the bytes so far and the total bytes.
  case progress(String, done: Int, of: Int)
  /// The end of waiting for a server, or of a long action.
  case phaseEnded
  /// A result, for standard output.
  case result(String)
}

/// The reason that an operation failed.
package struct OperationError: Error, Sendable, Equatable {
  /// The kind of a failure; each kind has an exit status.
  package enum Kind: Sendable {
    /// The input is wrong.
    case invalid
    /// The machine refused an action.
    case refused
    /// A server did not come up.
    case unhealthy
    /// The command line is wrong.
    case usage
  }

  package let kind: Kind
  /// The reason in one line; empty if events have reported it.
  package let message: String
  /// A way to fix the failure; nil if the message contains it.
  package let help: String?

  /// Creates a failure of a kind, with a message of one line and a way to fix it.
  package init(_ kind: Kind, _ message: String, help: String? = nil) {
    self.kind = kind
    self.message = message
    self.help = help
  }

  /// Returns a failure that events have reported completely.
  package static func told(_ kind: Kind) -> OperationError { OperationError(kind, "") }
}
