package import Deployments
import Diagnostics
import Host
import Profiles
import Targets
import Workspaces

/// The failure of a switch.
package struct SwitchFailure {
  /// The step that failed, by its name in the history: `apply` or `wait`.
  package let step: String
  /// The reason, in one line.
  package let message: String
  package let kind: OperationError.Kind
}

/// Waits until an applied server serves the intended model, or shows the reason that it does not.
package struct ServerFollower {
  let applier: Applier
  private var machine: Machine { applier.machine }
  /// Seconds to wait.
  package let limit: Int

  /// - Parameter started: The time of applying, in seconds since 1970.
  /// - Returns: Nil if the server answers.
  package func follow(_ instance: Workload, since started: Int) -> SwitchFailure? {
    let name = instance.name.text
    let port = instance.exposure.reachable
    guard machine.network.isOwn(port.address) else {
      return failure(
        "'\(name)' listens on \(port.address), which is not an address of this machine, so amm cannot query it"
      )
    }
    let service = machine.services.state(named: applier.service(of: name))?.name
    let title = service ?? name
    let wait = HealthWait(
      machine: machine, service: service,
      tasks: service == nil ? [] : instance.preparation.map { applier.service(of: $0.name.text) },
      makesModel: !instance.preparation.isEmpty, name: name, image: instance.server.image,
      address: port.address, port: port.port,
      log: instance.log.joined(with: .ofEngine), path: instance.endpoint.health,
      identity: instance.endpoint.identity, key: { machine.key(of: instance) }, started: started)
    switch wait.run(limit: Double(limit)) {
    case .healthy(let seconds):
      machine.tell(.result("\(title) answers after \((seconds * 10).rounded() / 10) s"))
      return nil
    case .failed(let journal):
      explain(journal, of: instance)
      return failure("\(title) failed; the end of its journal is shown above")
    case .another(let objection):
      return failure(
        "what answers on port \(port.port) \(objection); expected \(instance.provenance.model)")
    case .timedOut(let journal):
      explain(journal, of: instance)
      return failure("\(title) did not answer within \(limit) s")
    }
  }

  private func failure(_ message: String) -> SwitchFailure {
    SwitchFailure(step: "wait", message: message, kind: .unhealthy)
  }

  /// Shows the end of a journal and its most likely meaning.
  package func explain(_ journal: String, of instance: Workload) {
    guard !journal.isEmpty else { return }
    machine.tell(.journal(journal))
    let log = instance.log.joined(with: .ofEngine)
    if let cause = log.cause(of: journal) {
      machine.tell(.note("most likely: \(cause)"))
    } else if let status = machine.services.state(of: instance.name.text)?.exitStatus,
      let meaning = log.meaning(ofExit: status)
    {
      machine.tell(.note("it ended with status \(status): \(meaning)"))
    }
  }
}
