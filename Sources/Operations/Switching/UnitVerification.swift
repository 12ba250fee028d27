import Deployments
import Host
import Targets
import Workspaces

/// Looks whether what was applied is so: the unit exists, is this workspace's, and has started anew.
///
/// That every program ended well does not say so: a configuration may not hold the unit, another file
/// may make one of the same name, and a unit that did not change for its manager is left running.
package struct UnitVerification {
  private let applier: Applier
  private let instance: Workload
  /// Whether something of the instance is new, so that its server must have started anew.
  private let isChanged: Bool
  private let folder: WorkspaceFolder
  /// The service before anything was applied; nil where there was none.
  private let before: Services.State?

  /// - Parameter isChanged: Whether something of the instance is new.
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

  /// Whether systemd runs the instance, so that there is something to look at.
  private var isSeen: Bool {
    switch applier.method {
    case .homeManager, .quadlet: true
    case .command: folder.machine.services.state(named: service) != nil
    case .none: false
    }
  }

  /// After applying: whether the unit is there, and made from this workspace's file.
  func requireUnit() throws(HostError) {
    guard isSeen else { return }
    guard let state = folder.machine.services.state(named: service) else { throw missing }
    // Another program installs it where it likes.
    guard applier.method == .quadlet else { return }
    let file = try folder.machine.folders.units + "/" + QuadletFile.name(of: instance.server)
    let source = state.source.isEmpty ? state.fragment : state.source
    // An absolute path of a file that is there, but for links on the way.
    guard let meant = Files.canonical(file), Files.canonical(source) == meant else {
      throw HostError(
        "serve with", service,
        reason: source.isEmpty
          ? "systemd does not tell which file the unit is made from, so it need not be '\(file)'"
          : "systemd makes the unit from '\(source)', not from '\(file)'; remove that file, or choose "
            + "another name for the instance")
    }
  }

  private var missing: HostError {
    HostError(
      "serve with", service,
      reason: applier.method == .quadlet
        ? "systemd has no such unit: Podman's generator made none of the file; "
          + "'amm doctor' looks for the generator"
        : "'home-manager switch' ended well, but systemd has no such unit: its configuration does not "
          + "hold amm's module, or not this workspace")
  }

  /// At the end: whether the server runs, and is not the one that ran before.
  func requireRunning() throws(HostError) {
    guard isSeen else { return }
    guard let state = folder.machine.services.state(named: service) else { throw missing }
    guard state.active == "active" || state.active == "reloading" else {
      throw HostError("serve with", service, reason: "the unit is \(state.active)")
    }
    guard isChanged, let before, before.active == "active", before.invocation == state.invocation
    else { return }
    // Somebody may have restarted it with the new files already.
    guard RunningContainer(of: instance, on: folder.machine)?.isAsWritten != true else { return }
    throw HostError(
      "serve with", service,
      reason: "the unit was not restarted, so the old server still runs"
        + (applier.method == .homeManager
          ? ": home-manager's configuration does not take this workspace's generated files" : ""))
  }

  /// What was reached, for people.
  package var sentence: String {
    switch applier.method {
    case .none: "nothing was applied, \(applier.choice.reason)"
    case .homeManager, .quadlet:
      "\(service) runs \(instance.provenance.profile), applied with \(applier.method.rawValue)"
    case .command:
      isSeen
        ? "\(service) runs \(instance.provenance.profile), applied with 'apply.command'"
        : "'apply.command' ended well; systemd has no unit of '\(instance.name.text)', so what it "
          + "serves was not seen"
    }
  }

}
