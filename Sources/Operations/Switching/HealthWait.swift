package import Deployments
import Diagnostics
import Host
import Profiles

/// Follows a server until it serves the intended model.
package struct HealthWait {
  /// The result of waiting.
  package enum Outcome {
    case healthy(seconds: Double)
    /// The unit failed, restarts repeatedly or does not run; with the end of its journal.
    case failed(String)
    /// Something else answers; with the problem.
    case another(String)
    case timedOut(String)
    /// Someone asked this process to end.
    case cancelled
  }

  /// The machine that the server runs on.
  package let machine: Machine
  /// The server's service; nil if systemd has none.
  package let service: String?
  /// The services of tasks that must run with the server, such as one that creates its model.
  package let tasks: [String]
  /// Whether its model is created after the server starts; until then it serves other models.
  let makesModel: Bool
  /// The server's name in messages if it has no service.
  package let name: String
  package let image: ImageReference
  /// The address to query.
  package let address: String
  /// The port to query.
  package let port: Int
  /// The meanings of lines in its journal.
  package let log: ServerLog
  /// The path that answers once the model is loaded; nil if any answer suffices.
  package let path: String?
  /// The query for the served model; nil if the server does not report it.
  package let identity: ModelIdentity?
  /// Reads the key that the server requires; nil if it has none.
  package let key: () -> String?
  /// The time of its start in seconds since 1970; earlier lines of the journal are ignored.
  package let started: Int

  /// Waits for a number of seconds, and returns whether someone asked this process to end; nil to
  /// ignore that.
  var pause: ((Double) -> Bool)?

  /// Seconds for which another model is tolerated: the old server answers until it ends.
  private static let patience = 5.0

  /// - Parameter limit: Seconds to wait.
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
      // Before systemd restarts it, the old server may still answer.
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
      let seconds = elapsed < 5 ? 0.1 : 0.5
      if let pause {
        if pause(seconds) { return .cancelled }
      } else {
        machine.clock.sleep(seconds)
      }
    }
  }

  private var answers: Bool {
    guard let status = machine.network.status(address, port, path ?? "/") else {
      return false
    }
    return path == nil || (200..<300).contains(status)
  }

  /// Returns the phase according to Podman and the journal; nil if they do not show it.
  private func look(_ state: Services.State?) -> ServerPhase? {
    if state?.active != "active", state?.hasJob ?? false, machine.services.isWaitingForNetwork {
      return .waitingForNetwork
    }
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

/// Detects from successive states of a unit that it will not start.
package struct UnitWatch {
  /// The number of restarts at its start; a manual start resets the number.
  private var restarts: Int?
  /// The time since which it has not run.
  private var idle: Double?

  /// - Parameter elapsed: Seconds since its start.
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
