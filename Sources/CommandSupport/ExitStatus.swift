package import ArgumentParser
import Operations

/// What amm's exit status means, for every command.
package enum ExitStatus {
  /// The input is wrong.
  package static let invalid = ExitCode(1)
  /// `--check` found files that are not what would be written, or `--fail-below` a low number.
  package static let stale = ExitCode(2)
  /// The machine refused: a file, a permission, a program.
  package static let refused = ExitCode(3)
  /// A server did not come up.
  package static let unhealthy = ExitCode(4)
  /// The command line is wrong: EX_USAGE of sysexits.h, which the parser uses, too.
  package static let usage = ExitCode(64)
}

extension ExitCode {
  /// What a command ends with whose operation failed.
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
