package import Values

/// One run of a task on one or two sides: everything that was measured, and of what.
package struct Report: Sendable {
  /// A server as it was measured.
  package struct Side: Sendable {
    package let name: String
    /// Everything that its answers may depend on.
    package let configuration: Value
    /// Numbers of the server's own, by their names.
    package let serverMetrics: [(name: String, value: Double)]

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
    package let isScored: Bool
    package let hash: String
    package let seed: Int
    /// What was asked, by item; shown beside the answers.
    package let prompts: [String: String]
  }

  package let amm: String
  package let time: String
  package let task: TaskFacts
  package let sides: [Side]
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

  package var names: [String] { sides.map(\.name) }

  package var analysis: Analysis {
    Analysis(
      measurements, names: names, kind: task.kind, isScored: task.isScored, seed: task.seed)
  }
}

extension Report.TaskFacts {
  package init(_ task: ModelTask) {
    name = task.name
    description = task.description
    kind = task.kind
    isScored = task.isScored
    hash = task.hash
    seed = task.sampling.seed
    prompts = Dictionary(
      task.items.map { item in
        (
          item.id,
          item.texts.isEmpty
            ? item.messages.last?.content ?? "" : item.texts.joined(separator: " | ")
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}
