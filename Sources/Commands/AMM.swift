package import ArgumentParser
import CommandSupport
import Diagnostics
import Host
import Operations
import Reports

/// The root command.
package struct AMM: ParsableCommand {
  /// The program's name, its help and its commands.
  package static let configuration = CommandConfiguration(
    commandName: "amm",
    abstract: "Compile YAML model profiles into Podman quadlets and Nix.",
    discussion: """
      A workspace holds profiles (which model, how to run it), instances (which servers there \
      are) and links that say which instance serves which profile.

      Examples:
        amm init                       a workspace to begin with
        amm list                       the profiles there are
        amm add Qwen/Qwen3-8B          a profile for a model
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
      Logs.self, Doctor.self, Clean.self, Up.self, Add.self, Lock.self, Plan.self, LoadProfile.self,
      Migrate.self,
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
