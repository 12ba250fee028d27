import ArgumentParser
import Diagnostics
import Host
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
      case .one(let entry):
        guard entry.file.isFromLibrary else {
          Console.fail("'\(entry.file.id)' is in the workspace already, and is not overwritten")
          throw ExitStatus.invalid
        }
        try entry.file.copy(into: folder)
        Console.print("\(folder.file("profiles/\(entry.file.id).yaml")): copied")
      case .several(let entries):
        Console.fail(
          "'\(profile)' could be \(Phrase.oneOf(entries.map(\.file.id)))",
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

extension ProfileFile {
  /// Writes a profile of the library into a workspace; the caller knows that none is there.
  func copy(into folder: WorkspaceFolder) throws(HostError) {
    guard let content = try content(limit: Composer.Limits.bytes) else { return }
    let target = "profiles/\(id).yaml"
    let comment = SchemaFile.profile.comment(at: target)
    try folder.write(comment + String(decoding: content.bytes, as: UTF8.self), to: target)
  }
}
