import ArgumentParser
import CommandSupport
import Diagnostics
import Host
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
    help: "The profile: its path, file name or name.", completion: Completion.profiles)
  var profile: String

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try requireWorkspace(folder)
      switch try ProfileCatalog(folder).find(profile) {
      case .one(let file):
        guard file.isFromLibrary else {
          Console.fail("'\(file.id)' is in the workspace already, and is not overwritten")
          throw ExitStatus.invalid
        }
        try file.copy(into: folder)
        Console.print("\(folder.file("profiles/\(file.id).yaml")): copied")
      case .several(let files):
        Console.fail(
          "'\(profile)' could be \(Phrase.oneOf(files.map(\.id)))",
          help: "write the whole path")
        throw ExitStatus.invalid
      case .none(let nearest):
        Console.fail(
          "there is no profile '\(profile)'",
          help: nearest.map { "did you mean '\($0)'?" } ?? "'amm list' shows what there is")
        throw ExitStatus.invalid
      }
    }
  }
}
