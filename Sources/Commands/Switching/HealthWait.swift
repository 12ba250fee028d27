import Deployments
import Host

/// Follows a server until it answers.
struct HealthWait {
  enum Outcome {
    case healthy(seconds: Double)
    /// The unit failed, restarts again and again or does not run; what its journal ends with.
    case failed(String)
    case timedOut(String)
  }

  /// The service that systemd runs it as; nil where systemd has none.
  let service: String?
  /// What the server is called where it has no service.
  let name: String
  let image: ImageReference
  let address: String
  let port: Int
  /// The path that answers once the model is loaded; nil where any answer is one.
  let path: String?
  /// When it was started, in seconds since 1970: what the journal says from then on counts.
  let started: Int

  /// - Parameter limit: Seconds.
  func run(limit: Double) -> Outcome {
    let start = Clock.monotonic()
    var progress = Progress(name: service ?? name)
    defer { progress.clear() }
    var phase = ServerPhase.starting
    var nextLook = 0.0
    var restarts: Int?
    var idle: Double?
    while true {
      let elapsed = Clock.monotonic() - start
      let state = service.flatMap(Services.state(named:))
      // While systemd is about to restart it, the server that goes may still answer.
      if state.map({ $0.active == "active" && !$0.hasJob }) ?? true, answers {
        return .healthy(seconds: elapsed)
      }
      if let state, !state.hasJob {
        // Counted from its start on: a start by hand sets the number back.
        restarts = restarts ?? state.restarts
        if state.active == "failed" || state.detail == "auto-restart"
          || state.restarts > restarts ?? 0
        {
          return .failed(lastWords)
        }
        idle = state.active == "inactive" ? idle ?? elapsed : nil
        if let idle, elapsed - idle > 3 { return .failed(lastWords) }
      }
      if elapsed > limit { return .timedOut(lastWords) }
      if elapsed >= nextLook {
        phase = look(state) ?? phase
        nextLook = elapsed + 1
      }
      progress.show(phase, elapsed)
      Clock.sleep(seconds: elapsed < 5 ? 0.1 : 0.5)
    }
  }

  private var answers: Bool {
    guard let status = HTTP.status(address: address, port: port, path: path ?? "/") else {
      return false
    }
    return path == nil || (200..<300).contains(status)
  }

  /// What Podman and the journal tell of it; nil where they tell nothing.
  private func look(_ state: Services.State?) -> ServerPhase? {
    if state?.active == "activating",
      let found = try? Subprocess.capture(["podman", "image", "exists", image.text]),
      found.status == 1
    {
      return .pullingImage
    }
    return ServerPhase.of(journal(lines: 100)) ?? (state?.active == "active" ? .loading : nil)
  }

  private func journal(lines: Int) -> String {
    service.map { Services.journal(of: $0, since: started, lines: lines) } ?? ""
  }

  private var lastWords: String {
    service.map { Services.lastWords(of: $0, since: started) } ?? ""
  }

  /// What is told meanwhile: one line that changes on a terminal, a line a phase elsewhere.
  private struct Progress {
    let name: String
    private let isTerminal = Terminal.isTerminal(.error)
    private var told: ServerPhase?

    init(name: String) { self.name = name }

    mutating func show(_ phase: ServerPhase, _ elapsed: Double) {
      let line = "\(name): \(phase.rawValue), \(Int(elapsed)) s"
      if isTerminal {
        Terminal.write("\r\u{1B}[K\(line)", to: .error)
      } else if phase != told {
        Console.say(line)
      }
      told = phase
    }

    func clear() {
      if isTerminal, told != nil { Terminal.write("\r\u{1B}[K", to: .error) }
    }
  }
}
