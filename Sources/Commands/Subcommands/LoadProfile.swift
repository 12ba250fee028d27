import ArgumentParser
import CommandSupport
import Operations
import Reports
import YAML

struct LoadProfile: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load-profile",
    abstract: "Copy a profile from the library into the workspace.",
    discussion: """
      Examples:
        amm load-profile coding/starcoder2
      """)

  @Argument(
    help: "The path, file name or name of the profile.", completion: Completion.profiles)
  var profile: String

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try folder.requireWorkspace()
      let file = try ProfileCatalog(folder).file(named: profile)
      guard file.isFromLibrary else {
        throw OperationError(
          .invalid, "'\(file.id)' already exists in the workspace and is not overwritten",
          help: "'amm switch INSTANCE \(file.id)' serves it; to copy it again, first move "
            + "'\(file.path)' away")
      }
      try file.copy(into: folder)
      Console.print("\(folder.file("profiles/\(file.id).yaml")): copied")
    }
  }
}
