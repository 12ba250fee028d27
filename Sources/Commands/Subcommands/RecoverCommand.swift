import ArgumentParser
import CommandSupport
import Host
import Operations
import Reports

struct RecoverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recover",
    abstract: "Finish what an interrupted amm left half done in a workspace.",
    discussion: """
      Commands that only look tell of it and change nothing; this one, 'amm switch' and \
      'amm generate' finish it. What this user's amm on this machine did not write is left alone: \
      anybody could have put it into a workspace. '--adopt' takes it over, such as after \
      $XDG_STATE_HOME was lost or when another machine was interrupted. It also takes over the units \
      that are installed for another workspace, such as after this one was moved; nothing is stopped \
      by that, but the next 'amm switch' then stops what this workspace does not have.

      Examples:
        amm recover
        amm recover --adopt
      """)

  @Flag(help: "Take over what another machine's amm left, and the units of another workspace.")
  var adopt = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try WorkspaceFolder.find(workspace.workspace, on: .here)
      try requireWorkspace(folder)
      var done = try Leftovers(in: folder).finish(adopting: adopt)
      if adopt, let sentence = try UnitFolder(of: folder, makingParents: false)?.adopt() {
        done.append(sentence)
      }
      for sentence in done { Console.print("\(sentence)") }
      if done.isEmpty { Console.print("\(folder.path): nothing of yours is unfinished") }
    }
  }
}
