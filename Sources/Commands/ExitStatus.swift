import ArgumentParser

/// What amm's exit status means, for every command.
///
/// Usage errors are 64 (EX_USAGE).
enum ExitStatus {
  /// The input is wrong.
  static let invalid = ExitCode(1)
  /// `--check` found files that are not what would be written.
  static let stale = ExitCode(2)
  /// The machine refused: a file, a permission, a program.
  static let refused = ExitCode(3)
}
