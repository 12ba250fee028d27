package import ArgumentParser

/// What `amm compare` can be told; `amm-compare` reads the same words.
package struct CompareOptions: ParsableArguments {
  /// The instances to compare, in order; empty where `--experiment` or `--files` say what to show.
  @ArgumentParser.Argument(
    help: "The instances: one to measure, two to compare.", completion: Completion.instances)
  package var instances: [String] = []

  /// The task's name or path.
  @Option(
    help: ArgumentHelp(
      "What they have to do: a task of the workspace's tasks/, one that comes with amm, or a path.",
      discussion:
        "Or a program's: lm-eval:NAME, guidellm or vllm-bench, where that is installed.",
      valueName: "task"), completion: Completion.tasks)
  package var task = "speed"

  /// 2 for the last two profiles that the instance served; nil for what it serves now.
  @Option(
    help: ArgumentHelp(
      "Compare the last two profiles that the instance served, switching between them; 2 is the one number there is.",
      valueName: "n"))
  package var history: Int?

  /// The experiment whose results are shown, without measuring; nil for none.
  @Option(
    help: ArgumentHelp("Show what an experiment found, without measuring.", valueName: "id"),
    completion: Completion.experiments)
  package var experiment: String?

  /// The reports, as JSON, that `--files` names; empty to measure.
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare what two runs with '--json' wrote, without measuring.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  package var files: [String] = []

  /// How often each request is sent, from 1; nil for as often as the task says.
  @Option(
    help: ArgumentHelp(
      "How often each item is asked, in place of the task's number.", valueName: "n"))
  package var repetitions: Int?

  /// Seconds for a request; nil for as long as the task says.
  @Option(
    help: ArgumentHelp(
      "How long an answer may take, in place of the task's number.", valueName: "seconds"))
  package var timeout: Int?

  /// The lowest number that is no failure: a score, or a multiple of the speed; nil for none.
  @Option(
    help: ArgumentHelp(
      "End with status 2 when the first side's score is below this; where nothing is scored, when its speed is, as a multiple of the second side's.",
      valueName: "number"))
  package var failBelow: Double?

  /// Whether to print JSON.
  @Flag(help: "Print everything that was measured as JSON.")
  package var json = false

  /// Whether to print a line a measurement.
  @Flag(help: "Print a line of CSV for each request.")
  package var csv = false

  /// Where to write a page; nil for nowhere.
  @Option(
    help: ArgumentHelp("Write a page with charts, which needs no network.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  package var html: String?

  /// Whether a task's programs are trusted without a question.
  @Flag(help: WorkspaceOption.trustHelp)
  package var trust = false

  /// The workspace that holds the instances.
  @OptionGroup package var workspace: WorkspaceOption

  /// Refuses options that exclude each other and numbers out of range.
  package func validate() throws {
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

  package init() {}
}
