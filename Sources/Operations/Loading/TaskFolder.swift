package import Comparison
package import Diagnostics
package import Host
import Workspaces

/// The tasks in `tasks/` of the workspace, then those that come with amm.
package struct TaskFolder {
  private let workspace: WorkspaceFolder

  /// Creates the collection of a workspace's tasks and those that come with amm.
  package init(_ workspace: WorkspaceFolder) { self.workspace = workspace }

  /// Returns the folder of tasks that come with amm: `$AMM_TASKS`, `share/amm/tasks` next to the
  /// program's folder, or `share/tasks` of the source tree that the program was built in.
  package static func shipped(on machine: Machine) -> String? {
    if let variable = machine.variable("AMM_TASKS"), !variable.isEmpty { return variable }
    guard let program = Files.program() else { return nil }
    var folder = program[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      for place in ["/share/amm/tasks", "/share/tasks"] {
        if let kind = try? Files.kind(of: folder + place), kind == .folder { return folder + place }
      }
    }
    return nil
  }

  /// A task's file, which is not read yet.
  package struct TaskFile {
    /// The path as the user sees it.
    package let path: String
    /// The task's name.
    package let name: String
    fileprivate let read: () -> Outcome<SourceFile>
    /// Whether it comes with amm.
    fileprivate let isShipped: Bool

    /// Reads the task, with diagnostics for all of its problems.
    package func task() -> Outcome<ModelTask> { read().then(ModelTask.read) }
  }

  /// The workspace's task files, sorted.
  package var ownFiles: [TaskFile] {
    get throws(HostError) { try Self.files(in: workspace.folder("tasks")) }
  }

  private static func files(
    in folder: Folder?, shipped isShipped: Bool = false
  ) throws(HostError) -> [TaskFile] {
    guard let folder else { return [] }
    return try folder.entries().filter { $0.kind != .folder }.map(\.name)
      .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .filter { TaskName.isLegal(String($0.dropLast(5))) }
      .map { name in
        TaskFile(
          path: folder.shown(name), name: String(name.dropLast(5)),
          read: {
            SourceFile.read(folder.shown(name)) { (limit) throws(HostError) in
              try folder.readFollowing(name, limit: limit)
            }
          }, isShipped: isShipped)
      }
  }

  /// Returns the task files at a path that the user typed: a file, or those of a folder.
  package static func files(typed path: String) throws(HostError) -> [TaskFile] {
    if try Files.kind(of: path) == .folder { return try files(in: Folder.open(path)) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return [
      TaskFile(path: path, name: name, read: { SourceFile.read(path) }, isShipped: false)
    ]
  }

  /// Returns a task with a content that replaces its file's, such as an editor's.
  package static func file(typed path: String, content: [UInt8]) -> TaskFile {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return TaskFile(
      path: path, name: name,
      read: { Outcome(SourceFile(path: path, bytes: content, isQuotable: true), []) },
      isShipped: false)
  }

  private static func shippedFiles(on machine: Machine) throws(HostError) -> [TaskFile] {
    guard let path = shipped(on: machine) else { return [] }
    return try files(in: Folder.open(path), shipped: true)
  }

  /// Returns the diagnostics of tasks.
  package static func check(_ files: [TaskFile]) -> [Diagnostic] {
    files.flatMap { $0.task().diagnostics }
  }

  /// The names of all tasks, sorted and without duplicates.
  package var names: [String] {
    let own = (try? ownFiles) ?? []
    let shipped = (try? Self.shippedFiles(on: workspace.machine)) ?? []
    return Set((own + shipped).map(\.name)).sorted()
  }

  /// The parts of the workspace's tasks that require trust before they run.
  var partsWantingTrust: [Trust.Part] {
    get throws(HostError) {
      let shipped = Set(try Self.shippedFiles(on: workspace.machine).map(\.name))
      return try ownFiles.compactMap { file in
        file.task().value.flatMap {
          Trust.Part($0, at: "tasks/\(file.name).yaml", shadowing: shipped.contains(file.name))
        }
      }
    }
  }

  /// Returns the task that a word names; a word with a slash or `.yaml` is a path.
  ///
  /// - Returns: The task, and the part of it that requires trust; nil after reporting problems.
  package func task(_ word: String) throws -> (task: ModelTask, part: Trust.Part?)? {
    let isPath = word.contains("/") || word.hasSuffix(".yaml")
    let shipped = try Self.shippedFiles(on: workspace.machine)
    let own = try isPath ? Self.files(typed: word) : ownFiles.filter { $0.name == word }
    guard let file = own.first ?? shipped.first(where: { $0.name == word }) else {
      let names = names
      throw OperationError(
        .invalid, "there is no task '\(word)'",
        help: Suggestion.help(
          for: word, among: names, otherwise: "the tasks are \(Phrase.allOf(names))"))
    }
    let outcome = file.task()
    workspace.machine.tell(.diagnostics(outcome.diagnostics))
    guard let task = outcome.value else { return nil }
    guard !file.isShipped else { return (task, nil) }
    let isShadowing = !isPath && shipped.contains { $0.name == file.name }
    let name = isPath ? file.path : "tasks/\(file.name).yaml"
    return (task, Trust.Part(task, at: name, shadowing: isShadowing))
  }
}
