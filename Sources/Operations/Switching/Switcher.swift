import Deployments
import Diagnostics
import Host
import Targets
import Values
package import Workspaces

/// How a switch is to be made.
package struct SwitchRequest: Sendable {
  /// Seconds for which a server is followed where nobody says for how long.
  package static let standardWait = 1800

  /// How it reaches the machine; nil for what the workspace says, or the machine has.
  package var method: ApplySettings.Method?
  /// Seconds for which the server is followed until it answers; nil where nobody waits for it.
  package var wait: Int?
  /// Whether things are left as they are when applying or waiting fails.
  package var keepsFailed: Bool
  /// Whether the user agrees, for this once, to what the workspace names to be run.
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
  private let folder: WorkspaceFolder
  private let request: SwitchRequest
  private let machine: Machine
  private let start: Double

  /// Switches in a workspace, as a request says.
  package init(_ folder: WorkspaceFolder, _ request: SwitchRequest) {
    self.folder = folder
    self.request = request
    machine = folder.machine
    start = machine.clock.monotonic()
  }

  /// Makes the switch.
  ///
  /// - Throws: `OperationError` or `HostError`; in which state things are stands in the help.
  package func run(_ instance: String, to profile: ProfileFile) throws {
    try requireInstance(instance)
    var fetched = Needs()
    while true {
      // Nobody else waits for this switch while images and models are fetched.
      let missing = try pass(instance, to: profile, having: fetched)
      if missing.isEmpty { return }
      try ImageFetch.pull(missing.images, on: machine)
      try ModelFetch(folder: folder).fetch(missing.models)
      fetched.images += missing.images
      fetched.models += missing.models
    }
  }

  /// What the switch would do; touches nothing.
  package func preview(_ instance: String, to profile: ProfileFile) throws -> SwitchPreview {
    try requireInstance(instance)
    let prepared = try prepare(instance, to: profile, isAgain: false, isDry: true)
    let fetch = ImageFetch(for: prepared.toStart, on: machine)
    return try SwitchPreview(prepared, missing: fetch.missing ?? [])
  }

  /// What servers need that is not on this machine.
  private struct Needs {
    var images: [ImageReference] = []
    var models: [ModelFetch.Job] = []

    var isEmpty: Bool { images.isEmpty && models.isEmpty }
  }

  /// Makes the switch, or says what must be fetched first.
  ///
  /// - Parameter fetched: What was fetched for it already.
  /// - Returns: Nothing when the switch was made.
  private func pass(
    _ instance: String, to profile: ProfileFile, having fetched: Needs
  ) throws -> Needs {
    let lock = try folder.lock("active")
    defer { withExtendedLifetime(lock) {} }
    let prepared = try prepare(instance, to: profile, isAgain: !fetched.isEmpty)
    let missing = ImageFetch(for: prepared.toStart, on: machine).missing
    if missing == nil {
      machine.tell(.note("there is no podman here to ask for images; each server pulls its own"))
    }
    let models = ModelFetch(folder: folder)
      .missing(for: prepared.toStart.map(\.name.text), in: prepared.switching.workspace)
    let needs = Needs(
      images: (missing ?? []).filter { !fetched.images.contains($0) },
      models: models.filter { !fetched.models.contains($0) })
    if needs.isEmpty { try make(prepared, copying: profile) }
    return needs
  }

  /// Everything that can be known before anything is touched.
  private func prepare(
    _ instance: String, to profile: ProfileFile, isAgain: Bool, isDry: Bool = false
  ) throws -> PreparedSwitch {
    guard
      let switching = try SwitchTransaction(
        folder, instance, to: profile, dryRun: isDry, isSilent: isAgain)
    else { throw OperationError.told(.invalid) }
    let applier = Applier(try method(for: switching.workspace), switching.workspace, in: folder)
    if !isDry {
      try applier.requirePrograms()
      try Trust(folder).require(applier.trusted, given: request.isTrusted)
    }
    let effects = try applier.effects(of: switching.workspace, changed: switching.changedInstances)
    return PreparedSwitch(switching: switching, applier: applier, effects: effects)
  }

  /// How the switch reaches the machine.
  private func method(for workspace: Workspace) throws -> ApplyMethod {
    let programs = ApplyMethod.Programs(on: machine)
    guard
      let choice = ApplyMethod(typed: request.method, written: workspace.apply, on: programs)
    else {
      throw OperationError(
        .refused,
        "there is nothing here to run servers: neither systemd nor home-manager with amm's module",
        help: "'--no-apply' changes the link and generated/ alone")
    }
    if [.quadlet, .homeManager].contains(choice.method), !workspace.targets.hasPodman {
      throw OperationError(
        .refused,
        "the workspace has no target of the kind 'podman', which '\(choice.method.rawValue)' applies",
        help:
          "write 'apply: {method: command, command: [docker, compose, …]}' in instances.yaml, or "
          + "use '--no-apply'")
    }
    if choice.method == .none, request.wait != nil {
      throw OperationError(
        .usage,
        "'--wait' follows a server, but nothing is applied, \(choice.reason)",
        help: "'--apply quadlet' or '--apply home-manager' applies it")
    }
    return choice
  }

  private func make(_ prepared: PreparedSwitch, copying profile: ProfileFile) throws {
    let switching = prepared.switching
    let applier = prepared.applier
    let served = switching.workspace.deployment.workload(named: switching.instance)
    let verification = served.map { served in
      UnitVerification(
        of: served, by: applier, in: folder, changed: prepared.changesOwn)
    }
    let count = try switching.changes.count
    let hadUnit = try applier.hasUnit(of: switching.instance)
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
    let own = machine.clock.monotonic() - start
    let failure = applyAndWait(served, switching.workspace, applier, verification)
    let end =
      failure == nil || request.keepsFailed
      ? SwitchEnd.stands
      : takeBack(switching, applier, hadUnit: hadUnit)
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

  /// A switch that is done stays done where it cannot be written down.
  private func record(
    _ switching: SwitchTransaction, result: String?, undone: Bool = false, memory: Value? = nil
  ) {
    do throws(HostError) {
      try SwitchHistory(folder).add(
        switching, result: result, undone: undone, memory: memory, since: start)
    } catch {
      machine.tell(
        .warning("'amm history' will not know all of this switch: \(error.message)", help: nil))
    }
  }

  /// What memory was planned, beside what a server that was followed says of its start; nil where one of
  /// them is not known.
  private func measured(_ switching: SwitchTransaction, _ applier: Applier) -> Value? {
    let name = switching.instance
    guard request.wait != nil, let service = machine.services.state(of: name)?.name,
      let plan = MemoryPlan(of: name, in: switching.workspace, on: machine)
    else { return nil }
    return MeasuredPlan(plan, log: machine.services.startOfJournal(of: service))?.value
  }

  /// A flake is built without what git does not track, and says nothing of it.
  private func warnOfUntracked(_ switching: SwitchTransaction) {
    let tracking = FlakeTracking(folder)
    guard tracking.isFlake else { return }
    let files = tracking.untracked(switching.files)
    guard !files.isEmpty else { return }
    machine.tell(
      .warning(
        "git does not track, so that for your flake they do not exist: "
          + FlakeTracking.summary(of: files),
        help: tracking.command(for: files, in: switching.files)))
  }

  /// Applies a deployment, and looks whether the instance is served as it was meant.
  private func applyAndWait(
    _ served: Workload?, _ workspace: Workspace, _ applier: Applier,
    _ verification: UnitVerification?
  ) -> SwitchFailure? {
    guard let served, let verification else { return nil }
    let started = machine.clock.epoch()
    do throws(HostError) {
      let name = served.name.text
      try applier.apply(workspace, starting: name, isFollowed: request.wait != nil)
      try verification.requireUnit()
      if let limit = request.wait {
        let follower = ServerFollower(applier: applier, limit: limit)
        if let failure = follower.follow(served, since: started) { return failure }
      }
      try verification.requireRunning()
      return nil
    } catch {
      if applier.method == .quadlet {
        let service = applier.service(of: served.name.text)
        ServerFollower(applier: applier, limit: 0)
          .explain(machine.services.lastWords(of: service, since: started), of: served)
      }
      return SwitchFailure(step: "apply", message: error.message, kind: .refused)
    }
  }

  /// - Parameter hadUnit: Whether the instance was installed before.
  private func takeBack(
    _ switching: SwitchTransaction, _ applier: Applier, hadUnit: Bool
  ) -> SwitchEnd {
    do throws(HostError) {
      guard let old = try switching.takeBack() else { return .stands }
      guard hadUnit else {
        do throws(HostError) {
          try applier.withdraw(switching.instance, from: old)
          return .withdrawn
        } catch {
          return .filesUndone(error.message)
        }
      }
      let served = old.deployment.workload(named: switching.instance)
      // Whether it has started anew is not asked: it may never have been stopped.
      let verification = served.map { served in
        UnitVerification(of: served, by: applier, in: folder, changed: false)
      }
      let failure = applyAndWait(served, old, applier, verification)
      switch failure?.step {
      case nil: return applier.method == .none ? .filesUndone(nil) : .undone
      case "wait": return .notAnswering
      default: return .filesUndone(failure?.message)
      }
    } catch {
      return .failed(error.message)
    }
  }

  private func requireInstance(_ name: String) throws {
    let names = try folder.instanceNames
    guard !names.contains(name) else { return }
    throw OperationError(
      .invalid, "there is no instance '\(name)'",
      help: Suggestion.help(
        for: name, among: names, otherwise: "the instances are \(Phrase.allOf(names))"))
  }
}
