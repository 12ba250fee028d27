import Host

/// The terminal behind the console, for commands that adapt to it.
extension Console {
  /// Makes size limits of files and closed pipes fail with an error instead of ending amm.
  package static func takeSignalsAsErrors() { Terminal.takeSignalsAsErrors() }

  /// Makes amm exit silently when the reader of its output is gone, for commands that run until
  /// stopped.
  package static func endWithReader() { Terminal.endWithReader() }

  /// Whether results go to an interactive terminal, where a screen may be cleared.
  package static var isInteractive: Bool { Terminal.isTerminal(.output) }

  /// The number of columns for results; nil if they go to a file, a pipe or a dumb terminal.
  package static var columns: Int? { Terminal.columns(of: .output) }

  /// Redirects to standard error what is printed while a function runs, so that standard output
  /// contains only the result.
  package static func withOutputToError<Result>(_ work: () throws -> Result) throws -> Result {
    try Terminal.withOutputToError(work)
  }
}
