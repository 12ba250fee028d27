import Diagnostics
import Host

/// What commands say: results on standard output, everything else on standard error.
enum Console {
  static func print(_ text: String) { Terminal.write(text + "\n", to: .output) }

  static func say(_ text: String) {
    // What was written on the command line, or a file's name, may hold a token.
    Terminal.write(Secrets.redacted(text) + "\n", to: .error)
  }

  /// Prints diagnostics in order, each once, and a line that counts them.
  static func report(_ diagnostics: [Diagnostic]) {
    guard !diagnostics.isEmpty else { return }
    var formatter = DiagnosticFormatter(style: Style(for: .error))
    if let columns = Terminal.columns(of: .error) { formatter.columns = min(columns, 122) }
    let sorted = diagnostics.sorted()
    Terminal.write(sorted.map(formatter.text).joined(separator: "\n") + "\n", to: .error)
    say(summary(of: sorted))
  }

  /// "2 errors, 1 warning".
  static func summary(of diagnostics: [Diagnostic]) -> String {
    let errors = diagnostics.count { $0.severity == .error }
    let parts = [(errors, "error"), (diagnostics.count - errors, "warning")]
    return parts.filter { $0.0 > 0 }.map { Phrase.count($0.0, $0.1) }.joined(separator: ", ")
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
}
