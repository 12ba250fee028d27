package import Diagnostics
package import Host
package import Reports

/// Writes the output of commands: results to standard output, everything else to standard error.
///
/// Only this type writes to these streams and breaks lines for a terminal, between words. It writes
/// ``Shown``: text from other sources is made harmless before it reaches a terminal, a log or
/// GitHub's runner.
package enum Console {
  /// Writes a result and a line feed to standard output.
  package static func print(_ text: Shown) { write(text + "\n", to: .output) }

  /// Writes a text without adding a line feed.
  package static func write(_ text: Shown, to stream: Terminal.Stream = .output) {
    let safe = isInWorkflow ? text.withoutWorkflowCommands : text.text
    let fitted = Terminal.columns(of: stream).map { text.isProse ? safe.fitted(to: $0) : safe }
    Terminal.write(fitted ?? safe, to: stream)
  }

  /// Whether GitHub's runner reads the output.
  private static let isInWorkflow = Terminal.variable("GITHUB_ACTIONS") != nil

  /// Writes a line about progress to standard error.
  package static func say(_ text: Shown) { write(text + "\n", to: .error) }

  /// Prints diagnostics in order, each once, and a line with their number.
  package static func report(_ diagnostics: [Diagnostic]) {
    let told = told(of: diagnostics)
    guard !told.isEmpty else { return }
    var formatter = DiagnosticFormatter(style: Style(for: .error))
    if let columns = Terminal.columns(of: .error) { formatter.columns = min(columns, 122) }
    let sorted = told.shielded
    write(sorted.map(formatter.shown).joined(separator: "\n") + "\n", to: .error)
    say(summary(of: sorted))
  }

  /// Returns the diagnostics that a run shows; `AMM_ADVICE=off` leaves advice out.
  package static func told(of diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.told(withAdvice: Terminal.variable("AMM_ADVICE") != "off")
  }

  /// Returns the number of errors and warnings: "2 errors, 1 warning".
  package static func summary(of diagnostics: [Diagnostic]) -> Shown {
    let errors = diagnostics.count { $0.severity == .error }
    let parts = [(errors, "error"), (diagnostics.count - errors, "warning")]
    return Shown(
      line: parts.filter { $0.0 > 0 }.map { Phrase.count($0.0, $0.1) }.joined(separator: ", "))
  }

  /// Prints a problem that does not stop the command.
  package static func warn(_ message: String, help: String? = nil) {
    let style = Style(for: .error)
    say("\(style.bold("amm:")) \(style.warning("warning:")) \(message)")
    if let help { say("  \(style.good("help:")) \(help)") }
  }

  /// Prints a failure that has no location in a file.
  package static func fail(_ message: String, help: String? = nil) {
    let style = Style(for: .error)
    say("\(style.bold("amm:")) \(style.error("error:")) \(message)")
    if let help { say("  \(style.good("help:")) \(help)") }
  }

  /// Prints what is wrong with the command line, with help and usage.
  static func fail(_ error: UsageError) {
    fail(error.message)
    let style = Style(for: .error)
    for help in error.help { say("  \(style.good("help:")) \(help)") }
    if let usage = error.usage { say("  \(style.good("usage:")) \(usage)") }
  }

  /// Asks a question and returns whether the answer is yes; nil if no user can answer.
  package static func ask(_ question: Shown) -> Bool? {
    Terminal.answer { write(question + " [y/N] ", to: .error) }.map { answer in
      ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace })
    }
  }
}

extension Layout {
  /// The layout for standard output: the terminal's width, or none.
  package static var ofOutput: Layout {
    Layout(Style(for: .output), columns: Terminal.columns(of: .output))
  }
}

extension Style {
  /// The style for standard output.
  package static var ofOutput: Style { Style(for: .output) }

  /// Creates the style for one of the two streams.
  package init(for stream: Terminal.Stream) { self.init(colored: Terminal.wantsColor(stream)) }
}

extension Table {
  /// Returns the rows for standard output.
  package func lines(
    titles: Style? = nil, _ style: (Int, Shown) -> Shown = { $1 }
  ) -> [Shown] {
    lines(within: Terminal.columns(of: .output), titles: titles, style: style)
  }
}
