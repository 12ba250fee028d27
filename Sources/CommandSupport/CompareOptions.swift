package import ArgumentParser

/// The options of `amm compare`, which `amm-compare` parses again.
package struct CompareOptions: ParsableArguments {
  /// The instances to compare, in order; empty with `--experiment` or `--files`.
  @ArgumentParser.Argument(
    help: "One instance to measure, or two to compare.", completion: Completion.instances)
  package var instances: [String] = []

  /// The name or path of the task.
  @Option(
    help: ArgumentHelp(
      "The task: a name in the workspace's tasks/, the name of a task that comes with amm, or a path.",
      discussion:
        "lm-eval:NAME, guidellm and vllm-bench run that program, if it is installed.",
      valueName: "task"), completion: Completion.tasks)
  package var task = "speed"

  /// 2 for the last two profiles that the instance served; nil for the one that it serves now.
  @Option(
    help: ArgumentHelp(
      "Compare the last two profiles that the instance served, switching between them. Must be 2.",
      valueName: "n"))
  package var history: Int?

  /// The experiment whose results are shown without measuring; nil to measure.
  @Option(
    help: ArgumentHelp("Show the results of an experiment, without measuring.", valueName: "id"),
    completion: Completion.experiments)
  package var experiment: String?

  /// The two JSON reports to compare; empty to measure.
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare the output of two runs with '--json', without measuring.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  package var files: [String] = []

  /// How often each request is sent, at least 1; nil for the task's value.
  @Option(
    help: ArgumentHelp(
      "The number of times to send each item, instead of the task's value.", valueName: "n"))
  package var repetitions: Int?

  /// Seconds that a request may take, at least 1; nil for the task's value.
  @Option(
    help: ArgumentHelp(
      "The time that an answer may take, instead of the task's value.", valueName: "seconds"))
  package var timeout: Int?

  /// The lowest result that is not a failure: a score, or the first side's speed divided by the
  /// second side's; nil for no limit.
  @Option(
    help: ArgumentHelp(
      "Exit with status 2 if the first server's score is below this number. If the task has no scores: if the first server's speed, divided by the second server's, is below it.",
      valueName: "number"))
  package var failBelow: Double?

  /// Whether to print JSON.
  @Flag(help: "Print all measurements as JSON.")
  package var json = false

  /// Whether to print one line of CSV for each request.
  @Flag(help: "Print a line of CSV for each request.")
  package var csv = false

  /// The file to write a page to; nil for no page.
  @Option(
    help: ArgumentHelp("Write a page with charts; it needs no network.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  package var html: String?

  /// Whether programs of a task run without the user's agreement.
  @Flag(help: WorkspaceOption.trustHelp)
  package var trust = false

  /// The workspace that holds the instances.
  @OptionGroup package var workspace: WorkspaceOption

  /// Rejects options that exclude each other and numbers that are out of range.
  package func validate() throws {
    let ways = [!instances.isEmpty, experiment != nil, !files.isEmpty].count { $0 }
    guard ways == 1 else {
      throw ValidationError(
        "Use one of the three: one or two instances, '--files' or '--experiment'.")
    }
    guard instances.count <= 2 else {
      throw ValidationError("'amm compare' accepts at most two instances.")
    }
    guard files.isEmpty || files.count == 2 else {
      throw ValidationError("'--files' must be two files.")
    }
    if let history {
      guard history == 2 else {
        throw ValidationError("'--history' must be 2, for the last two profiles.")
      }
      guard instances.count == 1 else {
        throw ValidationError("'--history' requires exactly one instance.")
      }
    }
    for (name, number) in [("repetitions", repetitions), ("timeout", timeout)] {
      if let number, number < 1 {
        throw ValidationError("'--\(name)' must be a whole number, at least 1.")
      }
    }
    if json && csv { throw ValidationError("'--json' cannot be combined with '--csv'.") }
    if let failBelow, !(0...100).contains(failBelow) {
      throw ValidationError("'--fail-below' must be a number from 0 to 100.")
    }
    if failBelow != nil, experiment != nil {
      throw ValidationError(
        "'--fail-below' cannot be combined with '--experiment': use instances or '--files'.")
    }
  }

  package init() {}
}
