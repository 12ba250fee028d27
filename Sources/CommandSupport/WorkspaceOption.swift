package import ArgumentParser
package import Host
package import Operations
import Reports

/// The workspace that a command is about.
package struct WorkspaceOption: ParsableArguments {
  /// The folder as it was typed; nil where it was not.
  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The workspace's folder.",
      discussion:
        "Otherwise $AMM_WORKSPACE, the nearest folder upwards with an instances.yaml, or ~/.config/ai-models.",
      valueName: "dir"), completion: .directory)
  package var workspace: String?

  /// Whether to use colour.
  @OptionGroup package var color: ColorOption

  /// Of `--trust`, for commands that run what a workspace names.
  package static let trustHelp: ArgumentHelp =
    "Run what the workspace names, for this once, without having agreed to it; see 'amm trust'."

  package init() {}

  /// The workspace, to look at; what is unfinished in it is told, and stays as it is.
  package func open() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here)
    try Leftovers(in: folder).tell()
    return folder
  }

  /// The workspace, to be changed: what this user's amm was interrupted at is finished first.
  package func openToChange() throws(HostError) -> WorkspaceFolder {
    let folder = try WorkspaceFolder.find(workspace, on: .here)
    for done in try Leftovers(in: folder).finish() { Console.say("amm: \(done)") }
    return folder
  }
}
