import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations
import Reports
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
      is taken back, and applied again as it was.

      Without '--apply' and 'apply:' in instances.yaml, the machine is given to home-manager \
      where that is installed, else to systemd by quadlet files.

      Exit status: 1 the workspace would not be right, 3 applying failed, 4 the server did not \
      come up.

      Examples:
        amm switch tgi-primary coding/starcoder2
        amm switch tgi-primary starcoder2 --dry-run
        amm switch tgi-primary starcoder2 --wait
        amm switch tgi-primary starcoder2 --wait=600 --keep
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
      let folder = try options.open(workspace)
      try requireWorkspace(folder)
      try refuseSwapped(in: folder)
      try options.make(instance, to: try options.file(of: profile, folder), in: folder)
    }
  }
}

extension Switch {
  /// Refuses the two arguments in the wrong order, with the right one.
  private func refuseSwapped(in folder: WorkspaceFolder) throws {
    let names = try folder.instanceNames
    guard names.contains(profile), !names.contains(instance) else { return }
    Console.fail(
      "'\(profile)' is an instance, and comes before the profile",
      help: "amm switch \(profile) \(instance)")
    throw ExitStatus.usage
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
      let folder = try options.open(workspace)
      try requireWorkspace(folder)
      let history = SwitchHistory(folder)
      let name = try instance ?? history.undoable(of: nil).last?.instance
      let done = try name.map { try history.undoable(of: $0) } ?? []
      guard let name, done.count >= to, let profile = done[done.count - to].from else {
        Console.fail(
          "there is no such switch to take back", help: "'amm history' shows those there were")
        throw ExitStatus.invalid
      }
      guard
        let file = try WorkspaceLoader(folder).files.first(where: { $0.id == profile })
      else {
        Console.fail(
          "'\(profile)', which '\(name)' served before, is no longer there",
          help: "'amm history \(name)' shows what else it served")
        throw ExitStatus.invalid
      }
      try options.make(name, to: file, in: folder)
    }
  }
}

/// What every command that switches can be told.
struct SwitchOptions: ParsableArguments {
  @Flag(help: "Show what would happen, and change nothing.")
  var dryRun = false

  @Flag(help: "With '--dry-run', show the differences of the files, too.")
  var diff = false

  @Flag(help: "Print the switch as JSON, as 'amm history' has it; with '--dry-run', what would happen.")
  var json = false

  @Option(
    defaultAsFlag: SwitchRequest.standardWait,
    // The other way of reading takes the next option for the end of '--wait=600'.
    parsing: .next,
    help: ArgumentHelp(
      "Follow the server until it answers, for at most half an hour, or so long as '--wait=600' says.",
      valueName: "seconds"))
  var wait: Int?

  @Option(help: "How to bring it to the machine: home-manager, quadlet, command or none.")
  var apply: ApplySettings.Method?

  @Flag(help: "The same as '--apply none': link and generated/ alone.")
  var noApply = false

  @Flag(help: "Leave things as they are when applying or waiting fails.")
  var keep = false

  @Flag(help: WorkspaceOption.trustHelp)
  var trust = false

  /// The workspace; only one that is to be changed has what was interrupted finished.
  func open(_ option: WorkspaceOption) throws(HostError) -> WorkspaceFolder {
    try dryRun ? option.open() : option.openToChange()
  }

  func validate() throws {
    guard !diff || (dryRun && !json) else {
      throw ValidationError("'--diff' goes with '--dry-run', and not with '--json'.")
    }
    // The parser takes a value that is no number for an option without one.
    let words = CommandLine.arguments.filter { $0.hasPrefix("--wait=") }
    guard words.allSatisfy({ Int($0.dropFirst("--wait=".count)) ?? 0 > 0 }), wait ?? 1 > 0 else {
      throw ValidationError("'--wait' takes seconds, from 1.")
    }
  }

  /// Makes a switch, or shows what it would do.
  func make(_ instance: String, to profile: ProfileFile, in folder: WorkspaceFolder) throws {
    let request = SwitchRequest(
      method: noApply ? ApplySettings.Method.none : apply, wait: wait, keepsFailed: keep,
      isTrusted: trust)
    let switcher = Switcher(folder, request)
    guard dryRun else { return try run(switcher, instance, to: profile, in: folder) }
    let preview = try switcher.preview(instance, to: profile)
    Console.write(json ? Shown(json: preview.value) : preview.shown)
    if diff { Console.write(preview.diff) }
  }

  /// Makes a switch; with '--json', standard output has its entry of the history alone, also if it failed.
  private func run(
    _ switcher: Switcher, _ instance: String, to profile: ProfileFile, in folder: WorkspaceFolder
  ) throws {
    guard json else { return try switcher.run(instance, to: profile) }
    let history = SwitchHistory(folder)
    let last = try history.entries(of: instance).last?.id
    defer {
      if let entry = try? history.entries(of: instance).last, entry.id != last {
        Console.write(Shown(json: .document(entry.members)))
      }
    }
    try Terminal.withOutputToError { try switcher.run(instance, to: profile) }
  }

  /// The profile that a word names, of the workspace or of the library.
  func file(of word: String, _ folder: WorkspaceFolder) throws -> ProfileFile {
    let file = try ProfileCatalog(folder).file(named: word)
    let outcome = file.read()
    if outcome.value == nil {
      Console.report(outcome.diagnostics)
      throw ExitStatus.invalid
    }
    return file
  }
}
