import ArgumentParser
import Deployments
import Diagnostics
import Host
import Profiles
import Rendering
import Schema
import Values
import Workspaces

/// Runs a switch from its checks to its end.
struct Switcher {
  private let folder: WorkspaceFolder
  private let options: SwitchOptions
  private let start = Clock.monotonic()

  init(_ folder: WorkspaceFolder, _ options: SwitchOptions) {
    self.folder = folder
    self.options = options
  }

  func run(_ instance: String, to profile: ProfileFile) throws {
    try requireInstance(instance)
    let lock = try FolderLock(folder.file("active")) { holder in
      let who = holder ?? "another amm"
      Console.say("\(who) is switching in this workspace; waiting for it")
    }
    defer { withExtendedLifetime(lock) {} }
    guard let switching = try SwitchTransaction(folder, instance, to: profile) else {
      throw ExitStatus.invalid
    }
    let applier = Applier(
      options.noApply ? ApplySettings.Method.none : options.apply, switching.workspace, in: folder)
    if options.dryRun { return try SwitchPreview(switching, applier).show() }
    try applier.requirePrograms()
    let count = try switching.changes.count
    try switching.commit()
    if profile.isFromLibrary {
      Console.say("copied \(profile.id) from the library into the workspace")
    }
    Console.print(
      "\(instance): \(switching.from ?? "nothing") -> \(profile.id); \(Phrase.count(count, "generated file")) changed"
    )
    if applier.method != .quadlet { warnOfUntracked(switching) }
    record(switching, result: nil)
    let own = Clock.monotonic() - start
    let failure = applyAndWait(switching, applier)
    let end = failure == nil || options.keep ? End.stands : takeBack(switching, applier)
    record(switching, result: failure?.step ?? "done", undone: end != .stands)
    if end == .stands { ExperimentStore(folder).record(switching) }
    guard let failure else {
      Console.print("done; amm itself took \(Int((own * 1000).rounded())) ms")
      return
    }
    Console.fail(failure.message, help: end.text(of: switching))
    throw failure.status
  }

  /// A switch that is done stays done where it cannot be written down.
  private func record(_ switching: SwitchTransaction, result: String?, undone: Bool = false) {
    do throws(HostError) {
      try SwitchHistory(folder).add(switching, result: result, undone: undone, since: start)
    } catch {
      Console.warn("'amm history' will not know all of this switch: \(error.message)")
    }
  }

  /// A flake is built without what git does not track, and says nothing of it.
  private func warnOfUntracked(_ switching: SwitchTransaction) {
    let tracking = FlakeTracking(folder)
    guard tracking.isFlake else { return }
    let files = tracking.untracked(switching.files)
    guard !files.isEmpty else { return }
    Console.warn(
      "git does not track, so that for your flake they do not exist: \(FlakeTracking.summary(of: files))",
      help: tracking.command(for: files, in: switching.files))
  }

  private struct Failure {
    let step: String
    let message: String
    let status: ExitCode
  }

  private func applyAndWait(_ switching: SwitchTransaction, _ applier: Applier) -> Failure? {
    let started = Clock.epoch()
    do throws(HostError) {
      try applier.apply(
        switching.plan, starting: switching.instance, isFollowed: options.wait != nil)
    } catch {
      if applier.method == .quadlet {
        explain(Services.lastWords(of: applier.service(of: switching.instance), since: started))
      }
      return Failure(step: "apply", message: error.message, status: ExitStatus.refused)
    }
    return follow(switching.deployed, switching.healthPath, applier, since: started)
  }

