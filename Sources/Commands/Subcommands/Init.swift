import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a workspace to begin with: four instances and the profiles that come with amm.",
    discussion: """
      Examples:
        amm init
        amm init ~/dotfiles/ai-models
      """)

  @Argument(
    help: "The new folder; without it, $AMM_WORKSPACE or ~/.config/ai-models.",
    completion: .directory)
  var folder: String?

  @OptionGroup var color: ColorOption

  func run() throws {
    try attempt {
      let made = try NewWorkspace.create(at: folder, on: .here)
      Console.print(
        """
        \(made.path): \(Phrase.count(made.profiles, "profile")), \
        \(Phrase.count(made.instances, "instance"))
        next: look at instances.yaml, then run 'amm generate --workspace \(made.path)'
        """)
    }
  }
}
