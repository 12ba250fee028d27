import ArgumentParser
import Deployments
import Diagnostics
import Host
import Profiles
import Targets
import Workspaces

/// What a switch failed at.
struct SwitchFailure {
  /// Its name in the history: `apply` or `wait`.
  let step: String
  let message: String
  let status: ExitCode
}

/// Waits until a server that was applied serves what is meant, and shows why it does not.
struct ServerFollower {
  let applier: Applier
  /// Seconds.
  let limit: Int

  /// - Parameter started: When it was applied, in seconds since 1970.
  /// - Returns: Nil when the server answers.
  func follow(_ instance: Workload, since started: Int) -> SwitchFailure? {
    let name = instance.name.text
    let port = instance.exposure.reachable
    guard Addresses.isOfThisMachine(port.address) else {
      return failure(
        "'\(name)' listens on \(port.address), which is no address of this machine, so it is not asked"
      )
    }
    let service = Services.state(named: applier.service(of: name))?.name
    let title = service ?? name
    let wait = HealthWait(
      service: service,
      tasks: service == nil ? [] : instance.preparation.map { applier.service(of: $0.name.text) },
      makesModel: !instance.preparation.isEmpty, name: name, image: instance.server.image,
      address: port.address, port: port.port,
      path: instance.endpoint.health, identity: instance.endpoint.identity, started: started)
    switch wait.run(limit: Double(limit)) {
    case .healthy(let seconds):
      Console.print("\(title) answers after \((seconds * 10).rounded() / 10) s")
      return nil
    case .failed(let journal):
      Self.explain(journal)
      return failure("\(title) failed; its journal ends as shown above")
    case .another(let objection):
      return failure(
        "what answers on port \(port.port) \(objection); \(instance.provenance.model) was meant")
    case .timedOut(let journal):
      Self.explain(journal)
      return failure("\(title) did not answer within \(limit) s")
    }
  }

  private func failure(_ message: String) -> SwitchFailure {
    SwitchFailure(step: "wait", message: message, status: ExitStatus.unhealthy)
  }

  /// Shows a journal's end and what it most likely means.
  static func explain(_ journal: String) {
    guard !journal.isEmpty else { return }
    Console.say(Shown(lines: journal).dropLastNewline)
    if let cause = LikelyCause.of(journal) { Console.say("most likely: \(cause)") }
  }
}
