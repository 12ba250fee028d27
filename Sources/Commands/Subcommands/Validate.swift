import ArgumentParser
import Diagnostics
import Host
import Values
import Workspaces

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Say everything that is wrong with a workspace or with single profiles.",
    discussion: """
      Examples:
        amm validate
        amm validate --workspace ~/dotfiles/ai-models --strict
        amm validate profiles/coding/deepseek-coder.yaml
        amm validate --as task tasks/mine.yaml
        amm validate --json | jq '.diagnostics[].code'
        amm validate --format sarif > amm.sarif
        amm validate --format github         annotations in a GitHub workflow
      """)

  @Argument(
    help: "Profiles, or folders of profiles; without any, the whole workspace.",
    completion: .file())
  var paths: [String] = []

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp("What the paths are: profile or task.", valueName: "kind"))
  var kind = PathKind.profile

  @Flag(help: "Warnings fail, too.")
  var strict = false

  @Option(
    help: ArgumentHelp(
      "How to say it: text, json, sarif (2.1.0), github or junit.",
      discussion: "All but text go to standard output.", valueName: "format"))
  var format: ReportFormat = .text

  @Flag(help: "Short for '--format json'.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  /// What a path that is given may lead to.
  enum PathKind: String, CaseIterable, ExpressibleByArgument { case profile, task }

  func run() throws {
    try attempt {
      let (diagnostics, files, what) = paths.isEmpty ? try checkWorkspace() : try checkPaths()
      let sorted = diagnostics.sorted()
      if let report = (json ? .json : format).report(sorted, files: files) {
        Terminal.write(report, to: .output)
      } else {
        Console.report(sorted)
        if sorted.isEmpty { Console.print("\(what): no problems") }
      }
      if sorted.hasErrors || (strict && !sorted.isEmpty) { throw ExitStatus.invalid }
    }
  }

  private func checkWorkspace() throws -> ([Diagnostic], files: [String], what: String) {
    let loader = try WorkspaceLoader(workspace.folder)
    try requireWorkspace(loader)
    let outcome = try loader.load(checkingAll: true)
    let count = Phrase.count(loader.files.count, "profile")
    let instances = outcome.value.map { ", " + Phrase.count($0.instances.count, "instance") } ?? ""
    let tasks = try TaskFolder(workspace.folder).ownFiles
    let files = [workspace.folder.file("instances.yaml")] + loader.files.map(\.path) + tasks
    let said = outcome.diagnostics + TaskFolder.check(tasks)
    let more = tasks.isEmpty ? "" : ", " + Phrase.count(tasks.count, "task")
    return (said, files, count + instances + more)
  }

  private func checkPaths() throws -> ([Diagnostic], files: [String], what: String) {
    if kind == .task {
      let files = try paths.flatMap { path throws(HostError) in
        try Files.kind(of: path) == .folder ? TaskFolder.files(in: path) : [path]
      }
      return (TaskFolder.check(files), files, Phrase.count(files.count, "task"))
    }
    var diagnostics: [Diagnostic] = []
    var files: [ProfileFile] = []
    for path in paths {
      switch try Files.kind(of: path) {
      case .folder:
        let folder = try ProfileFolder(path)
        diagnostics += folder.diagnostics
        files += folder.files
      default: files.append(ProfileFile(id: path, path: path, isFromLibrary: false))
      }
    }
    let all = files
    diagnostics += Parallel.map(count: all.count) { all[$0].read().diagnostics }.flatMap { $0 }
    return (diagnostics, all.map(\.path), Phrase.count(all.count, "profile"))
  }
}

extension String {
  /// Without the newline that the console adds.
  var dropLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
