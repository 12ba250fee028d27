import Diagnostics
import Host
package import Operations
import Reports

extension Machine {
  /// The machine that amm runs on; it reports events on the console.
  package static var here: Machine {
    Machine(tell: Console.tell) { _ in Console.ask("run this, now and in the future?") }
  }
}

extension Console {
  /// Prints an event of an operation.
  package static func tell(_ event: Event) {
    switch event {
    case .waiting(let holder, let folder): say("\(holder) is working in \(folder); waiting for it")
    case .diagnostics(let diagnostics): report(diagnostics)
    case .warning(let message, let help): warn(message, help: help)
    case .failure(let message, let help): fail(message, help: help)
    case .note(let text): say("\(text)")
    case .programLine(let line, let isError):
      write(Shown(line: line.withTabsAsSpaces) + "\n", to: isError ? .error : .output)
    case .trustAsked(let workspace, let part):
      say("for '\(part.name)', \(workspace) would run on this machine:")
      for line in part.shown { say(line) }
    case .journal(let journal): say(Shown(lines: journal).dropLastNewline)
    case .phase(let server, let phase, let elapsed): progress.show(server, phase, elapsed)
    case .progress(let what, let done, let total): progress.show(what, done, of: total)
    case .phaseEnded: progress.clear()
    case .result(let text): print("\(text)")
    }
  }

  private static let progress = WaitProgress()
}

extension String {
  /// The text with tabs as spaces, for programs that align columns with tabs.
  fileprivate var withTabsAsSpaces: String { replacing("\t", with: "  ") }
}
