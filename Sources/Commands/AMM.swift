package import ArgumentParser
import Host

/// The root command.
package struct AMM: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "amm",
    abstract: "Compile YAML model profiles into Podman quadlets and Nix.",
    discussion: """
      A workspace holds profiles (which model, how to run it), instances (which servers there \
      are) and links that say which instance serves which profile.

      Examples:
        amm init                      a workspace to begin with, in ~/.config/ai-models
        amm validate                  everything that is wrong with it
        amm generate                  write the files that Podman and home-manager take
        amm info coding/starcoder2    what a profile says

      Exit status: 0 done, 1 the input is wrong, 2 '--check' found stale files, 3 the machine \
      refused, 64 wrong usage.
      """,
    version: version,
    subcommands: [
      Init.self, Validate.self, Generate.self, List.self, Info.self, SchemaCommand.self,
    ],
    helpNames: [.short, .long])

  /// Of the program, and so of what it generates.
  package static let version = "0.1.0"

  package init() {}

  /// Runs the command that the process was started with, and ends the process.
  package static func start() { main() }
}

/// The workspace that a command is about.
struct WorkspaceOption: ParsableArguments {
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The workspace's folder.",
      discussion:
        "Otherwise $AMM_WORKSPACE, the nearest folder upwards with an instances.yaml, or ~/.config/ai-models.",
      valueName: "dir"))
  var workspace: String?

  var folder: WorkspaceFolder { .find(workspace) }
}

extension ParsableCommand {
  /// Runs a command's work; what the machine refuses ends it with its own status.
  func attempt(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as HostError {
      Console.fail(error.message)
      throw ExitStatus.refused
    }
  }

  /// Ends the command when there is no workspace where one is expected.
  func requireWorkspace(_ loader: WorkspaceLoader) throws {
    guard try !loader.exists else { return }
    Console.fail(
      "there is no workspace in '\(loader.folder.path)' (no instances.yaml)",
      help: "'amm init \(loader.folder.path)' makes one; '--workspace DIR' names another")
    throw ExitStatus.invalid
  }
}
