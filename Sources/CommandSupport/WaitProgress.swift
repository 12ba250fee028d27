import Deployments
import Host
import Operations
import Reports
import Synchronization

/// The progress of a server that starts, or of a download.
///
/// On a terminal, one line that changes. Elsewhere, a line for each phase or for each tenth.
final class WaitProgress: Sendable {
  private let isTerminal = Terminal.isTerminal(.error)
  private let told = Mutex<ServerPhase?>(nil)
  private let tenth = Mutex<(what: String, tenth: Int)?>(nil)

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

  func show(_ what: String, _ done: Int, of total: Int) {
    guard total > 0 else { return }
    // Both are below 2^53.
    let share = min(100, Int(Double(done) / Double(total) * 100))
    let line: Shown = "\(what): \(share) % of \(Self.size(total))"
    tenth.withLock { told in
      if isTerminal {
        Console.write(.clearLine + line, to: .error)
      } else if told?.what != what || told?.tenth != share / 10 {
        Console.say(line)
      }
      told = (what, share / 10)
    }
  }

  /// Returns a number of bytes as text, in MiB or GiB.
  private static func size(_ bytes: Int) -> String {
    bytes >= 1 << 30
      ? "\(bytes / (1 << 30)).\(bytes % (1 << 30) * 10 >> 30) GiB" : "\(max(1, bytes >> 20)) MiB"
  }

  func clear() {
    told.withLock { told in
      if isTerminal, told != nil { Console.write(.clearLine, to: .error) }
      told = nil
    }
    tenth.withLock { told in
      if isTerminal, told != nil { Console.write(.clearLine, to: .error) }
      told = nil
    }
  }
}
