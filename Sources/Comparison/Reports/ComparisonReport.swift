package import Values

/// One run of a task on one or two sides: all measurements, and the configuration of each side.
package struct ComparisonReport: Sendable {
  /// A measured server.
  package struct Side: Sendable {
    package let name: String
    /// The configuration that its answers may depend on.
    package let configuration: Value
    /// The server's own metrics, by name.
    package let serverMetrics: [(name: String, value: Double)]

    /// Creates a side.
    package init(
      name: String, configuration: Value, serverMetrics: [(name: String, value: Double)]
    ) {
      self.name = name
      self.configuration = configuration
      self.serverMetrics = serverMetrics
    }
  }

  /// The facts about the task that the report includes.
  package struct TaskFacts: Sendable, Equatable {
    package let name: String
    package let description: String
    package let kind: TaskDocument.Kind
    /// Whether answers are scored.
    package let isScored: Bool
    package let hash: String
    /// The seed of sampling and of the order of blocks.
    package let seed: Int
    /// The prompts by item id, which are shown with the answers.
    package let prompts: [String: String]

    /// Creates the facts about a task.
    package init(
      name: String, description: String, kind: TaskDocument.Kind, isScored: Bool, hash: String,
      seed: Int, prompts: [String: String]
    ) {
      self.name = name
      self.description = description
      self.kind = kind
      self.isScored = isScored
      self.hash = hash
      self.seed = seed
      self.prompts = prompts
    }
  }

  /// The version of amm.
  package let amm: String
  /// The time of the run (ISO 8601, UTC).
  package let time: String
  /// The task.
  package let task: TaskFacts
  /// The compared servers, in the order of the command line.
  package let sides: [Side]
  /// The measurements of all requests, block by block.
  package let measurements: [Measurement]
  /// Whether the sides were measured in turns, so that a drift of the machine favors neither.
  package let isInterleaved: Bool
  /// Notes that the reader needs to interpret the numbers.
  package let notes: [String]

  package init(
    amm: String, time: String, task: TaskFacts, sides: [Side], measurements: [Measurement],
    isInterleaved: Bool, notes: [String]
  ) {
    self.amm = amm
    self.time = time
    self.task = task
    self.sides = sides
    self.measurements = measurements
    self.isInterleaved = isInterleaved
    self.notes = notes
  }

  /// The sides' names, in order.
  package var names: [String] { sides.map(\.name) }

  /// The analysis of the measurements; equal measurements give equal results.
  package var analysis: Analysis {
    Analysis(
      measurements, names: names, kind: task.kind, isScored: task.isScored, seed: task.seed)
  }
}

extension ComparisonReport.TaskFacts {
  package init(_ task: ModelTask) {
    self.init(
      name: task.name, description: task.description, kind: task.kind, isScored: task.isScored,
      hash: task.hash, seed: task.sampling.seed,
      prompts: Dictionary(
        task.items.map { ($0.id, $0.prompt) }, uniquingKeysWith: { first, _ in first }))
  }
}

extension ModelTask.Item {
  /// The question, as one text.
  fileprivate var prompt: String {
    texts.isEmpty ? messages.last?.content ?? "" : texts.joined(separator: "\n")
  }
}
