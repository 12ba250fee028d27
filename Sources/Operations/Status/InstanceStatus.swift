package import Deployments
import Host
import Targets

/// The state of one instance.
package struct InstanceStatus {
  /// Whether a server answers, and whether it is the right one.
  package enum Health: String, Sendable, CaseIterable {
    case healthy
    /// It runs and does not answer yet.
    case notReady = "not ready"
    /// The server runs, and its model is still being created.
    case noModel = "no model yet"
    /// A server answers that serves another model.
    case anotherModel = "another model answers"
    /// Something answers that is not this server.
    case anotherProgram = "another program answers"
    case down
    /// It does not run, and starts when a client connects.
    case idle
  }

  /// The instance as it would be deployed.
  package let workload: Workload
  /// The state of its unit; nil without systemd or without a unit.
  package let service: Services.State?
  /// Whether a socket is open that starts it.
  let isListening: Bool
  /// Whether the health endpoint answers with success.
  let answers: Bool
  /// The model that the server reports; nil if the server was not queried.
  package let model: ReportedModel?
  /// The container that runs under the instance's name; nil if none does, or without Podman.
  package let container: RunningContainer?
  /// Bytes that the server is planned to take of each GPU; nil if that is not known.
  package let plannedGPUMemory: Int?
  /// The other workspace that the unit belongs to, by its path; nil if it is this one's.
  let owner: String?

  /// The instance's name.
  package var name: String { workload.name.text }

  /// Whether a server answers, and whether it is the right one.
  package var health: Health {
    switch (answers, service?.active) {
    case (true, _) where owner != nil: .anotherProgram
    case (false, _) where owner != nil: .down
    case (true, "inactive"), (true, "failed"): .anotherProgram
    case (true, _) where model?.objection != nil:
      createsModel ? .noModel : model?.isStranger == true ? .anotherProgram : .anotherModel
    case (true, _): .healthy
    case (false, "active"), (false, "activating"): .notReady
    case (false, "inactive") where isListening: .idle
    case (false, _): .down
    }
  }

  /// Whether a task creates the model after the server starts; until then it has other models.
  private var createsModel: Bool { !workload.preparation.isEmpty && service?.active == "active" }

  /// Bytes of main memory: systemd's count for the unit, or the resident memory of the container's
  /// first process.
  package var memory: Int? { (service?.memory ?? container?.memory).map { max(0, $0) } }

  /// Whether the running container was started as the workspace describes; nil if none runs.
  package var runsAsWritten: Bool? { container?.isAsWritten }

  /// Facts that a table has no column for, each a phrase; empty for an ordinary server.
  package var remarks: [String] {
    var remarks: [String] = []
    if let owner { remarks.append("its unit belongs to the workspace '\(owner)'") }
    if let service, service.restarts > 0 {
      remarks.append("\(service.name) was restarted \(service.restarts) times")
    }
    if let objection = model?.objection {
      remarks.append("the server on its port \(objection)")
    }
    if model == .locked {
      remarks.append("the model was not checked: the server requires an API key")
    }
    return remarks
  }

  /// The models that the server reports if they are not the intended one.
  package var otherModels: [String]? {
    if case .other(let names) = model { names } else { nil }
  }
}

extension InstanceStatus {
  /// Queries systemd, the server and Podman.
  ///
  /// - Parameter owner: The other workspace whose unit has the instance's name; nil if none has it.
  init(
    _ workload: Workload, plannedGPUMemory: Int?, on machine: Machine, hasSystemd: Bool,
    hasPodman: Bool, owner: String?
  ) {
    let name = workload.name.text
    // Not the port for clients: a request to it would start a server that starts on demand.
    let port = workload.backend.reachable
    let service = hasSystemd && owner == nil ? machine.services.state(of: name) : nil
    // Another server of its exclusive group may have the same port.
    let isStopped = workload.group != nil && ["inactive", "failed"].contains(service?.active)
    let status =
      isStopped
      ? nil
      : machine.network.status(port.address, port.port, workload.endpoint.health ?? "/")
    let answers = status.map { (200..<300).contains($0) } ?? false
    var model: ReportedModel?
    if answers, let identity = workload.endpoint.identity {
      model = ReportedModel(
        identity, address: port.address, port: port.port, key: { machine.key(of: workload) },
        on: machine)
    }
    self.init(
      workload: workload, service: service,
      isListening: hasSystemd && workload.activation != nil
        && machine.services.isActive(ActivationUnits.socket(of: workload.name.text)),
      answers: answers, model: model,
      container: hasPodman && owner == nil ? RunningContainer(of: workload, on: machine) : nil,
      plannedGPUMemory: plannedGPUMemory, owner: owner)
  }
}
