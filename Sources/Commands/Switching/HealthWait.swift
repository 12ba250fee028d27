import Deployments
import Diagnostics
import Host
import Profiles

/// Follows a server until it serves the model that is meant.
struct HealthWait {
  enum Outcome {
    case healthy(seconds: Double)
    /// The unit failed, restarts again and again or does not run; what its journal ends with.
    case failed(String)
    /// Something else answers; what is wrong with it.
    case another(String)
    case timedOut(String)
  }

  /// The service that systemd runs it as; nil where systemd has none.
  let service: String?
  /// The services of what must run beside the server, such as what makes its model.
  let tasks: [String]
  /// Whether its model is made once the server runs, so that it serves others until then.
  let makesModel: Bool
  /// What the server is called where it has no service.
  let name: String
  let image: ImageReference
  let address: String
  let port: Int
  /// The path that answers once the model is loaded; nil where any answer is one.
  let path: String?
  /// How it is asked which model it serves; nil where it tells none.
  let identity: ModelIdentity?
  /// When it was started, in seconds since 1970: what the journal says from then on counts.
  let started: Int

  /// Seconds for which another model may still be named: a server that goes answers to its end.
  private static let patience = 5.0

  /// - Parameter limit: Seconds.
  func run(limit: Double) -> Outcome {
    let start = Clock.monotonic()
    var progress = WaitProgress(name: service ?? name)
    defer { progress.clear() }
    var phase = ServerPhase.starting
    var nextLook = 0.0
    var watch = UnitWatch()
    var stranger: Double?
    while true {
      let elapsed = Clock.monotonic() - start
      let state = service.flatMap(Services.state(named:))
      // While systemd is about to restart it, the server that goes may still answer.
      if state.map({ $0.active == "active" && !$0.hasJob }) ?? true, answers {
        let reported = identity.flatMap { ReportedModel($0, address: address, port: port) }
        guard let objection = reported?.objection else { return .healthy(seconds: elapsed) }
        stranger = makesModel ? nil : stranger ?? elapsed
        if let stranger, elapsed - stranger > Self.patience { return .another(objection) }
        if makesModel { phase = .downloading }
      }
      if let state, watch.hasFailed(state, at: elapsed) {
        return .failed(lastWords)
      }
      for task in tasks where Services.state(named: task)?.active == "failed" {
        return .failed(Services.lastWords(of: task, since: started))
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
}

/// Tells from a unit's states, one after the other, whether it comes up no more.
struct UnitWatch {
  /// Counted from its start on: a start by hand sets the number back.
  private var restarts: Int?
  /// Since when it has not run.
  private var idle: Double?

  /// - Parameter elapsed: Seconds since it was started.
  mutating func hasFailed(_ state: Services.State, at elapsed: Double) -> Bool {
    guard !state.hasJob else { return false }
    restarts = restarts ?? state.restarts
    if state.active == "failed" || state.detail == "auto-restart" || state.restarts > restarts ?? 0
    {
      return true
    }
    idle = state.active == "inactive" ? idle ?? elapsed : nil
    return idle.map { elapsed - $0 > 3 } ?? false
  }
}

/// What is told while a server comes up: one line that changes on a terminal, a line a phase elsewhere.
private struct WaitProgress {
  let name: String
  private let isTerminal = Terminal.isTerminal(.error)
  private var told: ServerPhase?

  init(name: String) { self.name = name }

  mutating func show(_ phase: ServerPhase, _ elapsed: Double) {
    let line: Shown = "\(name): \(phase.rawValue), \(Int(elapsed)) s"
    if isTerminal {
      Console.write(.clearLine + line, to: .error)
    } else if phase != told {
      Console.say(line)
    }
    told = phase
  }

  func clear() {
    if isTerminal, told != nil { Console.write(.clearLine, to: .error) }
  }
}
