import Diagnostics
import Host

/// What commands say: results on standard output, everything else on standard error.
///
/// The one place that writes to either. What is written is ``Shown``, so that nothing reaches a
/// terminal, a log or GitHub's runner that is neither amm's own nor made harmless.
enum Console {
  /// A result, and a line feed.
  static func print(_ text: Shown) { write(text + "\n", to: .output) }

  /// A result as it is.
  static func write(_ text: Shown, to stream: Terminal.Stream = .output) {
    Terminal.write(isInWorkflow ? text.withoutWorkflowCommands : text.text, to: stream)
  }

  /// Whether GitHub's runner reads what is written.
  private static let isInWorkflow = Terminal.variable("GITHUB_ACTIONS") != nil

  /// A line about what happens.
  static func say(_ text: Shown) { write(text + "\n", to: .error) }

  /// Runs a program and says what it says.
  ///
  /// - Parameter isQuiet: Whether what it prints is no result: it goes to standard error then.
  static func run(
    _ words: [String], in folder: String? = nil, asResult isResult: Bool = true
  ) throws(HostError) -> Subprocess.Result {
    try Subprocess.run(words, in: folder) { stream, line in
      let text = Shown(line: String(decoding: line, as: UTF8.self).withTabsAsBlanks)
      write(text + "\n", to: isResult ? stream : .error)
    }
  }

  /// Runs a program whose words are no result: they go to standard error.
  ///
  /// - Returns: How it ended, and the last lines that it wrote.
  static func follow(
    _ words: [String]
  ) throws(HostError) -> (result: Subprocess.Result, lastWords: String) {
    var last: [String] = []
    let result = try Subprocess.run(words) { _, line in
      let text = String(decoding: line, as: UTF8.self)
      if last.count == 20 { last.removeFirst() }
      last.append(text)
      say(Shown(line: text.withTabsAsBlanks))
    }
    return (result, last.joined(separator: "\n"))
  }

  /// Prints diagnostics in order, each once, and a line that counts them.
  static func report(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    var formatter = DiagnosticFormatter(style: Style(for: .error))
    if let columns = Terminal.columns(of: .error) { formatter.columns = min(columns, 122) }
    let sorted = diagnostics.sorted().shielded
    write(sorted.map(formatter.shown).joined(separator: "\n") + "\n", to: .error)
    say(summary(of: sorted))
  }

  /// "2 errors, 1 warning".
  static func summary(of diagnostics: [Diagnostic]) -> Shown {
    let errors = diagnostics.count { $0.severity == .error }
    let parts = [(errors, "error"), (diagnostics.count - errors, "warning")]
    return Shown(
      line: parts.filter { $0.0 > 0 }.map { Phrase.count($0.0, $0.1) }.joined(separator: ", "))
  }

  /// Something that does not keep a command from its work.
  static func warn(_ message: String, help: String? = nil) {
    let style = Style(for: .error)
    say("\(style.bold("amm:")) \(style.warning("warning:")) \(message)")
    if let help { say("  \(style.good("help:")) \(help)") }
  }

  /// A failure that no place in a file stands for.
  static func fail(_ message: String, help: String? = nil) {
    let style = Style(for: .error)
    say("\(style.bold("amm:")) \(style.error("error:")) \(message)")
    if let help { say("  \(style.good("help:")) \(help)") }
  }

  /// Whether a person says yes to a question; nil where nobody is there to be asked.
  static func ask(_ question: Shown) -> Bool? {
    Terminal.answer { write(question + " [y/N] ", to: .error) }.map { answer in
      ["y", "yes"].contains(answer.lowercased().filter { !$0.isWhitespace })
    }
  }
}

extension String {
  /// For programs whose columns are made of tabs.
  fileprivate var withTabsAsBlanks: String { replacing("\t", with: "  ") }
}
