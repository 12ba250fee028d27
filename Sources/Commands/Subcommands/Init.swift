import ArgumentParser
import Diagnostics
import Host
import Operations
import Reports
import Values
import YAML

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
      var path =
        try folder ?? Machine.here.variable("AMM_WORKSPACE") ?? Machine.here.folders.workspace
      while path.count > 1, path.hasSuffix("/") { path.removeLast() }
      if try Files.kind(of: path) != nil {
        let isEmptyFolder = try Folder.open(path)?.entries().isEmpty == true
        guard isEmptyFolder else {
          Console.fail(
            "'\(path)' is there already, and nothing in it is overwritten",
            help: "name another folder, or move it away")
          throw ExitStatus.invalid
        }
      }
      guard let library = WorkspaceFolder.library(on: .here) else {
        throw HostError("find", "share/amm/profiles", reason: "set AMM_LIBRARY to its path")
      }
      let profiles = try ProfileFolder.library(on: .here).files
      guard !profiles.isEmpty else {
        throw HostError("read the profiles in", library, reason: "there are none")
      }
      guard let place = try OutputPlace.typed(path, makingParents: true) else { return }
      try FolderCreator.create(
        place, with: contents(profiles), .made(in: place.parent, on: .here))
      Console.print(
        """
        \(path): \(Phrase.count(profiles.count, "profile")), \(Phrase.count(InitTemplate.links.count, "instance"))
        next: look at instances.yaml, then run 'amm generate --workspace \(path)'
        """)
    }
  }

  private func contents(
    _ profiles: [ProfileFile]
  ) throws -> [(path: String, item: FolderCreator.Item)] {
    var items: [(path: String, item: FolderCreator.Item)] = [
      (
        "instances.yaml",
        .file(
          Array((SchemaFile.instances.comment(at: "instances.yaml") + InitTemplate.instances).utf8))
      ),
      ("custom/.gitkeep", .file([])),
      ("experiments/.gitkeep", .file([])),
    ]
    for profile in profiles {
      guard let bytes = try profile.content(limit: Composer.Limits.bytes)?.bytes else { continue }
      let path = "profiles/\(profile.id).yaml"
      let comment = SchemaFile.profile.comment(at: path)
      items.append((path, .file(Array(comment.utf8) + bytes)))
    }
    for schema in SchemaFile.allCases {
      items.append((schema.path, .file(Array(JSON.text(schema.value).utf8))))
    }
    for (instance, profile) in InitTemplate.links {
      items.append(("active/\(instance).yaml", .link("../profiles/\(profile).yaml")))
    }
    return items
  }
}
