import ArgumentParser
import CommandSupport
import Operations
import Reports

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Complete or undo the changes of an interrupted command in a workspace.",
    discussion: """
      Commands that only read report unfinished changes; 'amm recover', 'amm switch' and \
      'amm generate' complete or undo them. Files that this user's amm on this machine did not \
      write are not changed: someone else could have put them into the workspace. '--adopt' takes \
      them over, for example if $XDG_STATE_HOME was lost or another machine was interrupted.

      '--adopt' also takes over units that are installed for another workspace, for example after \
      this one was moved. That stops nothing, but the next 'amm switch' then stops servers that \
      this workspace does not have.

      Examples:
        amm recover
        amm recover --adopt
      """)

  @Flag(
    help: "Take over unfinished changes of another machine, and the units of another workspace.")
  var adopt = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try WorkspaceFolder.find(workspace.workspace, on: .here)
      try folder.requireWorkspace()
      var done = try Leftovers(in: folder).finish(adopting: adopt)
      if adopt, let sentence = try UnitFolder(of: folder, makingParents: false)?.adopt() {
        done.append(sentence)
      }
      for sentence in done { Console.print("\(sentence)") }
      if done.isEmpty {
        Console.print("you have no unfinished changes in '\(folder.shownPath)'")
      }
    }
  }
}
