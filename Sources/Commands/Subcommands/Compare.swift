import ArgumentParser
import Comparison
import Diagnostics
import Host
import Operations
import Reports
import Values
import Workspaces

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure one server, or two against each other, and say how sure the difference is.",
    discussion: """
      Asks both servers the same in turns, leaves a warm-up out, and tells times, rates, failures \
      and scores. Names a winner only where a 95 % interval says so. While an experiment is \
      active, what came out is recorded in it.

      Examples:
        amm compare tgi-primary tgi-secondary --task coding
        amm compare tgi-primary --history 2 --task chat
        amm compare tgi-primary tgi-secondary --html report.html
        amm compare tgi-primary --task speed --json > monday.json
        amm compare --files monday.json friday.json
        amm compare --experiment 20251120_101500
        amm compare tgi-primary --task coding --fail-below 0.8
        amm compare tgi-primary --task lm-eval:humaneval
      """)

  @ArgumentParser.Argument(
    help: "The instances: one to measure, two to compare.", completion: Completion.instances)
  var instances: [String] = []

  @Option(
    help: ArgumentHelp(
      "What they have to do: a task of the workspace's tasks/, one that comes with amm, or a path.",
      discussion:
        "Or a program's: lm-eval:NAME, guidellm or vllm-bench, where that is installed.",
      valueName: "task"), completion: Completion.tasks)
  var task = "speed"

  @Option(
    help: ArgumentHelp(
      "Compare the last two profiles that the instance served, switching between them; 2 is the one number there is.",
      valueName: "n"))
  var history: Int?

  @Option(
    help: ArgumentHelp("Show what an experiment found, without measuring.", valueName: "id"),
    completion: Completion.experiments)
  var experiment: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare what two runs with '--json' wrote, without measuring.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "How often each item is asked, in place of the task's number.", valueName: "n"))
  var repetitions: Int?

  @Option(
    help: ArgumentHelp(
      "How long an answer may take, in place of the task's number.", valueName: "seconds"))
  var timeout: Int?

  @Option(
    help: ArgumentHelp(
      "End with status 2 when the first side's score is below this; where nothing is scored, when its speed is, as a multiple of the second side's.",
      valueName: "number"))
  var failBelow: Double?

  @Flag(help: "Print everything that was measured as JSON.")
  var json = false

  @Flag(help: "Print a line of CSV for each request.")
  var csv = false

  @Option(
    help: ArgumentHelp("Write a page with charts, which needs no network.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Flag(help: TrustCommand.optionHelp)
  var trust = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    let ways = [!instances.isEmpty, experiment != nil, !files.isEmpty].count { $0 }
    guard ways == 1 else {
      throw ValidationError(
        "Name one or two instances, or two '--files', or an '--experiment': one of the three.")
    }
    guard instances.count <= 2 else { throw ValidationError("At most two instances are compared.") }
    guard files.isEmpty || files.count == 2 else {
      throw ValidationError("'--files' takes two files.")
    }
    if let history {
      guard history == 2 else {
        throw ValidationError("'--history' takes 2: the last two profiles are compared.")
      }
      guard instances.count == 1 else {
        throw ValidationError("'--history' is about one instance.")
      }
    }
    for (name, number) in [("repetitions", repetitions), ("timeout", timeout)] {
      if let number, number < 1 { throw ValidationError("'--\(name)' is at least 1.") }
    }
    if json && csv { throw ValidationError("'--json' and '--csv' are two formats: choose one.") }
    if failBelow != nil, experiment != nil {
      throw ValidationError("'--fail-below' needs one task: name instances or '--files'.")
    }
  }

  func run() throws {
    try attempt {
      if let experiment { return try showExperiment(experiment) }
      let report = try files.isEmpty ? measured() : Comparer.joined(files)
      let analysis = report.analysis
      try show(report, analysis)
      if let html { try write(Secrets.redacted(report.html(analysis)), to: html) }
      try checkFloor(report, analysis)
    }
  }

  private func measured() throws -> ComparisonReport {
    let folder = try workspace.open()
    try requireWorkspace(folder)
    let comparer = Comparer(folder)
    if let program = BenchmarkProgram(task) {
      guard history == nil else {
        Console.fail(
          "'--history' measures with amm's own tasks", help: "choose another '--task'")
        throw ExitStatus.usage
      }
      return try comparer.measure(instances, with: program)
    }
    guard let (found, part) = try TaskFolder(folder).task(task) else { throw ExitStatus.invalid }
    var task = found
    try Trust(folder).require(part.map { [$0] } ?? [], given: trust)
    if let repetitions { task.repetitions = repetitions }
    if let timeout { task.limits.total = timeout }
    return history == nil
      ? try comparer.measure(instances, task) : try comparer.measureHistory(of: instances[0], task)
  }

  private func show(_ report: ComparisonReport, _ analysis: Analysis) throws {
    if json { return Console.write(Shown(json: report.value)) }
    if csv { return Console.write(Shown(csv: report.csv)) }
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

  private func write(_ page: String, to path: String) throws(HostError) {
    guard let place = try OutputPlace.typed(path, makingParents: false) else {
      throw HostError("write", path, reason: "there is no such folder")
    }
    try place.write(page, .made(in: place.parent, on: .here))
  }

  private func showExperiment(_ id: String) throws {
    let summary = try ExperimentSummary(id, in: workspace.open())
    Console.write(json ? Shown(json: summary.value) : summary.shown)
  }

  private func checkFloor(_ report: ComparisonReport, _ analysis: Analysis) throws {
    guard let failBelow else { return }
    let (what, value) =
      if let scores = analysis.scores {
        ("the score of '\(report.names[0])'", scores.means[0])
      } else {
        (
          "the speed of '\(report.names[0])', as a multiple of the other's,",
          analysis.rows.last { $0.metric == .throughput }?.ratio?.value ?? 0
        )
      }
    guard value < failBelow else { return }
    Console.fail("\(what) is \(Number.short(value)), below \(failBelow)")
    throw ExitStatus.stale
  }
}
