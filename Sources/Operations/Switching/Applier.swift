package import Deployments
import Diagnostics
package import Host
import Schema
import Targets
package import Workspaces

/// Applies generated files to the machine.
package struct Applier {
  /// The method, and the reason for it.
  package let choice: ApplyMethod
  private let settings: ApplySettings
  private let folder: WorkspaceFolder
  /// The machine that it is applied to.
  package var machine: Machine { folder.machine }
  private var services: Services { machine.services }

  init(_ choice: ApplyMethod, _ workspace: Workspace, in folder: WorkspaceFolder) {
    self.choice = choice
    settings = workspace.apply
    self.folder = folder
  }

  /// The method.
  package var method: ApplySettings.Method { choice.method }

  /// The parts of the workspace that it runs on this machine, which require trust.
  package var trusted: [Trust.Part] { Trust.Part(settings, method).map { [$0] } ?? [] }

  /// Returns the service that runs an instance.
  package func service(of instance: String) -> String {
    switch method {
    case .homeManager:
      if let module = HomeManagerModule.installed(on: machine) {
        return "\(module.servicePrefix)\(instance).service"
      }
      return services.state(of: instance)?.name ?? "podman-\(instance).service"
    case .quadlet: return "\(instance).service"
    // The user's own command decides the name, so look for the service.
    case .command, .none: return services.state(of: instance)?.name ?? "\(instance).service"
    }
  }

  /// Checks that the program that applying needs exists, before anything is changed.
  func requirePrograms() throws(OperationError) {
    if method == .quadlet, machine.asksAsRoot {
      throw OperationError(
        .refused, "only root installs and starts units of the system",
        help: "run the command with 'sudo'; '--no-apply' only changes the link and generated/")
    }
    let program: String? =
      switch method {
      case .homeManager: "home-manager"
      case .quadlet: "systemctl"
      case .command: settings.command?.value.first?.value.text
      case .none: nil
      }
    // A path with a slash is relative to the workspace, where the program runs.
    guard let program, machine.find(program, folder.path) == nil else {
      guard method != .quadlet || machine.services.answers else {
        throw OperationError(
          .refused, machine.services.silence, help: machine.services.remedy)
      }
      return
    }
    throw OperationError(
      .refused, "cannot run '\(program)': there is no such program",
      help: "install it, or choose another method with '--apply'")
  }

  /// The effects of applying a deployment on servers.
  package struct Effects {
    /// Services that are stopped and removed.
    package var stopped: [String] = []
    /// Instances that are restarted if they run or start automatically.
    package var changed: [Workload]
    /// The companions that are restarted if they run or start automatically.
    package var companions: [Companion] = []
  }

  /// Returns the effects of applying; changes nothing.
  ///
  /// - Parameter changed: The instances with changed generated files.
  /// - Throws: Also if this workspace must not be applied here.
  func effects(
    of workspace: Workspace, changed: [Workload]
  ) throws(HostError) -> Effects {
    guard method == .quadlet else { return Effects(changed: changed) }
    try refuseHomeManagers(workspace.deployment(on: machine))
    let units = try UnitFolder(of: folder, makingParents: false)
    try units?.requireOwn()
    let changes = try UnitChanges(of: workspace, on: machine, in: units?.place.folder)
    return Effects(
      stopped: changes.stopped, changed: changes.instances, companions: changes.companions)
  }

  /// Throws if home-manager already runs an instance, under its own name.
  private func refuseHomeManagers(_ deployment: Deployment) throws(HostError) {
    for instance in deployment.workloads {
      let own = Services.homeManagerName(of: instance.name.text)
      guard services.state(named: own) != nil else { continue }
      throw HostError(
        "install a unit for", instance.name.text,
        reason: "home-manager runs it as '\(own)'; write 'apply: {method: home-manager}' in "
          + "instances.yaml, or remove it from home-manager's configuration")
    }
  }

  /// - Parameter isFollowed: Whether amm follows the instance's start, so that systemctl does not
  ///   need to wait for it.
  /// - Throws: If the machine refuses an action or a program fails.
  package func apply(
    _ workspace: Workspace, starting instance: String, isFollowed: Bool
  ) throws(HostError) {
    if method == .none { return }
    // Otherwise, systemd refuses a unit that was started five times in ten seconds, which can
    // happen when a switch is undone.
    services.forgetFailures(of: starter(of: workspace, instance))
    drain(workspace, starting: instance)
    switch method {
    case .none: return
    case .homeManager:
      try run(["home-manager", "switch"] + (settings.arguments?.value ?? []).map(\.value.text))
      // Also if it does not start with the session, or home-manager did not wait for it.
      guard let unit = starter(of: workspace, instance).last else { return }
      if services.state(named: unit) != nil {
        try services.control("start", unit, isWaiting: !isFollowed)
      }
    case .command:
      let words = (settings.command?.value ?? []).map(\.value.text)
      guard !words.isEmpty else {
        throw HostError("apply", "instances.yaml", reason: "'apply.command' names no program")
      }
      try run(words)
    case .quadlet: try install(workspace, starting: instance, isFollowed)
    }
  }

  /// Applies a deployment in which an instance does not run, and others of its group do.
  ///
  /// - Parameter running: The services that run.
  func restore(
    _ workspace: Workspace, stopping instance: String, running: [String]
  ) throws(HostError) {
    let own = service(of: instance)
    services.forgetFailures(of: [own] + running)
    if services.state(named: own) != nil { try services.control("stop", own) }
    switch method {
    case .none: return
    case .homeManager:
      try run(["home-manager", "switch"] + (settings.arguments?.value ?? []).map(\.value.text))
    case .command: try run((settings.command?.value ?? []).map(\.value.text))
    case .quadlet: try install(workspace, starting: nil, false)
    }
    if services.isActive(own) { try services.control("stop", own) }
    for service in running { try services.control("start", service) }
  }

  private func run(_ words: [String]) throws(HostError) {
    let result = try machine.run(words, in: folder.path)
    guard result.isSuccess else {
      throw HostError(
        "apply with", words[0], reason: "it ended with exit status \(result.status)")
    }
  }

  /// Returns the units that must not have failed for an instance to start, of which the last is
  /// the one to start: its socket if it starts on demand.
  private func starter(of workspace: Workspace, _ instance: String) -> [String] {
    let workload = workspace.deployment(on: machine).workload(named: instance)
    let plain = workload.map { QuadletFile.plainUnits(of: $0) } ?? []
    return [service(of: instance)] + plain.reversed()
  }

  /// Waits for requests under way to servers that applying may stop: that of the instance, and the
  /// members of its exclusive group.
  private func drain(_ workspace: Workspace, starting instance: String) {
    guard let own = workspace.deployment(on: machine).workload(named: instance) else { return }
    let affected = [own] + workspace.deployment(on: machine).rivals(of: own)
    for workload in affected where services.isActive(service(of: workload.name.text)) {
      Drain(machine: machine).wait(for: workload)
    }
  }

  /// Installs the unit files, and only restarts the servers with changed units.
  private func install(
    _ workspace: Workspace, starting instance: String?, _ isFollowed: Bool
  ) throws(HostError) {
    guard let units = try UnitFolder(of: folder, makingParents: true) else { return }
    let writer = try FolderWriter(to: units.place, machine)
    try units.requireOwn()
    let changes = try UnitChanges(of: workspace, on: machine, in: units.place.folder)
    try writer.requireRoom(for: changes.files)
    let links = try UnitLinks(on: machine)
    let plain = QuadletFile.plainUnits(of: workspace.deployment(on: machine))
    try links.requireRoom(for: plain)
    let names = Set(plain.map(\.name))
    try links.remove(links.installed.filter { !names.contains($0) })
    for service in changes.stopped where services.state(named: service) != nil {
      try services.control("stop", service)
    }
    let owner = try units.owner
    if !changes.changed.isEmpty || owner != .this {
      try writer.replace(with: changes.files, units.properties)
    }
    try links.add(plain)
    try services.control(["daemon-reload"])
    for changed in changes.instances {
      let service = QuadletFile.service(of: changed.server)
      let isOwn = changed.name.text == instance
      if changed.activation != nil {
        try reopen(changed, isFollowed && isOwn)
      } else if isOwn || changed.server.lifecycle.isAutomatic || services.isActive(service) {
        try services.control("restart", service, isWaiting: !(isFollowed && isOwn))
      }
    }
    for companion in changes.companions { try restart(companion) }
    // Also if nothing changed: after a switch, the instance must run.
    if let unit = instance.flatMap({ starter(of: workspace, $0).last }) {
      try services.control("start", unit, isWaiting: !isFollowed)
    }
  }

  /// Restarts a companion if it runs or starts with the session.
  ///
  /// One that does not run anyway is no reason to undo a switch.
  private func restart(_ companion: Companion) throws(HostError) {
    let service = QuadletFile.service(of: companion)
    let wasActive = services.isActive(service)
    guard companion.isAutomatic || wasActive else { return }
    let began = machine.clock.epoch()
    services.forgetFailures(of: [service])
    do throws(HostError) {
      try services.control("restart", service)
    } catch {
      let name = companion.name.text
      machine.tell(.journal(services.lastWords(of: service, since: began)))
      guard !wasActive else {
        throw HostError("start", name, reason: "its journal is shown above")
      }
      machine.tell(
        .warning(
          "the companion '\(name)' does not start", help: "'amm logs \(name)' shows its journal"))
    }
  }

  /// Closes and opens the socket of a server that starts on demand; the server only starts again if
  /// it runs.
  private func reopen(_ workload: Workload, _ isFollowed: Bool) throws(HostError) {
    let server = ActivatedServer(
      workload.name.text, service: QuadletFile.service(of: workload.server), workload, on: machine)
    let wasActive = services.isActive(server.service)
    // An earlier version of the server may hold the port that the socket opens.
    try server.close()
    try server.open()
    guard wasActive else { return }
    try server.start(isWaiting: !isFollowed)
    server.startIdleTime()
  }

  /// Returns whether an instance is installed; true for methods where amm cannot check this.
  func hasUnit(of instance: String) throws(HostError) -> Bool {
    guard method == .quadlet else { return true }
    let units = try UnitFolder(of: folder, makingParents: false)
    return try units?.place.folder?.kind(of: "\(instance).container") != nil
  }

  /// Stops an instance that was installed for the first time, and removes its units.
  ///
  /// - Parameter workspace: The restored workspace.
  func withdraw(_ instance: String, from workspace: Workspace) throws(HostError) {
    guard let units = try UnitFolder(of: folder, makingParents: false) else { return }
    let writer = try FolderWriter(to: units.place, machine)
    try units.requireOwn()
    let links = try UnitLinks(on: machine)
    let plain = ActivationUnits.names(of: instance)
    try links.remove(links.installed.filter(plain.contains))
    let service = "\(instance).service"
    if services.state(named: service) != nil { try services.control("stop", service) }
    let own = workspace.deployment(on: machine).workload(named: instance)?.containers ?? []
    let names = own.map(QuadletFile.name) + plain
    let files = try UnitChanges(of: workspace, on: machine, in: units.place.folder).files
      .filter { !names.contains($0.path) }
    // Networks and volumes are only needed by containers.
    let isNeeded = files.contains {
      $0.path.hasSuffix(".container") || QuadletFile.isPlainUnit($0.path)
    }
    try writer.replace(with: isNeeded ? files : [], units.properties)
    try services.control(["daemon-reload"])
  }
}
