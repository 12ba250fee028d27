package import ArgumentParser
import Operations

/// The exit statuses of all commands.
package enum ExitStatus {
  /// The input is not valid.
  package static let invalid = ExitCode(1)
  /// `--check` found a difference, or a result is lower than `--fail-below`.
  package static let stale = ExitCode(2)
  /// An error of the machine: a file, a permission, a program.
  package static let refused = ExitCode(3)
  /// A server does not answer.
  package static let unhealthy = ExitCode(4)
  /// The command line is wrong: EX_USAGE of sysexits.h, which the parser also uses.
  package static let usage = ExitCode(64)
}

extension ExitCode {
  /// Creates the exit status for an operation's error.
  init(_ kind: OperationError.Kind) {
    self =
      switch kind {
      case .invalid: ExitStatus.invalid
      case .refused: ExitStatus.refused
      case .unhealthy: ExitStatus.unhealthy
      case .usage: ExitStatus.usage
      }
  }
}
