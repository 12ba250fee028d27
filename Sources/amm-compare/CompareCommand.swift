import ArgumentParser
import CommandSupport
import Comparison
import Diagnostics
import Host
import Operations
import Reports
import Values
import Workspaces

/// The command `amm compare`, which amm passes to this program.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "amm compare")

  @OptionGroup var options: CompareOptions

  func run() throws {
    try attempt {
      if let experiment = options.experiment { return try showExperiment(experiment) }
      let report = try options.files.isEmpty ? measured() : Comparer.joined(options.files)
      let analysis = report.analysis
      try show(report, analysis)
      if let html = options.html { try write(Secrets.redacted(report.html(analysis)), to: html) }
      try checkFloor(report, analysis)
    }
  }

  private func measured() throws -> ComparisonReport {
    let folder = try options.workspace.open()
    try folder.requireWorkspace()
    let comparer = Comparer(folder)
    if let program = BenchmarkProgram(options.task) {
      guard options.history == nil else {
        Console.fail(
          "'--history' works only with amm's own tasks", help: "choose another '--task'")
        throw ExitStatus.usage
      }
      return try comparer.measure(options.instances, with: program)
    }
    guard let (found, part) = try TaskFolder(folder).task(options.task) else {
      throw ExitStatus.invalid
    }
    var task = found
    try Trust(folder).require(part.map { [$0] } ?? [], given: options.trust)
    if let repetitions = options.repetitions { task.repetitions = repetitions }
    if let timeout = options.timeout { task.limits.total = timeout }
    return options.history == nil
      ? try comparer.measure(options.instances, task)
      : try comparer.measureHistory(of: options.instances[0], task)
  }

  private func show(_ report: ComparisonReport, _ analysis: Analysis) throws {
    if options.json { return Console.write(Shown(json: report.value)) }
    if options.csv { return Console.write(Shown(csv: report.csv)) }
    let style = Style(for: .output)
    for line in report.lines(analysis) {
      let text: Shown = "\(line.text)"
      switch line.weight {
      case .strong: Console.print(style.bold(text))
      case .faint: Console.print(style.faint(text))
      case .plain: Console.print(text)
      }
    }
  }

  private func showExperiment(_ id: String) throws {
    let summary = try ExperimentSummary(id, in: options.workspace.open())
    Console.write(options.json ? Shown(json: summary.value) : summary.shown)
  }

  private func checkFloor(_ report: ComparisonReport, _ analysis: Analysis) throws {
    guard let failBelow = options.failBelow else { return }
    let (what, value) =
      if let scores = analysis.scores {
        ("the score of '\(report.names[0])'", scores.means[0])
      } else {
        (
          "the speed of '\(report.names[0])' relative to the other side",
          analysis.rows.last { $0.metric == .throughput }?.ratio?.value ?? 0
        )
      }
    guard value < failBelow else { return }
    Console.fail("\(what) is \(Number.short(value)), below \(failBelow)")
    throw ExitStatus.stale
  }
}
