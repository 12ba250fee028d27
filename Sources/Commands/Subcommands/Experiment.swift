import ArgumentParser
import CommandSupport
import Experiments
import Operations
import Reports
import Values

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Record experiments and their results, with the profile, image and weights.",
    discussion: """
      While an experiment is running, 'amm switch' records what it serves. Each experiment is \
      stored in experiments/<id>.json.

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
      abstract: "Start an experiment.",
      discussion: """
        Examples:
          amm experiment start "Comparing code generation quality"
        """)

    @Argument(help: "The purpose of the experiment.")
    var description: String

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        let folder = try workspace.open()
        try folder.requireWorkspace()
        let store = ExperimentStore(folder)
        let id = try store.start(description)
        Console.print("experiment \(id) is running\n\(store.file(of: id))")
      }
    }
  }

  struct End: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "stop",
      abstract: "End the running experiment; its file is kept.",
      discussion: """
        Examples:
          amm experiment stop
        """)

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        let id = try ExperimentStore(workspace.open()).stop()
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
        let folder = try workspace.open()
        try requireNamed(folder, workspace)
        let list = try ExperimentList(ExperimentStore(folder))
        Console.write(json ? Shown(json: list.value) : list.shown(in: .ofOutput))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Show an experiment: its models, results and notes.",
      discussion: """
        Examples:
          amm experiment show
          amm experiment show 20251120_101500 --json
        """)

    @Argument(
      help: "The experiment; by default the running one, else the newest.",
      completion: Completion.experiments)
    var id: String?

    @Flag(help: "Print JSON, as in the file.")
    var json = false

    @OptionGroup var workspace: WorkspaceOption

    func run() throws {
      try attempt {
        let (id, experiment) = try ExperimentStore(workspace.open()).shown(id)
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
      abstract: "Add a note.",
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
        let store = ExperimentStore(folder)
        let id = try store.recordable(target.experiment)
        try store.record([.note(note)], in: id)
        Console.print("\(id): note added")
      }
    }
  }

  struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "log",
      abstract: "Log a score of a model.",
      discussion: """
        The score is stored with what serves the model now: profile, image, weights and GPUs. \
        Several programs can log at the same time.

        Examples:
          amm experiment log --model starcoder2 --task coding --score 0.61
          amm experiment log --model phi4 --task coding --metric pass@1 --score 0.46
          amm experiment log --model phi4 --task chat --metric latency --score 1.8 \\
            --unit s --better lower
        """)

    @Option(
      help: "The model: the path, file name or name of its profile, or the model's name.",
      completion: Completion.profiles)
    var model: String

    @Option(help: "The task.")
    var task: String

    @Option(parsing: .unconditional, help: "The score as a number.")
    var score: Double

    @Option(help: "The metric that was measured.")
    var metric = "score"

    @Option(help: "The unit of the score.")
    var unit: String?

    @Option(help: "The direction of better scores: higher or lower.")
    var better: ExperimentResult.Better?

    @Option(
      help: "The instance, if several serve the model.",
      completion: Completion.instances)
    var instance: String?

    @OptionGroup var target: ExperimentTarget

    func validate() throws {
      guard score.isFinite else { throw ValidationError("'--score' must be a finite number.") }
    }

    func run() throws {
      try attempt {
        let folder = try target.workspace.open()
        let result = ExperimentResult(
          time: folder.machine.clock.timestamp(), task: task, metric: metric, score: score,
          unit: unit, better: better)
        let store = ExperimentStore(folder)
        let id = try store.recordable(target.experiment)
        let source = try ResultSource.find(model, on: instance, folder)
        try store.record([.result(result, of: source.name, servedAs: source.served)], in: id)
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
    help: ArgumentHelp("The experiment; by default the running one.", valueName: "id"),
    completion: Completion.experiments)
  var experiment: String?

  @OptionGroup var workspace: WorkspaceOption
}
