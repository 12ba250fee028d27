import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports
import Text

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Create a workspace with an instance and the profiles that come with amm.",
    discussion: """
      Reads the machine's GPUs and their memory, main memory, cores, Podman's version, SELinux and \
      a free port. The instance 'main' serves a profile that fits. You do not need to edit \
      anything.

      Examples:
        amm init
        amm init ~/dotfiles/ai-models
        amm init --example demo     create four instances, for any machine
      """)

  @Argument(
    help: "The new folder; by default $AMM_WORKSPACE, else ~/.config/ai-models.",
    completion: .directory)
  var folder: String?

  @Flag(help: "Create four instances that do not depend on the machine.")
  var example = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var color: ColorOption

  func run() throws {
    try attempt {
      let made = try NewWorkspace.create(
        at: folder, as: example ? .example : .machine, on: .here)
      if json { return Console.write(Shown(json: made.value)) }
      let counts =
        Phrase.count(made.profiles, "profile") + ", "
        + Phrase.count(made.instances.count, "instance")
      let place = folder == nil ? "" : " --workspace \(made.path.shellWord)"
      if made.instances.count == 1, let (name, profile) = made.instances.first {
        Console.print(
          """
          \(made.path): \(counts): '\(name)' serves \(profile)
          next: run 'amm switch \(name) \(profile) --wait\(place)'
          """)
      } else {
        Console.print(
          """
          \(made.path): \(counts)
          next: check instances.yaml, then run 'amm generate\(place)'
          """)
      }
    }
  }
}
