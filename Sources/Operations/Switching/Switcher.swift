import Deployments
import Diagnostics
import Host
import Targets
import Values
package import Workspaces

/// The options of a switch.
package struct SwitchRequest: Sendable {
  /// The default number of seconds to wait for a server.
  package static let standardWait = 1800

  /// The method to apply it; nil to use that of the workspace, or one that the machine supports.
  package var method: ApplySettings.Method?
  /// Seconds to wait until the server answers; nil to not wait.
  package var wait: Int?
  /// Whether a switch is kept if applying or waiting fails.
  package var keepsFailed: Bool
  /// Whether the user agrees once to run the workspace's commands.
  package var isTrusted: Bool

  package init(
    method: ApplySettings.Method? = nil, wait: Int? = nil, keepsFailed: Bool = false,
    isTrusted: Bool = false
  ) {
    self.method = method
    self.wait = wait
    self.keepsFailed = keepsFailed
    self.isTrusted = isTrusted
  }
}

/// Runs a switch from its checks to its end.
package struct Switcher {
  let folder: WorkspaceFolder
  private let request: SwitchRequest
  let machine: Machine
  private let start: Double

  /// Creates a switcher for a workspace and the options of a switch.
  package init(_ folder: WorkspaceFolder, _ request: SwitchRequest) {
    self.folder = folder
    self.request = request
    machine = folder.machine
    start = machine.clock.monotonic()
  }

  /// Makes the switch.
  ///
  /// - Throws: `OperationError` or `HostError`; the help describes the resulting state.
  package func run(_ instance: String, to profile: ProfileFile) throws {
    try folder.requireInstance(instance)
    var fetched = Needs()
    while true {
      // While images and models are fetched, the lock is free for other processes.
      let missing = try pass(instance, to: profile, having: fetched)
      if missing.isEmpty { return }
      let began = machine.clock.monotonic()
      try ImageFetch.pull(missing.images, on: machine)
      try ModelFetch(folder: folder).fetch(missing.models)
      fetched.images += missing.images
      fetched.models += missing.models
      fetched.seconds += machine.clock.monotonic() - began
    }
  }

  /// Returns the effects of the switch; changes nothing.
  package func preview(_ instance: String, to profile: ProfileFile) throws -> SwitchPreview {
    try folder.requireInstance(instance)
    let prepared = try prepare(instance, to: profile, isAgain: false, isDry: true)
    let fetch = ImageFetch(for: prepared.images, on: machine)
    return try SwitchPreview(prepared, missing: fetch.missing ?? [])
  }

  /// Images and models that servers need and this machine does not have.
  private struct Needs {
    var images: [ImageReference] = []
    var models: [ModelFetch.Job] = []
    /// The seconds that fetching took.
    var seconds = 0.0

    var isEmpty: Bool { images.isEmpty && models.isEmpty }
  }

  /// Makes the switch, or returns what must be fetched first.
  ///
  /// - Parameter fetched: What was already fetched for it.
  /// - Returns: Empty if the switch was made.
  private func pass(
    _ instance: String, to profile: ProfileFile, having fetched: Needs
  ) throws -> Needs {
    let lock = try folder.lock("active")
    defer { withExtendedLifetime(lock) {} }
    let prepared = try prepare(instance, to: profile, isAgain: !fetched.isEmpty)
    let missing = ImageFetch(for: prepared.images, on: machine).missing
    if missing == nil, !prepared.images.isEmpty {
      machine.tell(.note("Podman is not installed here; each server pulls its own image"))
    }
    let models = ModelFetch(folder: folder)
      .missing(for: prepared.toStart.map(\.name.text), in: prepared.switching.workspace)
    let needs = Needs(
      images: (missing ?? []).filter { !fetched.images.contains($0) },
      models: models.filter { !fetched.models.contains($0) })
    if needs.isEmpty { try make(prepared, copying: profile, after: fetched.seconds) }
    return needs
  }

  /// Determines everything that can be known before anything is changed.
  private func prepare(
    _ instance: String, to profile: ProfileFile, isAgain: Bool, isDry: Bool = false
  ) throws -> PreparedSwitch {
    guard
      let switching = try SwitchTransaction(
        folder, instance, to: profile, dryRun: isDry, isSilent: isAgain)
    else { throw OperationError.told(.invalid) }
    let applier = Applier(
      try method(for: instance, in: switching.workspace), switching.workspace, in: folder)
    if !isDry {
      try applier.requirePrograms()
      try Trust(folder).require(applier.trusted, given: request.isTrusted)
    }
    let effects = try applier.effects(of: switching.workspace, changed: switching.changedInstances)
    return PreparedSwitch(switching: switching, applier: applier, effects: effects)
  }

  /// Returns the method that applies the switch.
  private func method(
    for instance: String, in workspace: Workspace
  ) throws -> ApplyMethod {
    let programs = ApplyMethod.Programs(on: machine)
    guard
      let choice = ApplyMethod(typed: request.method, written: workspace.apply, on: programs)
    else {
      throw OperationError(
        .refused,
        "this machine cannot run servers: it has neither systemd nor home-manager with amm's module",
        help: "'--no-apply' only changes the link and generated/")
    }
    if [.quadlet, .homeManager].contains(choice.method) {
      if let elsewhere = ElsewhereTarget(of: instance, in: workspace, on: machine) {
        throw OperationError(.refused, elsewhere.sentence, help: elsewhere.help)
      }
    }
    if request.wait != nil, case .elsewhere(let host) = place(of: instance, in: workspace) {
      throw OperationError(
        .usage, "'--wait' waits for a server, but '\(instance)' runs on '\(host)'",
        help: "leave the option out; on that machine, 'amm status' shows whether it answers")
    }
    if choice.method == .none, request.wait != nil {
      throw OperationError(
        .usage,
        "'--wait' waits for a server, but nothing is applied, \(choice.reason)",
        help: "'--apply quadlet' or '--apply home-manager' applies it")
    }
    return choice
  }

  private func make(
    _ prepared: PreparedSwitch, copying profile: ProfileFile, after fetching: Double
  ) throws {
    let switching = prepared.switching
    let applier = prepared.applier
    let served = switching.workspace.deployment.workload(named: switching.instance)
    let verification = served.map { served in
      self.verification(of: served, by: applier, in: switching.workspace, prepared.changesOwn)
    }
    let count = try switching.changes.count
    let before = try StateBefore(
      hadUnit: applier.hasUnit(of: switching.instance), isStopped: prepared.isStopped,
      rivals: prepared.rivals)
    try switching.commit()
    if profile.isFromLibrary {
      machine.tell(.note("copied \(profile.id) from the library into the workspace"))
    }
    machine.tell(
      .result(
        "\(switching.instance): \(switching.from ?? "nothing") -> \(profile.id); "
          + "\(Phrase.count(count, "generated file")) changed"))
    if applier.method != .quadlet { warnOfUntracked(switching) }
    prepared.announce()
    record(switching, result: nil)
    let own = machine.clock.monotonic() - start - fetching
    let failure = applyAndWait(served, switching.workspace, applier, verification)
    let end =
      failure == nil || request.keepsFailed
      ? SwitchEnd.stands
      : takeBack(switching, applier, before)
    record(
      switching, result: failure?.step ?? (applier.method == .none ? "not applied" : "done"),
      undone: end != .stands, memory: failure == nil ? measured(switching, applier) : nil)
    if end == .stands { ExperimentStore(folder).record(switching) }
    guard let failure else {
      let time = "amm itself took \(Int((own * 1000).rounded())) ms"
      let word = applier.method == .none ? "" : "done: "
      machine.tell(.result("\(word)\(verification?.sentence ?? ""); \(time)"))
      return
    }
    throw OperationError(failure.kind, failure.message, help: end.text(of: switching))
  }

  /// Returns where an instance runs.
  private func place(of instance: String, in workspace: Workspace) -> ServedPlace {
    ServedPlace(of: instance, in: workspace, on: machine)
  }

  /// Returns what checks an instance after applying.
  ///
  /// - Parameter isChanged: Whether files of the instance changed.
  func verification(
    of served: Workload, by applier: Applier, in workspace: Workspace, _ isChanged: Bool
  ) -> any SwitchVerification {
    // Without a command, the deployment of this machine is applied, or nothing.
    let place = applier.method == .command ? place(of: served.name.text, in: workspace) : .here
    return switch place {
    case .here: UnitVerification(of: served, by: applier, in: folder, changed: isChanged)
    case .cluster(let cluster): ClusterVerification(instance: served, cluster: cluster)
    case .elsewhere(let host): ElsewhereVerification(instance: served.name.text, host: host)
    }
  }

  /// Records a switch in the history; if that fails, the switch remains.
  private func record(
    _ switching: SwitchTransaction, result: String?, undone: Bool = false, memory: Value? = nil
  ) {
    do throws(HostError) {
      try SwitchHistory(folder).add(
        switching, result: result, undone: undone, memory: memory, since: start)
    } catch {
      machine.tell(
        .warning("'amm history' will be incomplete for this switch: \(error.message)", help: nil))
    }
  }

  /// Returns the planned memory, and the memory that the server reported when it started; nil if
  /// one of them is not known.
  private func measured(_ switching: SwitchTransaction, _ applier: Applier) -> Value? {
    let name = switching.instance
    guard request.wait != nil, let service = machine.services.state(of: name)?.name,
      let plan = MemoryPlan(of: name, in: switching.workspace, on: machine)
    else { return nil }
    return MeasuredPlan(plan, log: machine.services.startOfJournal(of: service))?.value
  }

  /// Warns about files that git does not track: Nix silently builds a flake without them.
  private func warnOfUntracked(_ switching: SwitchTransaction) {
    let tracking = FlakeTracking(folder)
    guard tracking.isFlake else { return }
    let files = tracking.untracked(switching.files)
    guard !files.isEmpty else { return }
    machine.tell(
      .warning(
        "not tracked by git, so your flake does not see them: "
          + FlakeTracking.summary(of: files),
        help: tracking.command(for: files, in: switching.files)))
  }

  /// Applies a deployment, and checks that the instance is served as intended.
  func applyAndWait(
    _ served: Workload?, _ workspace: Workspace, _ applier: Applier,
    _ verification: (any SwitchVerification)?
  ) -> SwitchFailure? {
    guard let served, let verification else { return nil }
    let started = machine.clock.epoch()
    do throws(HostError) {
      let name = served.name.text
      try applier.apply(workspace, starting: name, isFollowed: request.wait != nil)
      return try verification.check(since: started, waiting: request.wait)
    } catch {
      if applier.method == .quadlet {
        let service = applier.service(of: served.name.text)
        ServerFollower(applier: applier, limit: 0)
          .explain(machine.services.lastWords(of: service, since: started), of: served)
      }
      return SwitchFailure(step: "apply", message: error.message, kind: .refused)
    }
  }
}
