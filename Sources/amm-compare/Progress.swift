import CommandSupport
import Diagnostics
import Host
import Reports

/// Shows the progress of a run on one line of the terminal.
final class Progress {
  private let isShown: Bool
  private var total = 0
  private var done = 0
  private var start = 0.0
  private var pausedAt: Double?

  init() { isShown = Terminal.isTerminal(.error) }

  func begin(total: Int) {
    self.total = total
    start = Clock.monotonic()
  }

  func step() {
    if let pausedAt { start += Clock.monotonic() - pausedAt }
    pausedAt = nil
    done += 1
    let elapsed = Clock.monotonic() - start
    let left = elapsed / Double(done) * Double(total - done)
    say("measuring: \(done) of \(total), \(Self.text(left)) left")
  }

  /// Pauses the clock and clears the line, for other work that prints its own messages.
  func pause() {
    pausedAt = Clock.monotonic()
    end()
  }

  func say(_ text: String) {
    if isShown { Console.write(.clearLine + "\(text)", to: .error) }
  }

  func end() {
    if isShown { Console.write(.clearLine, to: .error) }
  }

  /// "2 min 5 s".
  private static func text(_ seconds: Double) -> String {
    let seconds = Int(seconds.rounded(.up))
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
