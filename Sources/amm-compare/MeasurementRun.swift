import Comparison
import Diagnostics
import Host
import Operations
import Values

/// Measures one task on one or two servers.
struct MeasurementRun {
  private let task: ModelTask
  private let servers: [ComparedServer]
  private let client: Client
  private let progress: Progress
  /// The number of failures in a row after which no more requests are sent to a side.
  private static let patience = 5

  /// The result of a run.
  struct Result {
    var measurements: [Measurement] = []
    var notes: [String] = []
    /// The metrics that each server reports about the time of the run.
    var serverMetrics: [[(name: String, value: Double)]] = []
  }

  /// A server that does not answer the warm-up.
  struct Silence: Error {
    let name: String
    let failure: Measurement.Failure
  }

  init(_ task: ModelTask, _ servers: [ComparedServer], _ client: Client) {
    self.task = task
    self.servers = servers
    self.client = client
    progress = Progress()
  }

  /// Measures both sides in turns.
  ///
  /// - Throws: `HostError`, or `Silence` if a server does not answer the warm-up.
  func interleaved() throws -> Result {
    let plan = try plan()
    for side in servers.indices { try warmUp(side, plan) }
    let before = servers.map { serverMetrics(of: $0) }
    var state = State(servers.count)
    progress.begin(total: plan.blocks.count * servers.count)
    for block in plan.blocks {
      for side in block.order { try measure(block, side, &state) }
    }
    var result = try finish(state, plan)
    result.serverMetrics = zip(before, servers).map { before, server in
      PrometheusText.means(from: before, to: serverMetrics(of: server))
    }
    return result
  }

  /// Measures one side after the other, in the order first, second, second, first, so that a steady
  /// drift of the machine favors neither.
  ///
  /// - Parameter prepare: Prepares a side for requests.
  func inHalves(_ prepare: (Int) throws -> Void) throws -> Result {
    try prepare(0)
    let plan = try plan(asking: [0])
    let half = plan.blocks.count / 2
    var state = State(servers.count)
    progress.begin(total: plan.blocks.count * 2)
    let parts = [
      (0, plan.blocks[..<half]), (1, plan.blocks[..<half]), (1, plan.blocks[half...]),
      (0, plan.blocks[half...]),
    ]
    var current: Int?
    for (side, blocks) in parts {
      if side != current {
        progress.pause()
        try prepare(side)
        try warmUp(side, plan)
      }
      current = side
      for block in blocks { try measure(block, side, &state) }
    }
    return try finish(state, plan)
  }

  private struct State {
    var measurements: [Measurement] = []
    var failuresInARow: [Int]

    init(_ sides: Int) { failuresInARow = Array(repeating: 0, count: sides) }
  }

  /// - Parameter sides: The sides to query for the tokens per word; the others may not be running.
  private func plan(asking sides: [Int]? = nil) throws(HostError) -> Plan {
    var tokensPerWord = PromptMaker.usualTokensPerWord
    if !task.promptTokens.isEmpty {
      var random = SeededGenerator(seed: task.sampling.seed)
      let wordCount = 100
      let text = PromptMaker.text(words: wordCount, using: &random)
      var counts: [Int] = []
      for side in sides ?? Array(servers.indices) {
        let request = servers[side].request(
          Question(text, task.kind), side: side, block: 0, item: nil, .alone, of: task,
          maxTokens: 1)
        if let count = client.ask([request]).first?.promptTokens { counts.append(count) }
      }
      if let most = counts.max() { tokensPerWord = Double(most) / Double(wordCount) }
    }
    return Plan(
      task, sides: servers.count, tokensPerWord: tokensPerWord,
      context: servers.compactMap(\.context).min())
  }

  private func warmUp(_ side: Int, _ plan: Plan) throws {
    var failure: Measurement.Failure?
    for question in plan.warmUp {
      let answers = client.ask([
        servers[side].request(question, side: side, block: 0, item: nil, .alone, of: task)
      ])
      guard let problem = answers.first?.failure else { return failure = nil }
      failure = problem
    }
    if let failure { throw Silence(name: servers[side].name, failure: failure) }
  }

  private func measure(_ block: Plan.Block, _ side: Int, _ state: inout State) throws(HostError) {
    defer { progress.step() }
    guard state.failuresInARow[side] < Self.patience else { return }
    let requests = block.questions.enumerated().map { index, question in
      servers[side].request(
        question, side: side, block: block.number,
        item: block.items.indices.contains(index) ? task.items[block.items[index]] : nil,
        block.condition, of: task)
    }
    let answers = client.ask(requests)
    for answer in answers {
      state.failuresInARow[side] = answer.failure == nil ? 0 : state.failuresInARow[side] + 1
    }
    state.measurements += answers
  }

  private func finish(_ state: State, _ plan: Plan) throws(HostError) -> Result {
    var result = Result(measurements: state.measurements)
    if !plan.leftOut.isEmpty {
      result.notes.append(
        "prompts of \(Phrase.allOf(plan.leftOut.map(String.init))) tokens were left out because "
          + "they do not fit the context")
    }
    for (side, count) in state.failuresInARow.enumerated() where count >= Self.patience {
      result.notes.append(
        "\(servers[side].name) failed \(count) times in a row, so no more requests were sent to it")
    }
    if task.isScored {
      progress.say("scoring answers")
      let scorer = AnswerScorer(task)
      for index in result.measurements.indices {
        scorer.score(&result.measurements[index])
      }
      result.notes += scorer.notes
    }
    progress.end()
    return result
  }

  private func serverMetrics(of server: ComparedServer) -> [String: Double] {
    guard let path = server.metricsPath,
      let text = client.page(server.endpoint + path)
    else { return [:] }
    return PrometheusText.numbers(in: text)
  }
}

extension Condition {
  /// The condition of requests that are not measured.
  fileprivate static let alone = Condition(promptTokens: nil, depth: nil, clients: 1)
}

extension Question {
  fileprivate init(_ text: String, _ kind: TaskDocument.Kind) {
    if kind == .embedding {
      self.init(messages: [], texts: [text])
    } else {
      self.init(messages: [ModelTask.Message(role: "user", content: text)])
    }
  }
}
