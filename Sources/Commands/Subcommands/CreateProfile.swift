import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Profiles
import Reports

struct CreateProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-profile",
    abstract: "Write a profile of a well-known model for you to edit.",
    discussion: """
      Examples:
        amm create-profile my-qwen --base qwen --size 9b
        amm create-profile fast-coder --base qwen-coder --runtime sglang
        amm create-profile mine --base mistral --model me/mine --category custom
      """,
    aliases: ["create", "new"])

  @ArgumentParser.Argument(help: "The name of the profile and of its file.")
  var name: String

  @Option(
    help:
      "The model family: qwen, gpt-oss, llama, mistral, phi, deepseek-coder, codellama, starcoder, qwen-coder, …",
    completion: .list(ModelFamily.all.map(\.base)))
  var base: String

  @Option(help: "The size, such as 7b; required if the family has several.")
  var size: String?

  @Option(
    help: "The folder of the profile below profiles/; by default the family's.",
    completion: Completion.categories)
  var category: String?

  @Option(
    help: "The runtime: \(Phrase.oneOf(NewProfile.runtimes.map { $0.name })).",
    completion: .list(NewProfile.runtimes.map { $0.name }))
  var runtime = NewProfile.runtimes[0].name

  @Option(help: "The id of another model of the family.")
  var model: String?

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let workspace = try workspace.open()
      try workspace.requireWorkspace()
      let made = try NewProfile(
        name: name, base: base, size: size, category: category, runtime: runtime, model: model
      ).write(in: workspace)
      Console.print(
        "\(made.path): written; edit the marked lines, then run 'amm switch INSTANCE \(made.id)'")
    }
  }
}
