import ArgumentParser
import Deployments
import Diagnostics
import Host
import Profiles
import Rendering
import Schema
import Values
import Workspaces

extension ApplySettings.Method: ExpressibleByArgument {}

struct Switch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switch",
    abstract: "Serve another profile on an instance: all of it, or nothing changes.",
    discussion: """
      Checks the whole workspace as it would be, replaces the link and generated/, applies \
      that to the machine, and with '--wait' follows the server until it answers. What fails \
      is taken back.

      Examples:
        amm switch tgi-primary coding/starcoder2
        amm switch tgi-primary starcoder2 --dry-run
        amm switch tgi-primary starcoder2 --wait --timeout 600
        amm switch tgi-primary starcoder2 --no-apply
      """,
    aliases: ["sw"])

  @ArgumentParser.Argument(help: "The instance.", completion: Completion.instances)
  var instance: String

  @ArgumentParser.Argument(
    help: "The profile: its path, file name or name.", completion: Completion.profiles)
  var profile: String

  @OptionGroup var options: SwitchOptions
  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      try requireWorkspace(try WorkspaceLoader(workspace.folder))
      try Switcher(workspace.folder, options).run(
        instance, to: try options.id(of: profile, workspace))
    }
  }
}

struct Rollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Serve again what was served before the last switch.",
    discussion: """
      Examples:
        amm rollback
        amm rollback tgi-primary
        amm rollback tgi-primary --to 2     what was served two switches ago
      """)

  @ArgumentParser.Argument(
    help: "The instance; without it, the one that was switched last.",
    completion: Completion.instances)
  var instance: String?

  @Option(help: ArgumentHelp("How many switches back.", valueName: "n"))
  var to = 1

  @OptionGroup var options: SwitchOptions
  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard to > 0 else { throw ValidationError("'--to' counts switches, from 1.") }
  }

  func run() throws {
    try attempt {
      try requireWorkspace(try WorkspaceLoader(workspace.folder))
      let history = SwitchHistory(workspace.folder)
      let name = try instance ?? history.entries(of: nil).last { !$0.isUndone }?.instance
      let done = try name.map { try history.entries(of: $0).filter { !$0.isUndone } } ?? []
      guard let name, done.count >= to, let profile = done[done.count - to].from else {
        Console.fail(
          "there is no such switch to take back", help: "'amm history' shows those there were")
        throw ExitStatus.invalid
      }
      try Switcher(workspace.folder, options).run(name, to: profile)
    }
  }
}

/// What every command that switches can be told.
struct SwitchOptions: ParsableArguments {
  @Flag(help: "Show what would change, and change nothing.")
  var dryRun = false

  @Flag(help: "Follow the server until it answers.")
  var wait = false

  @Option(help: ArgumentHelp("How long '--wait' follows.", valueName: "seconds"))
  var timeout = 1800

  @Option(help: "How to bring it to the machine: home-manager, quadlet, command or none.")
  var apply: ApplySettings.Method?

  @Flag(help: "The same as '--apply none': link and generated/ alone.")
  var noApply = false

  @Flag(help: "Leave things as they are when applying or waiting fails.")
  var keep = false

  /// The id of the profile that a word names; one that is in the library alone is copied.
  func id(of word: String, _ workspace: WorkspaceOption) throws -> String {
    switch try ProfileCatalog(workspace.folder).find(word) {
    case .one(let entry):
      guard entry.profile != nil else {
        Console.report(entry.file.read().diagnostics)
        throw ExitStatus.invalid
      }
      if entry.file.isFromLibrary, !dryRun {
        try entry.file.copy(into: workspace.folder)
        Console.say("copied \(entry.file.id) from the library into the workspace")
      }
      return entry.file.id
    case .several(let entries):
      Console.fail(
        "'\(word)' could be \(Phrase.oneOf(entries.map(\.file.id)))", help: "write the whole path")
    case .none(let nearest):
      Console.fail(
        "there is no profile '\(word)'",
        help: nearest.map { "did you mean '\($0)'?" } ?? "'amm list' shows what there is")
    }
    throw ExitStatus.invalid
  }
}

/// Runs a switch from its checks to its end.
struct Switcher {
  private let folder: WorkspaceFolder
  private let options: SwitchOptions

  init(_ folder: WorkspaceFolder, _ options: SwitchOptions) {
    self.folder = folder
    self.options = options
  }

  func run(_ instance: String, to profile: String) throws {
    let start = Clock.monotonic()
    try requireInstance(instance)
    let lock = try FolderLock(folder.file("active")) {
      Console.say("another amm is switching in this workspace; waiting for it")
    }
    defer { withExtendedLifetime(lock) {} }
    guard let switching = try SwitchTransaction(folder, instance, to: profile) else {
      throw ExitStatus.invalid
    }
    let applier = Applier(
      options.noApply ? ApplySettings.Method.none : options.apply, switching.workspace, in: folder)
    if options.dryRun { return try show(switching, applier) }
    let count = try switching.changes.count
    try switching.commit()
    Console.print(
      "\(instance): \(switching.from ?? "nothing") -> \(profile); \(Phrase.count(count, "generated file")) changed"
    )
    let own = Clock.monotonic() - start
    let failure = applyAndWait(switching, applier)
    let end = failure == nil || options.keep ? End.stands : takeBack(switching, applier)
    try SwitchHistory(folder).add(
      switching, result: failure?.step ?? "done", undone: end != .stands, since: start)
    guard let failure else {
      Console.print("done; amm itself took \(Int((own * 1000).rounded())) ms")
      return
    }
    Console.fail(
      failure.message,
      help: end.text(of: switching))
    throw failure.status
  }

