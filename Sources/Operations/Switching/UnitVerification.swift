import Deployments
import Host
import Targets
import Workspaces

/// Checks the result of applying: the unit exists, is from this workspace, and was restarted.
///
/// The success of all programs is not enough: a configuration may not include the unit, another
/// file may define a unit of the same name, and a manager does not restart a unit that it regards
/// as unchanged.
struct UnitVerification: SwitchVerification {
  private let applier: Applier
  private let instance: Workload
  /// Whether files of the instance changed, so that its server must have been restarted.
  private let isChanged: Bool
  private let folder: WorkspaceFolder
  /// The service before applying; nil if there was none.
  private let before: Services.State?

  /// - Parameter isChanged: Whether files of the instance changed.
  init(
    of instance: Workload, by applier: Applier, in folder: WorkspaceFolder,
    changed isChanged: Bool
  ) {
    self.applier = applier
    self.instance = instance
    self.isChanged = isChanged
    self.folder = folder
    before =
      applier.method == .none
      ? nil : folder.machine.services.state(named: applier.service(of: instance.name.text))
  }

  private var service: String { applier.service(of: instance.name.text) }

  /// Whether systemd runs the instance, so that it can be checked.
  private var isSeen: Bool {
    switch applier.method {
    case .homeManager, .quadlet: true
    case .command: folder.machine.services.state(named: service) != nil
    case .none: false
    }
  }

  func check(since started: Int, waiting limit: Int?) throws(HostError) -> SwitchFailure? {
    try requireUnit()
    if let limit {
      let follower = ServerFollower(applier: applier, limit: limit)
      if let failure = follower.follow(instance, since: started) { return failure }
    }
    try requireRunning()
    return nil
  }

  /// Checks after applying that the unit exists and was created from this workspace's file.
  private func requireUnit() throws(HostError) {
    guard isSeen else { return }
    guard let state = folder.machine.services.state(named: service) else { throw missing }
    // Another program can install it anywhere.
    guard applier.method == .quadlet else { return }
    let file = try folder.machine.folders.units + "/" + QuadletFile.name(of: instance.server)
    let source = state.source.isEmpty ? state.fragment : state.source
    // Compare the paths of existing files without links.
    guard let meant = Files.canonical(file), Files.canonical(source) == meant else {
      throw HostError(
        "serve with", service,
        reason: source.isEmpty
          ? "systemd does not report the file that the unit is made from, so it may not be '\(file)'"
          : "systemd makes the unit from '\(source)', not from '\(file)'; remove that file, or choose "
            + "another name for the instance")
    }
  }

  private var missing: HostError {
    HostError(
      "serve with", service,
      reason: applier.method == .quadlet
        ? "systemd has no such unit: Podman's generator did not create it from the file; "
          + "'amm doctor' checks the generator"
        : "'home-manager switch' succeeded, but systemd has no such unit: its configuration does not "
          + "include amm's module, or not this workspace")
  }

  /// Checks at the end that the server runs and was restarted.
  private func requireRunning() throws(HostError) {
    guard isSeen else { return }
    guard let state = folder.machine.services.state(named: service) else { throw missing }
    if instance.activation != nil {
      let socket = ActivationUnits.socket(of: instance.name.text)
      guard folder.machine.services.isActive(socket) else {
        throw HostError("serve with", socket, reason: "the socket is not open")
      }
      if state.active == "inactive" { return }
    }
    guard state.active == "active" || state.active == "reloading" else {
      throw HostError("serve with", service, reason: "the unit is \(state.active)")
    }
    guard isChanged, let before, before.active == "active", before.invocation == state.invocation
    else { return }
    // It may have been restarted with the new files before.
    guard RunningContainer(of: instance, on: folder.machine)?.isAsWritten != true else { return }
    throw HostError(
      "serve with", service,
      reason: "the unit was not restarted, so the old server still runs"
        + (applier.method == .homeManager
          ? ": home-manager's configuration does not use this workspace's generated files" : ""))
  }

  /// Whether the server starts on demand and does not run.
  private var isAsleep: Bool {
    instance.activation != nil && !folder.machine.services.isActive(service)
  }

  var sentence: String {
    switch applier.method {
    case .none: "nothing was applied, \(applier.choice.reason)"
    case .homeManager where isAsleep, .quadlet where isAsleep:
      "the next client that connects to port \(instance.exposure.host.number) starts "
        + "\(instance.provenance.profile), applied with \(applier.method.rawValue)"
    case .homeManager, .quadlet:
      "\(service) runs \(instance.provenance.profile), applied with \(applier.method.rawValue)"
    case .command:
      isSeen
        ? "\(service) runs \(instance.provenance.profile), applied with 'apply.command'"
        : "'apply.command' succeeded; systemd has no unit of '\(instance.name.text)', so amm could not "
          + "check what it serves"
    }
  }
}
