package import Diagnostics
package import Host
import Workspaces

/// What `amm validate` is given, sorted by what it is.
package struct CheckedFiles {
  /// What a path may lead to.
  package enum Kind: String, CaseIterable { case workspace, profile, task }

  /// Workspaces, by their folders.
  package private(set) var workspaces: [WorkspaceFolder] = []
  /// The profiles among them, in order.
  package private(set) var profiles: [ProfileFile] = []
  /// The tasks among them, in order.
  package private(set) var tasks: [TaskFolder.TaskFile] = []
  /// What is wrong with folders, before their files are read.
  package private(set) var diagnostics: [Diagnostic] = []

  /// Looks what paths lead to.
  ///
  /// - Parameter kind: What they are; nil for what their names and places say.
  package init(_ paths: [String], as kind: Kind?, on machine: Machine) throws(HostError) {
    for path in paths {
      let isFolder = try Files.kind(of: path) == .folder
      var found = kind
      if found == nil { found = try Self.kind(of: path, isFolder: isFolder) }
      switch found {
      case .workspace:
        try workspaces.append(.find(isFolder ? path : Self.folder(of: path), on: machine))
      case .task: try add(tasks: TaskFolder.files(typed: path), of: path)
      case .profile where isFolder: try add(profilesIn: path, on: machine)
      case .profile, nil: profiles.append(ProfileFile(typed: path))
      }
    }
  }

  /// A folder with an `instances.yaml` and that file are the workspace; what lies in `tasks` is a task.
  private static func kind(of path: String, isFolder: Bool) throws(HostError) -> Kind {
    let folder = isFolder ? path : folder(of: path)
    if isFolder {
      if try Files.kind(of: path + "/" + workspaceFile) != nil { return .workspace }
    } else if lastPart(of: path) == workspaceFile {
      return .workspace
    }
    let name = lastPart(of: folder == "." ? Files.canonical(".") ?? "" : folder)
    return name == "tasks" ? .task : .profile
  }

  private static let workspaceFile = "instances.yaml"

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
  }

  private static func lastPart(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// Adds the profiles of a folder; a workspace within it is checked as one.
  private mutating func add(profilesIn path: String, on machine: Machine) throws(HostError) {
    let folder = try ProfileFolder(Folder.open(path))
    diagnostics += folder.diagnostics
    let roots = folder.files.filter { $0.stem == "instances" }.map { Self.folder(of: $0.path) }
    for root in roots { try workspaces.append(.find(root, on: machine)) }
    profiles += folder.files.filter { file in !roots.contains { file.path.hasPrefix($0 + "/") } }
    if folder.files.isEmpty, folder.diagnostics.isEmpty { sayNothingFound(path, "profiles") }
  }

  private mutating func add(tasks files: [TaskFolder.TaskFile], of path: String) {
    tasks += files
    if files.isEmpty { sayNothingFound(path, "tasks") }
  }

  private mutating func sayNothingFound(_ path: String, _ what: String) {
    diagnostics.append(Self.nothingFound(path, what))
  }

  /// That a folder holds nothing to check.
  package static func nothingFound(_ path: String, _ what: String) -> Diagnostic {
    Diagnostic(
      FileRules.nothingFound, at: SourceLocation(path: path), "there are no \(what) in this folder",
      help: ["check its name; files of amm end with '.yaml'"])
  }
}
