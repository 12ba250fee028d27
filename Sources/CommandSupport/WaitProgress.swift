import Deployments
import Host
import Operations
import Reports
import Synchronization

/// What is told while a server comes up: one line that changes on a terminal, a line a phase elsewhere.
final class WaitProgress: Sendable {
  private let isTerminal = Terminal.isTerminal(.error)
  private let told = Mutex<ServerPhase?>(nil)

  func show(_ server: String, _ phase: ServerPhase, _ elapsed: Double) {
    let line: Shown = "\(server): \(phase.rawValue), \(Int(elapsed)) s"
    told.withLock { told in
      if isTerminal {
        Console.write(.clearLine + line, to: .error)
      } else if phase != told {
        Console.say(line)
      }
      told = phase
    }
  }

  func clear() {
    told.withLock { told in
      if isTerminal, told != nil { Console.write(.clearLine, to: .error) }
      told = nil
    }
  }
}
