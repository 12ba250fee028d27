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
    abstract: "Convert a TGI profile for another runtime.",
    discussion: """
      Settings are converted by their meaning. Comments and order are kept; a setting without a \
      counterpart becomes a comment with the reason. The old profile is kept, so that you can go \
      back with 'amm rollback' after 'amm switch'. TGI has not been maintained since December 2025.

      llama.cpp loads GGUF files: set a repository with GGUF files with '--model'.

      Exit status: 1 the new profile would have errors. They are shown, and nothing is written.

      Examples:
        amm migrate coding/my-tgi-model --to vllm
        amm migrate coding/my-tgi-model --to sglang --dry-run
        amm migrate chat/my-tgi-model --to llama-cpp --model org/model-GGUF
        amm migrate chat/my-tgi-model --to vllm --as chat/fast
      """)

  @ArgumentParser.Argument(
    help: "The path, file name or name of the profile.", completion: Completion.profiles)
  var profile: String

  @Option(help: "The new runtime: vllm, sglang or llama-cpp.")
  var to: MigrationTarget

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The path of the new profile; by default the old path and the runtime.",
      valueName: "category/name"))
  var path: String?

  @Option(help: "The repository to serve instead, such as one with GGUF files.")
  var model: String?

  @Flag(help: "Show the new profile and write nothing.")
  var dryRun = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try dryRun ? workspace.open() : workspace.openToChange()
      if !dryRun { try folder.requireWorkspace() }
      let made = try ProfileMigration(
        try ProfileCatalog(folder).file(named: profile), to: to, as: path, model: model, in: folder)
      if json {
        Console.write(Shown(json: made.value))
      } else {
        for line in made.shown(.ofOutput, diff: dryRun) { Console.print(line) }
      }
      if made.migrated.hasErrors {
        Console.report(made.migrated.diagnostics)
        throw OperationError(
          .invalid, "the new profile would have errors, so it is not written",
          help: to == .llamaCpp && model == nil
            ? "llama.cpp loads GGUF files: set their repository with '--model'"
            : "'--dry-run' shows it; write it by hand, or change the old profile first")
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