  /// Waits until a server answers, where that is wanted; nil when it does.
  private func follow(
    _ deployed: Deployment.Instance?, _ path: String?, _ applier: Applier, since started: Int
  ) -> Failure? {
    guard let limit = options.wait, let deployed, let port = deployed.server.port else {
      return nil
    }
    let name = deployed.name.text
    let service = Services.state(named: applier.service(of: name))?.name
    let wait = HealthWait(
      service: service, name: name, image: deployed.server.image,
      address: port.address.isWildcard ? "127.0.0.1" : port.address.text, port: port.host.number,
      path: path, started: started)
    let title = service ?? name
    switch wait.run(limit: Double(limit)) {
    case .healthy(let seconds):
      Console.print("\(title) answers after \((seconds * 10).rounded() / 10) s")
      return nil
    case .failed(let journal):
      explain(journal)
      return Failure(
        step: "wait", message: "\(title) failed; its journal ends as shown above",
        status: ExitStatus.unhealthy)
    case .timedOut(let journal):
      explain(journal)
      return Failure(
        step: "wait", message: "\(title) did not answer within \(limit) s",
        status: ExitStatus.unhealthy)
    }
  }

  /// Shows a journal's end and what it most likely means.
  private func explain(_ journal: String) {
    guard !journal.isEmpty else { return }
    Console.say(journal.dropLastNewline)
    if let cause = LikelyCause.of(journal) { Console.say("most likely: \(cause)") }
  }

  /// In what state a failed switch left things.
  private enum End {
    /// As the switch meant them.
    case stands
    /// As they were before, on the machine, too.
    case undone
    /// Link and files as they were before, and applied, but the server does not answer.
    case notAnswering
    /// Link and files as they were before; that was not applied.
    case filesUndone

    func text(of switching: SwitchTransaction) -> String {
      let name = switching.instance
      let old = switching.from ?? "nothing"
      return switch self {
      case .stands where switching.from == nil:
        "the link leads to '\(switching.to)' now; nothing was served before that could come back"
      case .stands:
        "the link leads to '\(switching.to)' now; 'amm rollback \(name)' takes it back"
      case .undone: "'\(name)' serves \(old) again"
      case .notAnswering:
        "link and generated/ say \(old) again, but the server does not answer; 'amm logs \(name)' tells more"
      case .filesUndone:
        "link and generated/ say \(old) again, but applying them failed, too; 'amm status' shows what runs"
      }
    }
  }

  private func takeBack(_ switching: SwitchTransaction, _ applier: Applier) -> End {
    var isCommitted = false
    do throws(HostError) {
      guard let old = try switching.takeBack() else { return .stands }
      isCommitted = true
      let started = Clock.epoch()
      try applier.apply(
        old.plan, starting: switching.instance, isFollowed: options.wait != nil)
      let failure = follow(
        old.plan.instances.first { $0.name.text == switching.instance }, old.healthPath, applier,
        since: started)
      return failure == nil ? .undone : .notAnswering
    } catch {
      Console.warn("taking it back failed, too: \(error.message)")
      return isCommitted ? .filesUndone : .stands
    }
  }

  private func requireInstance(_ name: String) throws {
    let names = try WorkspaceLoader(folder).instanceNames
    guard !names.contains(name) else { return }
    Console.fail(
      "there is no instance '\(name)'",
      help: Suggestion.help(
        for: name, among: names, otherwise: "the instances are \(Phrase.allOf(names))"))
    throw ExitStatus.invalid
  }
}

extension SwitchTransaction {
  /// The instance as it will be deployed.
  var deployed: Deployment.Instance? { plan.instances.first { $0.name.text == instance } }

  /// What a switch touches below the workspace.
  var files: [String] {
    let profile = to.hasPrefix("custom/") ? to : "profiles/" + to
    return ["instances.yaml", "active/\(instance).yaml", profile + ".yaml", "generated"]
  }

  var profileHash: String {
    workspace.profile(of: instance).map {
      SHA256.digest(of: String(decoding: $0.source.bytes, as: UTF8.self))
    } ?? ""
  }

  var generatedHash: String {
    plan.render([.nix]).first.map { SHA256.digest(of: $0.text) } ?? ""
  }

  var healthPath: String? { workspace.healthPath(of: instance) }
}

extension Workspace {
  func profile(of instance: String) -> Profile? {
    instances.first { $0.name.value.text == instance }?.active?.profile
  }

  /// The path that answers once an instance's model is loaded; nil where its runtime has none.
  func healthPath(of instance: String) -> String? {
    profile(of: instance).flatMap { $0.runtime.value.service(of: $0).health }
  }
}
