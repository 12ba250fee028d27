package import ArgumentParser
import Diagnostics
package import Host
package import Operations
import Reports

/// The root command.
package struct AMM: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "amm",
    abstract: "Compile YAML model profiles into Podman quadlets and Nix.",
    discussion: """
      A workspace holds profiles (which model, how to run it), instances (which servers there \
      are) and links that say which instance serves which profile.

      Examples:
        amm init                       a workspace to begin with
        amm list                       the profiles there are
        amm validate                   everything that is wrong with it
        amm generate                   the files that Podman and home-manager take
        amm switch INSTANCE PROFILE    serve another profile
        amm status                     what is served, and how it is
        amm explain CODE               what a diagnostic means

      Exit status: 0 done, 1 the input is wrong, 2 '--check' found stale files or \
      '--fail-below' a low number, 3 the machine refused, 4 a server did not come up, 64 wrong \
      usage.
      """,
    version: version,
    subcommands: [
      Init.self, Validate.self, Generate.self, Switch.self, Rollback.self, HistoryCommand.self,
      RecoverCommand.self, TrustCommand.self, Status.self, Start.self, Stop.self, Restart.self,
      Logs.self, Doctor.self, LoadProfile.self,
      CreateProfile.self, ExperimentCommand.self, Endpoints.self, Compare.self,
      List.self, Info.self, Explain.self, SchemaCommand.self,
    ],
    helpNames: [.short, .long])

  /// Of the program, and so of what it generates.
  package static let version = Release.version

  package init() {}

  /// Runs the command that the process was started with, and ends the process.
  package static func start() -> Never {
    Terminal.takeSignalsAsErrors()
    if let word = CommandLine.arguments.dropFirst().first { refuseUnknown(word) }
    run()
  }

  /// Ends the process when a word is no command; the parser would name no nearest one.
  private static func refuseUnknown(_ word: String) {
    // Each says its name: the parser would ask the runtime for the type's, which takes longer than
    // all else that a start does.
    let known =
      configuration.subcommands.flatMap {
        [$0.configuration.commandName].compactMap { $0 } + $0.configuration.aliases
      } + ["help"]
    guard !word.hasPrefix("-"), !known.contains(word) else { return }
    Console.fail(
      "there is no command '\(word)'",
      help: Suggestion.nearest(to: word, among: known).map { "did you mean 'amm \($0)'?" }
        ?? "'amm --help' shows them")
    exit(withError: ExitStatus.usage)
  }
}

/// The workspace that a command is about.
package struct WorkspaceOption: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The workspace's folder.",
      discussion:
        "Otherwise $AMM_WORKSPACE, the nearest folder upwards with an instances.yaml, or ~/.config/ai-models.",
      valueName: "dir"), completion: .directory)
  package var workspace: String?

  @OptionGroup package var color: ColorOption

  package init() {}

  /// The workspace, to look at; what is unfinished in it is told, and stays as it is.
  package func open() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here)
    try Leftovers(in: folder).tell()
    return folder
  }

  /// The workspace, to be changed: what this user's amm was interrupted at is finished first.
  func openToChange() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here)
    for done in try Leftovers(in: folder).finish() { Console.say("amm: \(done)") }
    return folder
  }
}

extension ParsableCommand {
  /// Runs a command's work; what the machine refuses ends it with its own status.
  package func attempt(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as HostError {
      Console.fail(error.message)
      throw ExitStatus.refused
    } catch let error as OperationError {
      if !error.message.isEmpty { Console.fail(error.message, help: error.help) }
      throw ExitCode(error.kind)
    } catch let damage as ExperimentStore.Damage {
      Console.report(damage.diagnostics)
      Console.fail(damage.message, help: damage.help)
      throw ExitStatus.invalid
    }
  }

  /// Ends the command when there is no workspace where one is expected.
  package func requireWorkspace(_ folder: WorkspaceFolder) throws {
    guard try !folder.exists else { return }
    Console.fail(
      "there is no workspace in '\(folder.path)' (no instances.yaml)",
      help: "'amm init \(folder.path)' makes one; '--workspace DIR' names another")
    throw ExitStatus.invalid
  }
}

extension ParsableCommand {
  /// Runs the command that the process was started with, and ends the process.
  package static func run() -> Never {
    var status = ExitCode.success
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      // As the parser's own 'main' does, but for where it writes: it would not notice a full disk.
      status = exitCode(for: error)
      let message = Shown(lines: fullMessage(for: error))
      if !message.isEmpty { Console.write(message + "\n", to: status.isSuccess ? .output : .error) }
    }
    if let failure = Terminal.outputFailure {
      Console.fail(failure.message)
      status = ExitStatus.refused
    }
    exit(withError: status)
  }
}
