import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports
import Values
import Workspaces

extension ApplySettings.Method: ExpressibleByArgument {}

struct Switch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "switch",
    abstract: "Serve another profile on an instance; if a step fails, nothing changes.",
    discussion: """
      Checks the workspace as it would be, replaces the link and generated/, applies the change to \
      the machine, and with '--wait' waits until the server answers. A switch that fails is undone, \
      and the previous state is applied again.

      Without '--apply' and 'apply:' in instances.yaml, amm uses home-manager if it is installed \
      and its active configuration contains amm's module, else quadlet files and systemd.

      Exit status: 1 the workspace would have errors, 3 applying failed, 4 the server does not \
      answer.

      Examples:
        amm switch main chat/qwen3.5-4b
        amm switch main qwen3.5-4b --dry-run
        amm switch main qwen3.5-4b --wait
        amm switch main qwen3.5-4b --wait=600 --keep
        amm switch main qwen3.5-4b --no-apply
      """,
    aliases: ["sw"])

  @ArgumentParser.Argument(help: "The instance.", completion: Completion.instances)
  var instance: String

  @ArgumentParser.Argument(
    help: "The path, file name or name of the profile.", completion: Completion.profiles)
  var profile: String

  @OptionGroup var options: SwitchOptions
  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try options.open(workspace)
      try folder.requireWorkspace()
      try refuseSwapped(in: folder)
      try options.make(instance, to: folder.profile(named: profile), in: folder)
    }
  }
}

extension Switch {
  /// Rejects the two arguments in the wrong order, and shows the right order.
  private func refuseSwapped(in folder: WorkspaceFolder) throws {
    let names = try folder.instanceNames
    guard names.contains(profile), !names.contains(instance) else { return }
    Console.fail(
      "'\(profile)' is an instance, which must come before the profile",
      help: "amm switch \(profile) \(instance)")
    throw ExitStatus.usage
  }
}

struct Rollback: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Undo the last switch and serve the previous profile again.",
    discussion: """
      Examples:
        amm rollback
        amm rollback main
        amm rollback main --to 2     go back two switches
      """)

  @ArgumentParser.Argument(
    help: "The instance; by default the one that was switched last.",
    completion: Completion.instances)
  var instance: String?

  @Option(help: ArgumentHelp("The number of switches to go back.", valueName: "n"))
  var to = 1

  @OptionGroup var options: SwitchOptions
  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard to > 0 else { throw ValidationError("'--to' must be a whole number, at least 1.") }
  }

  func run() throws {
    try attempt {
      let folder = try options.open(workspace)
      try folder.requireWorkspace()
      let (name, file) = try SwitchHistory(folder).undoing(to, of: instance, in: folder)
      try options.make(name, to: file, in: folder)
    }
  }
}

/// The options of every command that makes a switch.
struct SwitchOptions: ParsableArguments {
  @Flag(help: "Show what would happen and change nothing.")
  var dryRun = false

  @Flag(help: "With '--dry-run': also show the differences of the files.")
  var diff = false

  @Flag(
    help: "Print the switch as JSON, as 'amm history' does; with '--dry-run', what would happen.")
  var json = false

  @Option(
    defaultAsFlag: SwitchRequest.standardWait,
    // The other parsing strategy reads the next option as the end of '--wait=600'.
    parsing: .next,
    help: ArgumentHelp(
      "Wait until the server answers, for at most 30 minutes; '--wait=600' waits for at most 600 seconds.",
      valueName: "seconds"))
  var wait: Int?

  @Option(help: "How to apply the switch: home-manager, quadlet, command or none.")
  var apply: ApplySettings.Method?

  @Flag(help: "Short for '--apply none': change only the link and generated/.")
  var noApply = false

  @Flag(help: "Do not undo the switch if applying or waiting fails.")
  var keep = false

  @Flag(help: WorkspaceOption.trustHelp)
  var trust = false

  /// Returns the workspace; without `--dry-run`, first completes changes that were interrupted.
  func open(_ option: WorkspaceOption) throws -> WorkspaceFolder {
    try dryRun ? option.open() : option.openToChange()
  }

  func validate() throws {
    guard !diff || (dryRun && !json) else {
      throw ValidationError("'--diff' requires '--dry-run' and cannot be combined with '--json'.")
    }
    guard !noApply || apply == nil || apply == ApplySettings.Method.none else {
      throw ValidationError("'--no-apply' cannot be combined with '--apply'.")
    }
    // The parser reads a value that is not a number as an option without a value.
    let words = CommandLine.arguments.filter { $0.hasPrefix("--wait=") }
    guard words.allSatisfy({ Int($0.dropFirst("--wait=".count)) ?? 0 > 0 }), wait ?? 1 > 0 else {
      throw ValidationError("'--wait' must be a whole number of seconds, at least 1.")
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
    Console.write(json ? Shown(json: preview.value) : preview.shown(hintingAtDiff: !diff))
    if diff { Console.write(preview.diff) }
  }

  /// Makes a switch; with '--json', standard output contains only its entry of the history, also if
  /// the switch failed.
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
    try Console.withOutputToError { try switcher.run(instance, to: profile) }
  }
}
