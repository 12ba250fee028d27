import ArgumentParser
import Comparison
import Diagnostics
import Host
import Values
import Workspaces

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure one server, or two against each other, and say how sure the difference is.",
    discussion: """
      Asks both servers the same in turns, leaves a warm-up out, and tells times, rates, failures \
      and scores. Names a winner only where a 95 % interval says so.

      Examples:
        amm compare tgi-primary tgi-secondary --task coding
        amm compare tgi-primary --task speed --json > monday.json
      """)

  @ArgumentParser.Argument(
    help: "The instances: one to measure, two to compare.", completion: Completion.instances)
  var instances: [String] = []

  @Option(
    help: ArgumentHelp(
      "What they have to do: a task of the workspace's tasks/, one that comes with amm, or a path.",
      valueName: "task"), completion: Completion.tasks)
  var task = "speed"

  @Option(
    help: ArgumentHelp(
      "How often each item is asked, in place of the task's number.", valueName: "n"))
  var repetitions: Int?

  @Flag(help: "Print everything that was measured as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    if let repetitions, repetitions < 1 {
      throw ValidationError("'--repetitions' is at least 1.")
    }
    guard (1...2).contains(instances.count) else {
      throw ValidationError("Name one instance to measure, or two to compare.")
    }
  }

  func run() throws {
    try attempt {
      try requireWorkspace(try WorkspaceLoader(workspace.folder))
      guard var task = try TaskFolder(workspace.folder).task(task) else { throw ExitStatus.invalid }
      if let repetitions { task.repetitions = repetitions }
      let report = try Comparer(workspace.folder).measure(instances, task)
      let analysis = report.analysis
      let style = Style(for: .output)
      Console.print(
        report.text(analysis, bold: style.bold, faint: style.faint).dropLastNewline)
    }
  }
}
