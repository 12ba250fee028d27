import ArgumentParser
import CommandSupport
import Deployments
import Operations
import Reports
import Values

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show how much memory a model needs, before you download or start anything.",
    discussion: """
      Each part is shown with its size, its range and its certainty: 'exact' is what the server \
      allocates, 'derived' follows from the server's code, 'measured' comes from logs of other \
      machines. Nothing is downloaded, and no server is queried: the model's facts come from its \
      files, from models.lock.json, or from the caches of the hub and of Ollama.

      Examples:
        amm plan                                show what each instance needs
        amm plan main --explain                 show formulas and sources
        amm plan chat/qwen3.5-9b --solve        find the longest context that fits
        amm plan chat/qwen3.5-9b --gpu "RTX 4090" --context 32768
        amm plan ~/models/gemma-3-4b-it-Q4_K_M.gguf --memory 7.6GiB
        amm plan ./Qwen3-8B --runtime vllm --gpu L4 --set max_num_seqs=64
        amm plan --html plan.html               write a page with charts
        amm plan main --against journal         compare with the server's log
        podman logs main 2>&1 | amm plan main --against -
      """)

  @ArgumentParser.Argument(
    help: "Instances, profiles, model folders or GGUF files; by default all instances.",
    completion: Completion.profilesAndInstances)
  var names: [String] = []

  @OptionGroup var cards: CardOption

  @Option(help: "The tokens of a request; by default the profile's value.")
  var context: Int?

  @Option(help: "The number of requests that must fit at the same time.")
  var concurrency: Int?

  @Option(help: "The runtime for a folder or file.")
  var runtime: String?

  @Option(help: "The version of the runtime's image, such as 0.31.0 or b11347.")
  var release: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: "A setting for a folder or file, such as max_num_seqs=64; repeatable.")
  var settings: [String] = []

  @Flag(help: "Find the longest request that certainly fits.")
  var solve = false

  @Flag(help: "Show the formula, the inputs and the source of each part.")
  var explain = false

  @Option(
    help: ArgumentHelp("Write a page with charts to a file.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Compare the plan with the memory that the server logged at its start: a log file, '-' for standard input, or 'journal'.",
      valueName: "log"))
  var against: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    for (name, value) in [("context", context), ("concurrency", concurrency)] {
      if let value, !(1...100_000_000).contains(value) {
        throw ValidationError("'--\(name)' must be a whole number, at least 1.")
      }
    }
    if against != nil, names.count != 1 {
      throw ValidationError("'--against' requires exactly one name: the server of the log.")
    }
    for setting in settings where !setting.dropFirst().contains("=") {
      throw ValidationError("'--set' must be 'KEY=VALUE'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      if names.isEmpty { try folder.requireWorkspace() }
      var request = cards.request
      request.context = context
      request.concurrency = concurrency
      request.solves = solve
      request.runtime = runtime
      request.release = release
      request.settings = settings.map { text in
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return PlanRequest.Setting(key: String(parts[0]), value: String(parts[1]))
      }
      try requireNamed(folder, workspace)
      let plan = try WorkspacePlan(names, request, in: folder)
      if solve, cards.gpu == nil, cards.memory == nil, plan.plans.allSatisfy(\.gpus.isEmpty) {
        throw OperationError(
          .usage, "'--solve' needs a card", help: "add '--gpu' or '--memory', or 'host.gpus'")
      }
      if let html {
        try write(plan.html, to: html)
      }
      if let against, let only = plan.plans.first {
        return try compare(only, with: against, on: folder.machine)
      }
      if json {
        Console.write(
          Shown(
            json: names.count == 1 && plan.plans.count == 1
              ? .document(plan.plans[0].members) : plan.value))
        return
      }
      var parts = plan.plans.map {
        $0.shown(.ofOutput, explaining: explain, beside: plan.objection(to: $0))
      }
      parts += plan.cards.map { $0.shown(.ofOutput) }
      for (index, lines) in parts.enumerated() {
        if index > 0 { Console.print("") }
        for line in lines { Console.print(line) }
      }
    }
  }

  /// Prints a plan next to the memory that its server logged.
  private func compare(_ plan: MemoryPlan, with log: String, on machine: Machine) throws {
    let place: MeasuredPlan.LogPlace =
      log == "journal" ? .journal : .file(log == "-" ? nil : log)
    let text = try MeasuredPlan.log(place, of: plan.name, on: machine)
    guard let measured = MeasuredPlan(plan, log: text) else {
      guard plan.estimate == nil else {
        throw OperationError(
          .invalid, "the log contains nothing about memory",
          help:
            "use a log with the lines that the server prints at its start; llama.cpp prints them with 'arguments: [--verbosity, \"4\"]'"
        )
      }
      for line in plan.shown(.ofOutput, explaining: false) { Console.print(line) }
      throw ExitStatus.invalid
    }
    if json {
      Console.write(Shown(json: measured.whole))
    } else {
      for line in measured.shown(.ofOutput) { Console.print(line) }
    }
  }
}
