import Comparison
import Diagnostics
import Host
import Workspaces

/// Where tasks are: `tasks/` of the workspace, then those that come with amm.
struct TaskFolder {
  private let workspace: WorkspaceFolder

  init(_ workspace: WorkspaceFolder) { self.workspace = workspace }

  /// The folder of tasks that come with amm: `$AMM_TASKS`, `share/amm/tasks` beside the program's
  /// folder, or the source tree that the program was built in.
  static func shipped() -> String? {
    if let variable = Terminal.variable("AMM_TASKS"), !variable.isEmpty { return variable }
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

  /// The workspace's task files, sorted.
  var ownFiles: [String] {
    get throws(HostError) { try Self.files(in: workspace.file("tasks")) }
  }

  /// The task files of a folder, sorted.
  static func files(in folder: String) throws(HostError) -> [String] {
    try names(in: folder).map { "\(folder)/\($0).yaml" }
  }

  /// What is wrong with tasks.
  static func check(_ files: [String]) -> [Diagnostic] {
    files.flatMap { SourceFile.read($0).then(ModelTask.read).diagnostics }
  }

  /// The names of all tasks, sorted, each once.
  var names: [String] {
    let own = (try? Self.names(in: workspace.file("tasks"))) ?? []
    let shipped = Self.shipped().flatMap { try? Self.names(in: $0) } ?? []
    return Set(own + shipped).sorted()
  }

  private static func names(in folder: String) throws(HostError) -> [String] {
    try Files.names(in: folder).filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(5)) }.filter(TaskName.isLegal)
  }

  /// The task that a word names, a path where it has a slash or an ending.
  ///
  /// - Returns: Nil after saying what is wrong.
  func task(_ word: String) throws(HostError) -> ModelTask? {
    guard let path = try path(of: word) else {
      Console.fail(
        "there is no task '\(word)'",
        help: Suggestion.help(
          for: word, among: names, otherwise: "the tasks are \(Phrase.allOf(names))"))
      return nil
    }
    let outcome = SourceFile.read(path).then(ModelTask.read)
    Console.report(outcome.diagnostics)
    return outcome.value
  }

  private func path(of word: String) throws(HostError) -> String? {
    if word.contains("/") || word.hasSuffix(".yaml") { return word }
    guard TaskName.isLegal(word) else { return nil }
    for folder in [workspace.file("tasks"), Self.shipped()].compactMap({ $0 }) {
      let path = "\(folder)/\(word).yaml"
      if try Files.kind(of: path) != nil { return path }
    }
    return nil
  }
}
