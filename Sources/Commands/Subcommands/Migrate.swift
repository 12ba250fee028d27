import ArgumentParser
import CommandSupport
import Operations
import Profiles
import Reports
import Values

extension MigrationTarget: ExpressibleByArgument {}

struct Migrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Write a profile of TGI as one of another runtime.",
    discussion: """
      Settings are carried over by their meaning. Comments and order stay; what has no counterpart stays as a \
      comment with the reason. The new profile stands beside the old one, so that 'amm switch' goes there and \
      'amm rollback' comes back. TGI is no longer maintained since December 2025.

      llama.cpp loads GGUF files: name the repository that has them with '--model'.

      Exit status: 1 the new profile would have errors, which are shown; nothing is written then.

      Examples:
        amm migrate coding/starcoder2 --to vllm
        amm migrate coding/starcoder2 --to sglang --dry-run
        amm migrate chat/mistral --to llama-cpp --model bartowski/Mistral-7B-Instruct-v0.3-GGUF
        amm migrate chat/mistral --to vllm --as chat/mistral-fast
      """)

  @ArgumentParser.Argument(
    help: "The profile: its path, file name or name.", completion: Completion.profiles)
  var profile: String

  @Option(help: "The runtime: vllm, sglang or llama-cpp.")
  var to: MigrationTarget

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The new profile's path; the old one's with the runtime behind it without.",
      valueName: "category/name"))
  var path: String?

  @Option(help: "The repository that it serves instead, such as one of GGUF files.")
  var model: String?

  @Flag(help: "Show what would be written, and write nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try dryRun ? workspace.open() : workspace.openToChange()
      if !dryRun { try requireWorkspace(folder) }
      let made = try ProfileMigration(
        try ProfileCatalog(folder).file(named: profile), to: to, as: path, model: model, in: folder)
      if json {
        Console.write(Shown(json: made.value))
      } else {
        for line in made.shown(.ofOutput, diff: dryRun) { Console.print(line) }
      }
      if made.migrated.hasErrors {
        Console.report(made.migrated.diagnostics)
        Console.fail(
          "the new profile would have errors, so it is not written",
          help: to == .llamaCpp && model == nil
            ? "llama.cpp loads GGUF files: name their repository with '--model'"
            : "'--dry-run' shows it; write it by hand, or change the old one first")
        throw ExitStatus.invalid
      }
      guard !dryRun else { return }
      try made.write(in: folder)
      Console.report(made.migrated.diagnostics)
      if !json {
        Console.print("\(made.file): written; 'amm switch INSTANCE \(made.id)' serves it")
      }
    }
  }
}
