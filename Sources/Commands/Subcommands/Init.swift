import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a workspace to begin with: an instance and the profiles that come with amm.",
    discussion: """
      Looks at the machine: graphics cards and their memory, main memory, cores, Podman's release, SELinux \
      and a free port. The instance 'main' serves the largest profile that fits, and there is nothing \
      to edit.

      Examples:
        amm init
        amm init ~/dotfiles/ai-models
        amm init --example demo     four instances, for any machine
      """)

  @Argument(
    help: "The new folder; without it, $AMM_WORKSPACE or ~/.config/ai-models.",
    completion: .directory)
  var folder: String?

  @Flag(help: "Four instances that do not depend on the machine.")
  var example = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var color: ColorOption

  func run() throws {
    try attempt {
      let made = try NewWorkspace.create(
        at: folder, as: example ? .example : .machine, on: .here)
      if json { return Console.write(Shown(json: made.value)) }
      Console.print(
        """
        \(made.path): \(Phrase.count(made.profiles, "profile")), \
        \(Phrase.count(made.instances.count, "instance"))\
        \(made.instances.count == 1 ? ": '\(made.instances[0].name)' serves \(made.instances[0].profile)" : "")
        next: look at instances.yaml, then run 'amm generate --workspace \(made.path)'
        """)
    }
  }
}
