package import ArgumentParser
import CommandSupport
import Operations
import Reports

/// The root command.
package struct AMM: ParsableCommand {
  /// The program's name, its help and its commands.
  package static let configuration = CommandConfiguration(
    commandName: "amm",
    abstract: "Compile YAML profiles for Podman, Nix, Compose and Kubernetes, and serve models.",
    discussion: """
      A workspace holds profiles (a model and how to run it), instances (the servers) and links \
      that select the profile of each instance. The default workspace is ~/.config/ai-models.

      Examples:
        amm up Qwen/Qwen3-0.6B         from a model's name to a server that answers
        amm list                       list the profiles
        amm validate                   report every problem in the workspace
        amm generate                   write the files of the targets, such as Podman
        amm switch INSTANCE PROFILE    serve another profile
        amm status                     show the servers
        amm explain CODE               explain a diagnostic

      '-w DIR' selects the workspace and '--color WHEN' the colour, before or after a command. \
      'amm help COMMAND' prints the help of a command, and 'amm version' the version.

      Exit status: 0 success, 1 invalid input, 2 '--check' or '--fail-below' found a difference, \
      3 an error of the machine (a file, a permission, a program), 4 a server does not answer, \
      64 wrong command line.
      """,
    version: version,
    groupedSubcommands: [
      CommandGroup(name: "Start", subcommands: [Up.self, Init.self, Doctor.self]),
      CommandGroup(
        name: "Profiles",
        subcommands: [
          List.self, Info.self, Add.self, ImportCommand.self, ExportCommand.self, LoadProfile.self,
          CreateProfile.self, Migrate.self, Plan.self,
        ]),
      CommandGroup(
        name: "Workspace",
        subcommands: [
          Validate.self, Explain.self, Generate.self, Lock.self, TrustCommand.self,
          RecoverCommand.self, Clean.self, SchemaCommand.self,
        ]),
      CommandGroup(
        name: "Servers",
        subcommands: [
          Switch.self, Rollback.self, HistoryCommand.self, Status.self, Endpoints.self, Start.self,
          Stop.self, Restart.self, Logs.self,
        ]),
      CommandGroup(
        name: "Measurements", subcommands: [Compare.self, ExperimentCommand.self]),
    ],
    helpNames: [.short, .long])

  /// The version of the program, which generated files contain.
  package static let version = Release.version

  package init() {}

  /// Runs the command of the process's arguments, and ends the process.
  package static func start() -> Never {
    Console.takeSignalsAsErrors()
    let words = CommandWords(of: "amm", configuration.subcommands)
    do throws(CommandWords.UnknownCommand) {
      run(try words.normalized(Array(CommandLine.arguments.dropFirst())))
    } catch {
      Console.fail(error.message, help: error.help)
      exit(withError: ExitStatus.usage)
    }
  }
}
