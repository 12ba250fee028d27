import ArgumentParser
import CommandSupport
import Deployments
import Host
import Operations
import Reports
import Values

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Say how much memory a model takes, before anything is downloaded or started.",
    discussion: """
      Each part has its bytes, what they may be, and how sure that is: 'exact' is what the server \
      allocates, 'derived' follows from its code, 'measured' was read from logs of other machines. \
      Nothing is downloaded and nobody is asked: what the model is comes from its files, from \
      models.lock.json, or from the caches of the hub and of Ollama.

      Examples:
        amm plan                                what each instance takes
        amm plan tgi-primary --explain          a formula and a source for each part
        amm plan coding/qwen --solve            the longest context that certainly has room
        amm plan coding/qwen --gpu "RTX 4090" --context 32768
        amm plan ~/models/gemma-3-4b-it-Q4_K_M.gguf --memory 7.6GiB
        amm plan ./Qwen3-8B --runtime vllm --release 0.31.0 --gpu L4 --set max_num_seqs=64
        amm plan --html plan.html               a page with a chart for each GPU
        amm plan tgi-primary --against journal  beside what its server said when it started
        podman logs main 2>&1 | amm plan main --against -
      """)

  @ArgumentParser.Argument(
    help: "Instances, profiles, models' folders or GGUF files; all instances without.",
    completion: Completion.profilesAndInstances)
  var names: [String] = []

  @OptionGroup var cards: CardOption

  @Option(help: "Tokens of a request; the profile's without.")
  var context: Int?

  @Option(help: "Requests that are to have room at a time.")
  var concurrency: Int?

  @Option(help: "The runtime of a folder or file.")
  var runtime: String?

  @Option(help: "The release of its image, such as 0.31.0 or b11347.")
  var release: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: "A setting of the profile of a folder or file, such as max_num_seqs=64.")
  var settings: [String] = []

  @Flag(help: "Look for the longest request that certainly has room.")
  var solve = false

  @Flag(help: "Show the formula, the inputs and the source of each part.")
  var explain = false

  @Option(
    help: ArgumentHelp("Write a page with charts to a file.", valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "Show what a server said of its memory when it started beside the plan: a file with its log, '-' for the standard input, or 'journal'.",
      valueName: "log"))
  var against: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    for (name, value) in [("context", context), ("concurrency", concurrency)] {
      if let value, !(1...100_000_000).contains(value) {
        throw ValidationError("'--\(name)' is a whole number from 1 on.")
      }
    }
    if against != nil, names.count != 1 {
      throw ValidationError("'--against' goes with one name: whose log it is.")
    }
    for setting in settings where !setting.dropFirst().contains("=") {
      throw ValidationError("'--set' is written as 'KEY=VALUE'.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      if names.isEmpty { try requireWorkspace(folder) }
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
      let plan = try WorkspacePlan(names, request, in: folder)
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
      var parts = plan.plans.map { $0.shown(.ofOutput, explaining: explain) }
      parts += plan.cards.map { $0.shown(.ofOutput) }
      for (index, lines) in parts.enumerated() {
        if index > 0 { Console.print("") }
        for line in lines { Console.print(line) }
      }
    }
  }

  /// Shows a plan beside what its server says.
  private func compare(_ plan: MemoryPlan, with log: String, on machine: Machine) throws {
    let place: MeasuredPlan.LogPlace =
      log == "journal" ? .journal : .file(log == "-" ? nil : log)
    let text = try MeasuredPlan.log(place, of: plan.name, on: machine)
    guard let measured = MeasuredPlan(plan, log: text) else {
      guard plan.estimate == nil else {
        Console.fail(
          "the log says nothing of memory",
          help:
            "it must have the lines that the server prints while it starts; llama.cpp's server prints them with 'arguments: [--verbosity, \"4\"]'"
        )
        throw ExitStatus.invalid
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
