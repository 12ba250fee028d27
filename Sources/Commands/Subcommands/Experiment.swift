import ArgumentParser
import CommandSupport
import Diagnostics
import Experiments
import Host
import Operations
import Reports
import Values
import Workspaces

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Keep what was tried, what came out, and with which profile, image and weights.",
    discussion: """
      While an experiment runs, 'amm switch' records what it serves. Everything stands in \
      experiments/<id>.json.

      Examples:
        amm experiment start "Comparing code generation quality"
        amm experiment log --model starcoder2 --task coding --score 0.61
        amm experiment show
        amm experiment stop
      """,
    subcommands: [
      Begin.self, End.self, Index.self, Show.self, Note.self, Log.self,
    ],
    aliases: ["exp"])

  struct Begin: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "start",
      abstract: "Begin an experiment.",
      discussion: """
        Examples:
          amm experiment start "Comparing code generation quality"
        """)

    @Argument(help: "What is to be found out.")
    var description: String

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        let folder = try workspace.open()
        try requireWorkspace(folder)
        let store = ExperimentStore(folder)
        if let id = try store.start(description) {
          return Console.print("experiment \(id) runs\n\(store.file(of: id))")
        }
        Console.fail(
          "experiment '\(try store.activeID() ?? "")' runs already",
          help: "'amm experiment stop' ends it")
        throw ExitStatus.invalid
      }
    }
  }

  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stop",
      abstract: "End the experiment that runs; its file stays.",
      discussion: """
        Examples:
          amm experiment stop
        """)

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        guard let id = try ExperimentStore(workspace.open()).stop() else {
          return try failWithoutExperiment()
        }
        Console.print("experiment \(id) has ended; 'amm experiment show \(id)' shows it")
      }
    }
  }

  struct Index: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the experiments of a workspace, the newest last.",
      discussion: """
        Examples:
          amm experiment list
          amm experiment list --json
        """,
      aliases: ["ls"])

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        let list = try ExperimentList(ExperimentStore(workspace.open()))
        Console.write(json ? Shown(json: list.value) : list.shown(in: .ofOutput))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show an experiment: what was served, what came out, what was noticed.",
      discussion: """
        Examples:
          amm experiment show
          amm experiment show 20251120_101500 --json
        """)

    @Argument(
      help: "The experiment; without it, the one that runs, else the newest.",
      completion: Completion.experiments)
    var id: String?

    @Flag(help: "Print JSON, as it stands in the file.")
    var json = false

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        let store = ExperimentStore(try workspace.open())
        let ids = try store.ids()
        guard let id = try id ?? store.activeID() ?? ids.last else {
          return try failWithoutExperiment()
        }
        guard ExperimentID.isLegal(id), let experiment = try store.read(id) else {
          return try failUnknown(id, among: ids)
        }
        Console.write(
          json
            ? Shown(json: experiment.value)
            : ExperimentReport(experiment, named: id).shown(in: .ofOutput))
      }
    }
  }

  struct Note: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "note",
      abstract: "Write down what was noticed.",
      discussion: """
        Examples:
          amm experiment note "starcoder2 repeats itself after 2000 tokens"
        """)

    @Argument(help: "The note.")
    var text: String

    @OptionGroup var target: ExperimentTarget

    func run() throws {
      try attempt {
        let folder = try target.workspace.open()
        let note = ExperimentNote(text, time: folder.machine.clock.timestamp())
        let id = try target.record(.note(note), in: folder)
        Console.print("\(id): noted")
      }
    }
  }

  struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "log",
      abstract: "Log a score of a model.",
      discussion: """
        The score is tied to what the model is served with now: profile, image, weights and GPUs. \
        Several programs may log at once.

        Examples:
          amm experiment log --model starcoder2 --task coding --score 0.61
          amm experiment log --model starcoder2 --task coding --metric pass@1 --score 0.46
          amm experiment log --model phi4 --task chat --metric latency --score 1.8 --unit s --better lower
        """)

    @Option(
      help: "The model: a profile's path, file name or name, or the model's own.",
      completion: Completion.profiles)
    var model: String

    @Option(help: "What it had to do.")
    var task: String

    @Option(parsing: .unconditional, help: "The number that came out.")
    var score: Double

    @Option(help: "What was measured.")
    var metric = "score"

    @Option(help: "What the score counts.")
    var unit: String?

    @Option(help: "Which scores are the better ones: higher or lower.")
    var better: ExperimentResult.Better?

    @Option(
      help: "The instance that served it, where several serve the model.",
      completion: Completion.instances)
    var instance: String?

    @OptionGroup var target: ExperimentTarget

    func validate() throws {
      guard score.isFinite else { throw ValidationError("'--score' is a finite number.") }
    }

    func run() throws {
      try attempt {
        let folder = try target.workspace.open()
        let result = ExperimentResult(
          time: folder.machine.clock.timestamp(), task: task, metric: metric, score: score,
          unit: unit, better: better)
        let source = try ResultSource.find(model, on: instance, folder)
        let id = try target.record(
          .result(result, of: source.name, servedAs: source.served), in: folder)
        Console.print(
          "\(id): \(source.name), \(task): \(metric) \(score.shown)\(unit.map { " " + $0 } ?? "")")
      }
    }
  }
}

extension ExperimentResult.Better: ExpressibleByArgument {}

/// The experiment that a command adds to.
struct ExperimentTarget: ParsableArguments {
  @Option(
    help: ArgumentHelp("The experiment; without it, the one that runs.", valueName: "id"),
    completion: Completion.experiments)
  var experiment: String?

  @OptionGroup var workspace: WorkspaceOption

  /// Adds to the experiment, or ends the command where there is none.
  ///
  /// - Returns: The experiment's name.
  func record(_ entry: ExperimentEntry, in folder: WorkspaceFolder) throws -> String {
    let store = ExperimentStore(folder)
    if let experiment {
      let ids = try store.ids()
      guard ids.contains(experiment) else { return try failUnknown(experiment, among: ids) }
    }
    guard let id = try store.record([entry], in: experiment) else {
      return try failWithoutExperiment()
    }
    return id
  }
}

private func failWithoutExperiment<Result>() throws -> Result {
  Console.fail(
    "no experiment runs",
    help: "'amm experiment start TEXT' begins one; 'amm experiment list' shows those there were")
  throw ExitStatus.invalid
}

private func failUnknown<Result>(_ id: String, among ids: [String]) throws -> Result {
  Console.fail(
    "there is no experiment '\(id)'",
    help: Suggestion.help(
      for: id, among: ids, otherwise: "'amm experiment list' shows those there are"))
  throw ExitStatus.invalid
}
