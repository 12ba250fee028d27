package import Deployments
import Diagnostics
import Host
import Profiles

/// Follows a server until it serves the model that is meant.
package struct HealthWait {
  /// How the waiting ended.
  package enum Outcome {
    case healthy(seconds: Double)
    /// The unit failed, restarts again and again or does not run; what its journal ends with.
    case failed(String)
    /// Something else answers; what is wrong with it.
    case another(String)
    case timedOut(String)
  }

  /// The machine that the server runs on.
  package let machine: Machine
  /// The service that systemd runs it as; nil where systemd has none.
  package let service: String?
  /// The services of what must run beside the server, such as what makes its model.
  package let tasks: [String]
  /// Whether its model is made once the server runs, so that it serves others until then.
  let makesModel: Bool
  /// What the server is called where it has no service.
  package let name: String
  package let image: ImageReference
  /// The address that the server is asked at.
  package let address: String
  /// The port that the server is asked at.
  package let port: Int
  /// What the lines of its journal mean.
  package let log: ServerLog
  /// The path that answers once the model is loaded; nil where any answer is one.
  package let path: String?
  /// How it is asked which model it serves; nil where it tells none.
  package let identity: ModelIdentity?
  /// Reads the key that the server asks for; nil where it has none.
  package let key: () -> String?
  /// When it was started, in seconds since 1970: what the journal says from then on counts.
  package let started: Int

  /// Seconds for which another model may still be named: a server that goes answers to its end.
  private static let patience = 5.0

  /// - Parameter limit: Seconds.
  package func run(limit: Double) -> Outcome {
    let start = machine.clock.monotonic()
    defer { machine.tell(.phaseEnded) }
    var phase = ServerPhase.starting
    var nextLook = 0.0
    var watch = UnitWatch()
    var stranger: Double?
    while true {
      let elapsed = machine.clock.monotonic() - start
      let state = service.flatMap(machine.services.state(named:))
      // While systemd is about to restart it, the server that goes may still answer.
      if state.map({ $0.active == "active" && !$0.hasJob }) ?? true, answers {
        let reported = identity.flatMap {
          ReportedModel($0, address: address, port: port, key: key, on: machine)
        }
        guard let objection = reported?.objection else { return .healthy(seconds: elapsed) }
        stranger = makesModel ? nil : stranger ?? elapsed
        if let stranger, elapsed - stranger > Self.patience { return .another(objection) }
        if makesModel { phase = .downloading }
      }
      if let state, watch.hasFailed(state, at: elapsed) {
        return .failed(lastWords)
      }
      for task in tasks where machine.services.state(named: task)?.active == "failed" {
        return .failed(machine.services.lastWords(of: task, since: started))
      }
      if elapsed > limit { return .timedOut(lastWords) }
      if elapsed >= nextLook {
        phase = look(state) ?? phase
        nextLook = elapsed + 1
      }
      machine.tell(.phase(server: service ?? name, phase, elapsed: elapsed))
      machine.clock.sleep(elapsed < 5 ? 0.1 : 0.5)
    }
  }

  private var answers: Bool {
    guard let status = machine.network.status(address, port, path ?? "/") else {
      return false
    }
    return path == nil || (200..<300).contains(status)
  }

  /// What Podman and the journal tell of it; nil where they tell nothing.
  private func look(_ state: Services.State?) -> ServerPhase? {
    if state?.active == "activating",
      let found = machine.capture(["podman", "image", "exists", image.text]),
      found.status == 1
    {
      return .pullingImage
    }
    return log.phase(in: journal(lines: 100)) ?? (state?.active == "active" ? .loading : nil)
  }

  private func journal(lines: Int) -> String {
    service.map { machine.services.journal(of: $0, since: started, lines: lines) } ?? ""
  }

  private var lastWords: String {
    service.map { machine.services.lastWords(of: $0, since: started) } ?? ""
  }
}

/// Tells from a unit's states, one after the other, whether it comes up no more.
package struct UnitWatch {
  /// Counted from its start on: a start by hand sets the number back.
  private var restarts: Int?
  /// Since when it has not run.
  private var idle: Double?

  /// - Parameter elapsed: Seconds since it was started.
  package mutating func hasFailed(_ state: Services.State, at elapsed: Double) -> Bool {
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
