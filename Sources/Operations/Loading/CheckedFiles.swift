package import Diagnostics
package import Host
package import Imports
import Schema
import Workspaces
import YAML

/// The files that `amm validate` checks, by kind.
package struct CheckedFiles {
  /// The kinds of files that a path can point to.
  package enum Kind: String, CaseIterable {
    case workspace, profile, task
    /// A file of another tool, such as a Compose file.
    case foreign
  }

  /// The workspaces, as folders.
  package private(set) var workspaces: [WorkspaceFolder] = []
  /// The profiles, in order.
  package private(set) var profiles: [ProfileFile] = []
  /// The tasks, in order.
  package private(set) var tasks: [TaskFolder.TaskFile] = []
  /// The files of other tools, in order.
  package private(set) var foreign: [ImportFile] = []
  /// Problems of the folders, found before their files are read.
  package private(set) var diagnostics: [Diagnostic] = []
  /// The content that replaces that of `instances.yaml`; nil to read the file.
  package private(set) var instances: FileContent?

  /// Finds the files at paths, and their kinds.
  ///
  /// - Parameter kind: The kind of all files; nil to use their names and places.
  package init(_ paths: [String], as kind: Kind?, on machine: Machine) throws(HostError) {
    for path in paths {
      let isFolder = try Files.kind(of: path) == .folder
      var found = kind
      if found == nil { found = try Self.kind(of: path, isFolder: isFolder) }
      switch found {
      case .workspace:
        try workspaces.append(.find(isFolder ? path : Self.folder(of: path), on: machine))
      case .task: try add(tasks: TaskFolder.files(typed: path), of: path)
      case .foreign: try add(foreign: path)
      case .profile where isFolder: try add(profilesIn: path, on: machine)
      case .profile, nil: profiles.append(ProfileFile(typed: path))
      }
    }
  }

  /// Takes a file's content from the standard input, such as from an editor.
  ///
  /// - Parameters:
  ///   - path: The file's name; it also decides which kind of file it is.
  ///   - kind: What it is; nil if its name decides.
  package init(standardInputAs path: String, as kind: Kind?, on machine: Machine) throws(HostError)
  {
    let content = try Files.readLog(nil, limit: Composer.InstanceLimits.bytes + 1)
    try self.init(content, of: path, as: kind, on: machine)
  }

  /// Takes a file's content from the caller, such as an editor, instead of reading the file.
  ///
  /// - Parameters:
  ///   - path: The file's name; it also decides which kind of file it is.
  ///   - kind: What it is; nil if its name decides.
  package init(
    _ content: [UInt8], of path: String, as kind: Kind?, on machine: Machine
  ) throws(HostError) {
    var found = kind
    if found == nil { found = try Self.kind(of: path, isFolder: false, content) }
    switch found {
    case .workspace:
      instances = FileContent(bytes: content, isQuotable: true)
      try workspaces.append(.find(Self.folder(of: path), on: machine))
    case .task: tasks.append(TaskFolder.file(typed: path, content: content))
    case .foreign: foreign.append(ImportFile(typed: path, content: content))
    case .profile, nil: profiles.append(ProfileFile(typed: path, content: content))
    }
  }

  /// Returns `workspace` for an `instances.yaml` or its folder, and `task` for what is in `tasks`.
  ///
  /// - Parameter content: The content of the file; nil to read it.
  private static func kind(
    of path: String, isFolder: Bool, _ content: [UInt8]? = nil
  ) throws(HostError) -> Kind {
    let folder = isFolder ? path : folder(of: path)
    if isFolder {
      if try Files.kind(of: path + "/" + workspaceFile) != nil { return .workspace }
    } else if lastPart(of: path) == workspaceFile {
      return .workspace
    }
    if !isFolder, ImportFile.isForeign(lastPart(of: path)) { return .foreign }
    if !isFolder, ImportFile.looksForeign(path, content) { return .foreign }
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

  /// Adds the profiles of a folder; a workspace within it is checked as a workspace.
  private mutating func add(profilesIn path: String, on machine: Machine) throws(HostError) {
    let folder = try ProfileFolder(Folder.open(path))
    diagnostics += folder.diagnostics
    let roots = folder.files.filter { $0.stem == "instances" }.map { Self.folder(of: $0.path) }
    for root in roots { try workspaces.append(.find(root, on: machine)) }
    profiles += folder.files.filter { file in !roots.contains { file.path.hasPrefix($0 + "/") } }
    if folder.files.isEmpty, folder.diagnostics.isEmpty { sayNothingFound(path, "profiles") }
  }

  private mutating func add(foreign path: String) throws(HostError) {
    if let file = try ImportFile(path), file.isCode {
      diagnostics.append(
        Diagnostic(
          FileRules.nothingFound, at: SourceLocation(path: path),
          "a Nix file is checked only when it is imported, because that runs its code",
          help: ["run 'amm import \(path) --dry-run'"]))
    } else if let file = try ImportFile(path) {
      foreign.append(file)
    } else {
      diagnostics.append(Self.noServer(path))
    }
  }

  private mutating func add(tasks files: [TaskFolder.TaskFile], of path: String) {
    tasks += files
    if files.isEmpty { sayNothingFound(path, "tasks") }
  }

  private mutating func sayNothingFound(_ path: String, _ what: String) {
    diagnostics.append(Self.nothingFound(path, what))
  }

  /// Returns the diagnostic for a file of another tool in which amm finds nothing.
  ///
  /// - Parameter others: What the file has besides, and why it is left out.
  package static func noServer(_ path: String, besides others: [Fate] = []) -> Diagnostic {
    Diagnostic(
      FileRules.nothingFound, at: SourceLocation(path: path),
      "there is no server that amm recognises in this file",
      help: ["amm finds servers by their image and command; 'amm import --help' lists the files"],
      notes: others.prefix(10).map { other in
        .init(SourceLocation(path: path), "'\(other.key.value)' is left out: \(other.reason)")
      })
  }

  /// Returns the diagnostic for a folder without files to check.
  package static func nothingFound(_ path: String, _ what: String) -> Diagnostic {
    Diagnostic(
      FileRules.nothingFound, at: SourceLocation(path: path), "there are no \(what) in this folder",
      help: ["check the path; amm only reads files that end with '.yaml'"])
  }
}
