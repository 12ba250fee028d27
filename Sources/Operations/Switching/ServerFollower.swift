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
    let port = instance.backend.reachable
    guard machine.network.isOwn(port.address) else {
      return failure(
        "'\(name)' listens on \(port.address), which is not an address of this machine, so amm cannot query it"
      )
    }
    let state = machine.services.state(named: applier.service(of: name))
    // A request would start it, so it is not asked.
    if instance.activation != nil, state.map({ $0.active == "inactive" && !$0.hasJob }) ?? false {
      return nil
    }
    let service = state?.name
    let title = service ?? name
    let wait = HealthWait(
      for: instance, service: service,
      tasks: instance.preparation.map { applier.service(of: $0.name.text) }, since: started,
      on: machine)
    switch wait.run(limit: Double(limit)) {
    case .healthy(let seconds):
      machine.tell(.result("\(title) answers after \((seconds * 10).rounded() / 10) s"))
      return nil
    case .failed(let journal):
      explain(journal, of: instance)
      return failure("\(title) failed; the end of its journal is shown above")
    case .another(let objection):
      return failure(
        "the server on port \(port.port) \(objection); expected \(instance.provenance.model)")
    case .cancelled: return failure("waiting for \(title) was cancelled")
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
    machine.explain(journal, of: instance)
  }
}

extension HealthWait {
  /// Follows the server of a workload.
  ///
  /// - Parameters:
  ///   - service: Its service; nil if systemd has none.
  ///   - tasks: The services of the tasks that run with it.
  ///   - started: The time of its start, in seconds since 1970.
  init(
    for workload: Workload, service: String?, tasks: [String], since started: Int,
    on machine: Machine
  ) {
    let port = workload.backend.reachable
    self.init(
      machine: machine, service: service, tasks: service == nil ? [] : tasks,
      makesModel: !workload.preparation.isEmpty, name: workload.name.text,
      image: workload.server.image, address: port.address, port: port.port,
      log: workload.log.joined(with: .ofEngine), path: workload.endpoint.health,
      identity: workload.endpoint.identity, key: { machine.key(of: workload) }, started: started)
  }
}

extension Machine {
  /// Shows the end of a server's journal and its most likely meaning.
  func explain(_ journal: String, of instance: Workload) {
    let machine = self
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
