package import Diagnostics
package import Host
package import Reports

/// What commands say: results on standard output, everything else on standard error.
///
/// The one place that writes to either, and the one that breaks lines for a terminal: between words.
/// What is written is ``Shown``, so that nothing reaches a
/// terminal, a log or GitHub's runner that is neither amm's own nor made harmless.
package enum Console {
  /// A result, and a line feed.
  package static func print(_ text: Shown) { write(text + "\n", to: .output) }

  /// A result as it is.
  package static func write(_ text: Shown, to stream: Terminal.Stream = .output) {
    let safe = isInWorkflow ? text.withoutWorkflowCommands : text.text
    let fitted = Terminal.columns(of: stream).map { text.isProse ? safe.fitted(to: $0) : safe }
    Terminal.write(fitted ?? safe, to: stream)
  }

  /// Whether GitHub's runner reads what is written.
  private static let isInWorkflow = Terminal.variable("GITHUB_ACTIONS") != nil

  /// A line about what happens.
  package static func say(_ text: Shown) { write(text + "\n", to: .error) }

  /// Prints diagnostics in order, each once, and a line that counts them.
  package static func report(_ diagnostics: [Diagnostic]) {
    let told = told(of: diagnostics)
    guard !told.isEmpty else { return }
    var formatter = DiagnosticFormatter(style: Style(for: .error))
    if let columns = Terminal.columns(of: .error) { formatter.columns = min(columns, 122) }
    let sorted = told.shielded
    write(sorted.map(formatter.shown).joined(separator: "\n") + "\n", to: .error)
    say(summary(of: sorted))
  }

  /// What a run tells of what it found; `AMM_ADVICE=off` leaves advice out.
  package static func told(of diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.told(withAdvice: Terminal.variable("AMM_ADVICE") != "off")
  }

  /// "2 errors, 1 warning".
  package static func summary(of diagnostics: [Diagnostic]) -> Shown {
    let errors = diagnostics.count { $0.severity == .error }
    let parts = [(errors, "error"), (diagnostics.count - errors, "warning")]
    return Shown(
      line: parts.filter { $0.0 > 0 }.map { Phrase.count($0.0, $0.1) }.joined(separator: ", "))
  }

  /// Something that does not keep a command from its work.
  package static func warn(_ message: String, help: String? = nil) {
    let style = Style(for: .error)
    say("\(style.bold("amm:")) \(style.warning("warning:")) \(message)")
    if let help { say("  \(style.good("help:")) \(help)") }
  }

  /// A failure that no place in a file stands for.
  package static func fail(_ message: String, help: String? = nil) {
    let style = Style(for: .error)
    say("\(style.bold("amm:")) \(style.error("error:")) \(message)")
    if let help { say("  \(style.good("help:")) \(help)") }
  }

  /// A wrong command line, with how it should be.
  static func fail(_ error: UsageError) {
    fail(error.message)
    let style = Style(for: .error)
    for help in error.help { say("  \(style.good("help:")) \(help)") }
    if let usage = error.usage { say("  \(style.good("usage:")) \(usage)") }
  }

  /// Whether a person says yes to a question; nil where nobody is there to be asked.
  package static func ask(_ question: Shown) -> Bool? {
    Terminal.answer { write(question + " [y/N] ", to: .error) }.map { answer in
      ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace })
    }
  }
}

extension Layout {
  /// Of the terminal that standard output is, or of none.
  package static var ofOutput: Layout {
    Layout(Style(for: .output), columns: Terminal.columns(of: .output))
  }
}

extension Style {
  /// The style of one of the two streams.
  package init(for stream: Terminal.Stream) { self.init(colored: Terminal.wantsColor(stream)) }
}

extension Table {
  /// Its rows for standard output.
  package func lines(
    titles: Style? = nil, _ style: (Int, Shown) -> Shown = { $1 }
  ) -> [Shown] {
    lines(within: Terminal.columns(of: .output), titles: titles, style: style)
  }
}
