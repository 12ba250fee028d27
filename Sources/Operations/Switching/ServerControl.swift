import Deployments
import Diagnostics
import Host
import Targets
import Text
import Workspaces

/// Starts, stops and follows the server of an installed instance.
package struct ServerControl {
  private let machine: Machine
  private let instance: String
  /// The instance's service in systemd.
  package let service: String
  /// The workspace's deployment; nil if the workspace is invalid or there is none.
  private let deployment: Deployment?

  /// Finds the unit of an instance.
  ///
  /// A workspace that became invalid does not keep its servers from being started or stopped.
  ///
  /// - Throws: `OperationError` if systemd has no unit for it.
  package init(_ instance: String, in folder: WorkspaceFolder) throws {
    let workspace = (try? WorkspaceLoader(folder).load())?.value
    deployment = workspace?.deployment(on: folder.machine)
    if let workspace, workspace.deployment.workload(named: instance) != nil,
      let elsewhere = ElsewhereTarget(of: instance, in: workspace, on: folder.machine)
    {
      throw OperationError(.refused, elsewhere.sentence, help: elsewhere.control)
    }
    let isCompanion = deployment?.companions.contains { $0.name.text == instance } ?? false
    if try !isCompanion && !folder.instanceNames.isEmpty { try folder.requireInstance(instance) }
    machine = folder.machine
    self.instance = instance
    guard let state = machine.services.state(of: instance) else {
      guard machine.services.answers else {
        throw OperationError(
          .refused, machine.services.silence, help: machine.services.remedy)
      }
      throw OperationError(
        .refused, "systemd has no unit for '\(instance)'",
        help: "install it with 'amm switch' or 'home-manager switch'")
    }
    if let foreign = try UnitFolder(of: folder, makingParents: false)?.foreign,
      foreign.names.contains(instance)
    {
      throw OperationError(
        .refused,
        "\(state.name) belongs to the workspace '\(foreign.owner)', and this is '\(folder.canonicalPath)'",
        help: "use '--workspace \(foreign.owner.shellWord)'")
    }
    service = state.name
  }

  /// The command that reads the server's journal.
  package var journal: [String] { machine.services.journalctl + ["-u", service] }

  private var workload: Workload? { deployment?.workload(named: instance) }

  /// The prefix of the service's name, which home-manager adds.
  private var prefix: String { String(service.dropLast("\(instance).service".utf8.count)) }

  /// The units that start the server on demand; nil if the installed unit has none.
  private var activated: ActivatedServer? {
    let server = ActivatedServer(instance, service: service, workload, on: machine)
    return machine.services.state(named: server.socket) == nil ? nil : server
  }

  /// Starts the server, after requests under way to servers that it stops.
  ///
  /// - Returns: Once systemd has started it.
  package func start() throws {
    drainRivals()
    // A unit that reached its start limit can then start again, with all of its attempts.
    let activated = activated
    machine.services.forgetFailures(
      of: [service] + (activated.map { [$0.proxy, $0.socket] } ?? []))
    // systemctl waits with the unit, and prints nothing.
    if !machine.services.isOnline, workload?.server.waitsForNetwork ?? true,
      machine.podmanVersion.map({ $0 >= PodmanVersion(5, 3) }) ?? false
    {
      machine.tell(.note("the unit waits for the machine's network; see 'amm doctor'"))
    }
    guard let activated else { return try control("start") }
    try explained { () throws(HostError) in
      try activated.open()
      try activated.start()
    }
    guard let state = machine.services.state(named: service),
      state.active == "active" || state.hasJob
    else {
      throw OperationError(.refused, "\(service) did not start", help: help)
    }
    activated.startIdleTime()
  }

  /// Stops the server.
  package func stop() throws {
    guard let activated, machine.services.isActive(activated.socket) else {
      return try control("stop")
    }
    try explained { () throws(HostError) in
      try activated.close()
      try activated.open()
    }
    machine.tell(
      .note(
        "the next client that connects starts it again; '\(machine.services.systemctl.joined(separator: " ")) stop \(activated.socket)' closes its port"
      ))
  }

  /// Restarts the server, after its requests under way, or starts it.
  package func restart() throws {
    guard machine.services.isActive(service) else { return try start() }
    if let workload {
      Drain(machine: machine).wait(for: workload)
    } else if deployment == nil {
      warnOfRequests(to: instance)
    }
    machine.services.forgetFailures(of: [service])
    try control("restart")
    activated?.startIdleTime()
  }

  /// Does work while requests to end this process stay pending, so that ``Machine/waitForEnd``
  /// receives them.
  package static func holdingSignals(_ work: () throws -> Void) throws {
    // Before other threads start.
    Signals.hold()
    try work()
  }

  /// Starts the server, waits until it is healthy, and follows it until it ends or until someone
  /// asks this process to end, which stops the server.
  ///
  /// The caller holds the signals that ask for it, so that ``Machine/waitForEnd`` receives them.
  ///
  /// - Parameter limit: Seconds to wait until it is healthy.
  /// - Throws: `OperationError` if it does not become healthy, or if it fails later.
  package func runInForeground(limit: Int) throws {
    guard let workload else {
      guard deployment == nil else {
        throw OperationError(
          .usage, "'\(instance)' is a companion, and '--foreground' only follows servers of models")
      }
      throw OperationError(
        .invalid, "the workspace has errors, so amm does not know when '\(instance)' is healthy",
        help: "'amm validate' shows them")
    }
    let began = machine.clock.epoch()
    drainRivals()
    let activated = activated
    machine.services.forgetFailures(of: [service] + (activated.map { [$0.proxy] } ?? []))
    // While systemctl waits, a request to end would not be noticed.
    if let activated {
      try explained { () throws(HostError) in try activated.start(isWaiting: false) }
    } else {
      try control("start", isWaiting: false)
    }
    var wait = HealthWait(
      for: workload, service: service,
      tasks: workload.preparation.map { prefix + $0.name.text + ".service" }, since: began,
      on: machine)
    wait.pause = machine.waitForEnd
    let problem: String
    switch wait.run(limit: Double(limit)) {
    case .healthy(let seconds):
      machine.tell(.note("\(service) answers after \((seconds * 10).rounded() / 10) s"))
      return try follow(workload, since: began)
    case .cancelled: return try end()
    case .failed(let journal):
      machine.explain(journal, of: workload)
      problem = "\(service) failed"
    case .another(let objection): problem = "the server on its port \(objection)"
    case .timedOut(let journal):
      machine.explain(journal, of: workload)
      problem = "\(service) did not answer within \(limit) s"
    }
    try? end()
    throw OperationError(.unhealthy, problem)
  }

  /// Follows a server until it ends, or until someone asks this process to end.
  private func follow(_ workload: Workload, since began: Int) throws {
    while true {
      if machine.waitForEnd(1) { return try end() }
      guard let state = machine.services.state(named: service) else {
        throw OperationError(.unhealthy, "systemd has no unit '\(service)' any more")
      }
      // systemd restarts a server that fails, up to its limit.
      if state.active == "inactive", !state.hasJob {
        machine.tell(.note("\(service) was stopped"))
        return
      }
      if state.active == "failed" {
        machine.explain(machine.services.lastWords(of: service, since: began), of: workload)
        throw OperationError(.unhealthy, "\(service) failed")
      }
    }
  }

  /// Stops the server, and returns once it has ended; a server that starts with the session goes on.
  ///
  /// If this process is killed meanwhile, systemd still stops the server.
  private func end() throws {
    if workload?.server.lifecycle.isAutomatic ?? false {
      machine.tell(.note("\(service) goes on, because it starts with the session"))
      return
    }
    try control("stop", isWaiting: false)
    while let state = machine.services.state(named: service),
      state.hasJob || !["inactive", "failed"].contains(state.active)
    {
      _ = machine.waitForEnd(0.2)
    }
  }

  /// Waits for requests under way to servers that the start of this one stops.
  private func drainRivals() {
    guard let deployment else {
      for rival in machine.services.conflicts(of: service)
      where machine.services.isActive(rival) {
        warnOfRequests(to: rival)
      }
      return
    }
    for rival in workload.map(deployment.rivals) ?? []
    where machine.services.isActive(prefix + rival.name.text + ".service") {
      Drain(machine: machine).wait(for: rival)
    }
  }

  private func warnOfRequests(to server: String) {
    machine.tell(
      .warning(
        "the workspace has errors, so amm does not wait for requests under way to '\(server)'",
        help: "'amm validate' shows the errors"))
  }

  private func control(_ verb: String, isWaiting: Bool = true) throws {
    do { try machine.services.control(verb, service, isWaiting: isWaiting) } catch {
      throw OperationError(.refused, "\(service) did not \(verb)", help: help)
    }
  }

  /// What to do after a failure: a missing right is more likely than a server that fails.
  private var help: String {
    machine.asksAsRoot
      ? "only root controls services of the system: run the command with 'sudo'"
      : "see 'amm logs \(instance)'"
  }

  /// Adds the way to the server's journal to a failure.
  private func explained(_ action: () throws(HostError) -> Void) throws {
    do throws(HostError) { try action() } catch {
      throw OperationError(.refused, error.message, help: help)
    }
  }
}
