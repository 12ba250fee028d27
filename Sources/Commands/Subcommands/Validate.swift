import ArgumentParser
import Diagnostics
import Host
import Values
import Workspaces

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say everything that is wrong with a workspace or with single profiles.",
    discussion: """
      Examples:
        amm validate
        amm validate --workspace ~/dotfiles/ai-models --strict
        amm validate profiles/coding/deepseek-coder.yaml
        amm validate --json | jq '.diagnostics[].code'
      """)

  @Argument(
    help: "Profiles, or folders of profiles; without any, the whole workspace.",
    completion: .file())
  var paths: [String] = []

  @Flag(help: "Warnings fail, too.")
  var strict = false

  @Flag(help: "Print the diagnostics as JSON on standard output.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      let (diagnostics, what) = paths.isEmpty ? try checkWorkspace() : try checkPaths()
      let sorted = diagnostics.sorted()
      if json {
        Console.print(
          JSON.text(
            .set([
              "diagnostics": .list(sorted.map(\.value)),
              "errors": .integer(sorted.count { $0.severity == .error }),
              "warnings": .integer(sorted.count { $0.severity == .warning }),
            ])
          ).dropLastNewline)
      } else {
        Console.report(sorted)
        if sorted.isEmpty { Console.print("\(what): no problems") }
      }
      if sorted.hasErrors || (strict && !sorted.isEmpty) { throw ExitStatus.invalid }
    }
  }

  private func checkWorkspace() throws -> ([Diagnostic], String) {
    let loader = try WorkspaceLoader(workspace.folder)
    try requireWorkspace(loader)
    let outcome = try loader.load()
    let count = Phrase.count(loader.files.count, "profile")
    let instances = outcome.value.map { ", " + Phrase.count($0.instances.count, "instance") } ?? ""
    return (outcome.diagnostics + loader.checkProfiles(), count + instances)
  }

  private func checkPaths() throws -> ([Diagnostic], String) {
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
    return (diagnostics, Phrase.count(all.count, "profile"))
  }
}

extension String {
  /// Without the newline that the console adds.
  var dropLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
