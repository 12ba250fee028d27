import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Profiles
import Reports

struct CreateProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create-profile",
    abstract: "Write a profile of a well-known model, to be edited.",
    discussion: """
      Examples:
        amm create-profile my-qwen --base qwen --size 9b
        amm create-profile fast-coder --base qwen-coder --runtime sglang
        amm create-profile mine --base mistral --model me/my-mistral --category custom
      """,
    aliases: ["create", "new"])

  @ArgumentParser.Argument(help: "The profile's name, and its file's.")
  var name: String

  @Option(
    help:
      "The family: qwen, gpt-oss, llama, mistral, phi, deepseek-coder, codellama, starcoder, qwen-coder, …",
    completion: .list(ModelFamily.all.map(\.base)))
  var base: String

  @Option(help: "Its size, such as 7b; needed where there are several.")
  var size: String?

  @Option(
    help: "The folder it goes to; the family's own without.", completion: Completion.categories)
  var category: String?

  @Option(
    help: "The runtime: \(Phrase.oneOf(NewProfile.runtimes.map { $0.name })).",
    completion: .list(NewProfile.runtimes.map { $0.name }))
  var runtime = NewProfile.runtimes[0].name

  @Option(help: "Another model of the family, by its id.")
  var model: String?

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let workspace = try workspace.open()
      try requireWorkspace(workspace)
      let made = try NewProfile(
        name: name, base: base, size: size, category: category, runtime: runtime, model: model
      ).write(in: workspace)
      Console.print(
        "\(made.path): written; edit what is marked, then 'amm switch INSTANCE \(made.id)'")
    }
  }
}
