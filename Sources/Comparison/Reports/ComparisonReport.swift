package import Values

/// One run of a task on one or two sides: everything that was measured, and of what.
package struct ComparisonReport: Sendable {
  /// A server as it was measured.
  package struct Side: Sendable {
    package let name: String
    /// Everything that its answers may depend on.
    package let configuration: Value
    /// Numbers of the server's own, by their names.
    package let serverMetrics: [(name: String, value: Double)]

    /// A side that was compared.
    package init(
      name: String, configuration: Value, serverMetrics: [(name: String, value: Double)]
    ) {
      self.name = name
      self.configuration = configuration
      self.serverMetrics = serverMetrics
    }
  }

  /// What is to be known of the task.
  package struct TaskFacts: Sendable, Equatable {
    package let name: String
    package let description: String
    package let kind: TaskDocument.Kind
    /// Whether answers get a score.
    package let isScored: Bool
    package let hash: String
    /// The seed of sampling and of the order of blocks.
    package let seed: Int
    /// What was asked, by item; shown beside the answers.
    package let prompts: [String: String]

    /// What is told of a task and its prompts.
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

  /// The release of amm that measured.
  package let amm: String
  /// When it was measured, by ISO 8601 in UTC.
  package let time: String
  /// What was asked.
  package let task: TaskFacts
  /// What was compared, in the order of the command.
  package let sides: [Side]
  /// Every request, in the order in which they were sent.
  package let measurements: [Measurement]
  /// Whether the sides were measured in turns, so that a drifting machine favours neither.
  package let isInterleaved: Bool
  /// What the reader must know beside the numbers.
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

  /// What the measurements say; the same for the same measurements.
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
  /// What it asks, in one text.
  fileprivate var prompt: String {
    texts.isEmpty ? messages.last?.content ?? "" : texts.joined(separator: "\n")
  }
}
