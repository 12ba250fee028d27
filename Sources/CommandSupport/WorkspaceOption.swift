package import ArgumentParser
package import Host
package import Operations
import Reports

/// The option that selects the workspace.
package struct WorkspaceOption: ParsableArguments {
  /// The folder as the user typed it; nil without the option.
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The folder of the workspace.",
      discussion:
        "By default $AMM_WORKSPACE, else the current folder or its nearest parent with an instances.yaml, else ~/.config/ai-models.",
      valueName: "dir"), completion: .directory)
  package var workspace: String?

  /// When to use colour.
  @OptionGroup package var color: ColorOption

  /// The help of `--trust`, for commands that run programs of a workspace.
  package static let trustHelp: ArgumentHelp =
    "Run the workspace's commands this time without asking for your agreement; see 'amm trust'."

  package init() {}

  /// Returns the workspace for reading; reports unfinished changes and leaves them as they are.
  package func open() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here)
    try Leftovers(in: folder).tell()
    return folder
  }

  /// Returns the workspace whose installed units a command controls.
  package func openInstalled() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here, prefersInstalled: true)
    try Leftovers(in: folder).tell()
    return folder
  }

  /// Returns the workspace for writing; first completes this user's interrupted changes.
  package func openToChange() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here)
    for done in try Leftovers(in: folder).finish() { Console.say("amm: \(done)") }
    return folder
  }
}
