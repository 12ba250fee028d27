package import ArgumentParser
import Host

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

  @OptionGroup var options: CompareOptions

  /// Hands all that was typed to `amm-compare`, which has it parsed again.
  func run() throws {
    try attempt {
      let words = CommandLine.arguments.drop { $0 != "compare" }.dropFirst()
      let status = try Subprocess.accompany([try Self.program()] + words)
      guard status == 0 else { throw ExitCode(Int32(status)) }
    }
  }

  /// `amm-compare` in `$AMM_LIBEXEC`, beside amm, or in `libexec/amm` beside its folder.
  private static func program() throws(HostError) -> String {
    let name = "amm-compare"
    var places: [String] = []
    if let folder = Terminal.variable("AMM_LIBEXEC"), !folder.isEmpty { places.append(folder) }
    if let program = Files.program(), let slash = program.lastIndex(of: "/") {
      let folder = String(program[..<slash])
      places += [folder, folder + "/../libexec/amm"]
    }
    for place in places {
      if let found = Subprocess.find(place + "/" + name) { return found }
    }
    throw HostError(
      "run", name, reason: "it is in none of \(places.joined(separator: ", ")); set AMM_LIBEXEC")
  }
}

/// What `amm compare` can be told; `amm-compare` reads the same words.
package struct CompareOptions: ParsableArguments {
  @ArgumentParser.Argument(
    help: "The instances: one to measure, two to compare.", completion: Completion.instances)
  package var instances: [String] = []

  @Option(
    help: ArgumentHelp(
      "What they have to do: a task of the workspace's tasks/, one that comes with amm, or a path.",
      discussion:
        "Or a program's: lm-eval:NAME, guidellm or vllm-bench, where that is installed.",
      valueName: "task"), completion: Completion.tasks)
  package var task = "speed"

  @Option(
    help: ArgumentHelp(
      "Compare the last two profiles that the instance served, switching between them; 2 is the one number there is.",
      valueName: "n"))
  package var history: Int?

  @Option(
    help: ArgumentHelp("Show what an experiment found, without measuring.", valueName: "id"),
    completion: Completion.experiments)
  package var experiment: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Compare what two runs with '--json' wrote, without measuring.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  package var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "How often each item is asked, in place of the task's number.", valueName: "n"))
  package var repetitions: Int?

  @Option(
    help: ArgumentHelp(
      "How long an answer may take, in place of the task's number.", valueName: "seconds"))
  package var timeout: Int?

  @Option(
    help: ArgumentHelp(
      "End with status 2 when the first side's score is below this; where nothing is scored, when its speed is, as a multiple of the second side's.",
      valueName: "number"))
  package var failBelow: Double?

  @Flag(help: "Print everything that was measured as JSON.")
  package var json = false

  @Flag(help: "Print a line of CSV for each request.")
  package var csv = false

  @Option(
    help: ArgumentHelp("Write a page with charts, which needs no network.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  package var html: String?

  @Flag(help: TrustCommand.optionHelp)
  package var trust = false

  @OptionGroup package var workspace: WorkspaceOption

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
