import Diagnostics
import Host
package import Operations
import Reports

extension Machine {
  /// The machine that amm runs on; what happens is told on the console.
  package static var here: Machine {
    Machine(tell: Console.tell) { _ in Console.ask("run it, now and later?") }
  }
}

extension Console {
  /// Says what an operation tells.
  package static func tell(_ event: Event) {
    switch event {
    case .waiting(let holder, let folder): say("\(holder) is at work in \(folder); waiting for it")
    case .diagnostics(let diagnostics): report(diagnostics)
    case .warning(let message, let help): warn(message, help: help)
    case .note(let text): say("\(text)")
    case .programLine(let line, let isError):
      write(Shown(line: line.withTabsAsBlanks) + "\n", to: isError ? .error : .output)
    case .trustAsked(let workspace, let part):
      say("\(workspace) would run on this machine, for '\(part.name)':")
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
  /// For programs whose columns are made of tabs.
  fileprivate var withTabsAsBlanks: String { replacing("\t", with: "  ") }
}