  private struct Failure {
    let step: String
    let message: String
    let status: ExitCode
  }

  private func applyAndWait(_ switching: SwitchTransaction, _ applier: Applier) -> Failure? {
    do throws(HostError) {
      try applier.apply(switching.plan, starting: switching.instance)
    } catch {
      if applier.method == .quadlet {
        explain(Services.journal(of: applier.service(of: switching.instance)))
      }
      return Failure(step: "apply", message: error.message, status: ExitStatus.refused)
    }
    guard options.wait, let deployed = switching.deployed, let port = deployed.server.port else {
      return nil
    }
    let service = applier.service(of: switching.instance)
    let wait = HealthWait(
      service: service, address: port.address.isWildcard ? "127.0.0.1" : port.address.text,
      port: port.host.number, path: switching.healthPath)
    switch wait.run(limit: Double(options.timeout)) {
    case .healthy(let seconds):
      Console.print("\(service) answers after \((seconds * 10).rounded() / 10) s")
      return nil
    case .failed(let journal):
      explain(journal)
      return Failure(
        step: "wait", message: "\(service) failed; its journal ends as shown above",
        status: ExitStatus.unhealthy)
    case .timedOut(let journal):
      explain(journal)
      return Failure(
        step: "wait", message: "\(service) did not answer within \(options.timeout) s",
        status: ExitStatus.unhealthy)
    }
  }

  /// Shows a journal's end and what it most likely means.
  private func explain(_ journal: String) {
    Console.say(journal.dropLastNewline)
    if let cause = LikelyCause.of(journal) { Console.say("most likely: \(cause)") }
  }

  /// In what state a failed switch left things.
  private enum End {
    /// As the switch meant them.
    case stands
    /// As they were before, on the machine, too.
    case undone
    /// Link and files as they were before; that was not applied.
    case filesUndone

    func text(of switching: SwitchTransaction) -> String {
      let (name, old) = (switching.instance, switching.from ?? "nothing")
      return switch self {
      case .stands:
        "the link leads to '\(switching.to)' now; 'amm rollback \(name)' takes it back"
      case .undone: "'\(name)' serves \(old) again"
      case .filesUndone:
        "link and generated/ say \(old) again, but applying them failed, too; 'amm status' shows what runs"
      }
    }
  }

  private func takeBack(_ switching: SwitchTransaction, _ applier: Applier) -> End {
    var isCommitted = false
    do throws(HostError) {
      guard let plan = try switching.takeBack() else { return .stands }
      isCommitted = true
      try applier.apply(plan, starting: switching.instance)
      return .undone
    } catch {
      Console.say("amm: taking it back failed, too: \(error.message)")
      return isCommitted ? .filesUndone : .stands
    }
  }

  private func show(_ switching: SwitchTransaction, _ applier: Applier) throws {
    let changes = try switching.changes
    for change in changes { Console.print(change.diff.dropLastNewline) }
    let units = changes.filter { $0.path.hasSuffix(".container") }.map { change in
      String(change.path.dropFirst("quadlet/".count).dropLast(".container".count))
    }
    Console.print(
      units.isEmpty
        ? "no unit would change"
        : "would restart: \(units.map(applier.service).joined(separator: ", "))")
    if let memory = switching.deployed?.server.limits.memory {
      Console.print("memory limit: \(memory.text)")
    }
    Console.print("would apply with: \(applier.method.rawValue)")
  }

  private func requireInstance(_ name: String) throws {
    let names = try WorkspaceLoader(folder).instanceNames
    guard !names.contains(name) else { return }
    Console.fail(
      "there is no instance '\(name)'",
      help: Suggestion.nearest(to: name, among: names).map { "did you mean '\($0)'?" }
        ?? "the instances are \(Phrase.allOf(names))")
    throw ExitStatus.invalid
  }
}

extension SwitchTransaction {
  /// The instance as it will be deployed.
  var deployed: Deployment.Instance? { plan.instances.first { $0.name.text == instance } }

  private var profile: Profile? {
    workspace.instances.first { $0.name.value.text == instance }?.active?.profile
  }

  var profileHash: String {
    profile.map { SHA256.digest(of: String(decoding: $0.source.bytes, as: UTF8.self)) } ?? ""
  }

  var generatedHash: String {
    plan.render([.nix]).first.map { SHA256.digest(of: $0.text) } ?? ""
  }

  var healthPath: String? {
    profile.flatMap { $0.runtime.value.service(of: $0).health }
  }
}
