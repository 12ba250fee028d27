/// All requests of a comparison, in order: blocks of requests that are each sent to both sides.
///
/// A block sends the same requests to both sides, one side right after the other, so that a drift
/// of the machine (heat, other programs) affects both sides alike. The first side is drawn and then
/// alternates: under each condition, each side is first equally often, because the second side may
/// run on a warmer machine.
package struct Plan: Sendable {
  /// Requests that are sent to one side at the same time.
  package struct Block: Sendable {
    /// The position of the block in the plan, from 0.
    package let number: Int
    /// The prompt length and load of its questions.
    package let condition: Condition
    /// The indices of its items, one for each client; empty for generated prompts.
    package let items: [Int]
    /// The questions, in order.
    package let questions: [Question]
    /// The indices of the sides, in the order in which they are measured.
    package let order: [Int]
  }

  /// The questions of the warm-up, which are not measured.
  package let warmUp: [Question]
  /// The measured blocks, in order.
  package let blocks: [Block]
  /// The prompt lengths that were left out because they do not fit the context of a side.
  package let leftOut: [Int]

  /// - Parameters:
  ///   - sides: The number of servers: one or two.
  ///   - tokensPerWord: The tokens per word of a generated prompt; the largest number of the sides.
  ///   - context: The smallest context of the sides, in tokens; nil if none is known.
  package init(_ task: ModelTask, sides: Int, tokensPerWord: Double, context: Int?) {
    var random = SeededGenerator(seed: task.sampling.seed)
    let room = context.map { $0 - task.sampling.maxTokens - 64 } ?? .max
    leftOut = task.promptTokens.filter { $0 > room }
    let lengths = task.promptTokens.filter { $0 <= room }
    let conditions = Self.conditions(of: task, lengths: lengths)
    var drafts: [(condition: Condition, items: [Int], questions: [Question])] = []
    for _ in 0..<task.repetitions {
      var round: [(condition: Condition, items: [Int], questions: [Question])] = []
      for condition in conditions {
        let wordCount = condition.promptTokens.map { Int(Double($0) / tokensPerWord) }
        if task.items.isEmpty {
          let questions = (0..<condition.clients).map { _ in
            Question(prompt: Self.made(wordCount ?? 16, &random), in: task)
          }
          round.append((condition, [], questions))
          continue
        }
        let items = task.items.indices.filter { (task.items[$0].fact != nil) == (wordCount != nil) }
        for start in stride(from: 0, to: items.count, by: condition.clients) {
          let part = Array(items[start..<min(start + condition.clients, items.count)])
          let questions = part.map { index in
            Question(task.items[index], in: task, words: wordCount, condition, &random)
          }
          round.append((condition, part, questions))
        }
      }
      drafts += random.shuffled(round)
    }
    let offset = Int(random.next() & 1)
    var firstOf: [String: Int] = [:]
    var built: [Block] = []
    for (number, draft) in drafts.enumerated() {
      let key = "\(draft.condition) \(draft.items)"
      // The first occurrences of different requests alternate; each repetition reverses the order.
      let first = firstOf[key] ?? (firstOf.count + offset) % 2
      firstOf[key] = 1 - first
      let order = sides == 1 ? [0] : [first, 1 - first]
      built.append(
        Block(
          number: number, condition: draft.condition, items: draft.items,
          questions: draft.questions, order: order))
    }
    blocks = built
    let samples = drafts.prefix(4).flatMap(\.questions)
    warmUp = (0..<task.warmUp).compactMap { index in
      samples.isEmpty ? nil : samples[index % samples.count]
    }
  }

  /// Returns every combination of prompt length, depth and number of clients.
  private static func conditions(of task: ModelTask, lengths: [Int]) -> [Condition] {
    let plain = task.clients.map { Condition(promptTokens: nil, depth: nil, clients: $0) }
    let hasFacts = task.items.contains { $0.fact != nil }
    let made = lengths.flatMap { length in
      (hasFacts ? task.depths.map(Optional.some) : [nil]).flatMap { depth in
        task.clients.map { Condition(promptTokens: length, depth: depth, clients: $0) }
      }
    }
    if task.items.isEmpty { return made }
    return (task.items.contains { $0.fact == nil } ? plain : []) + (hasFacts ? made : [])
  }

  private static func made(_ words: Int, _ random: inout SeededGenerator) -> String {
    PromptMaker.text(words: words, using: &random)
  }
}

/// The prompt length and load under which a request is sent.
package struct Condition: Sendable, Hashable {
  /// The requested length of a generated prompt; nil for other prompts.
  package let promptTokens: Int?
  /// The depth of the fact in the generated text, in percent; nil if there is no fact.
  package let depth: Int?
  /// The number of concurrent requests.
  package let clients: Int

  package init(promptTokens: Int?, depth: Int?, clients: Int) {
    self.promptTokens = promptTokens
    self.depth = depth
    self.clients = clients
  }
}

extension Question {
  init(prompt: String, in task: ModelTask) {
    if task.kind == .embedding {
      self.init(messages: [], texts: [prompt])
    } else {
      self.init(messages: [ModelTask.Message(role: "user", content: prompt)])
    }
  }

  /// The question of an item, with its choices and the generated text around it.
  fileprivate init(
    _ item: ModelTask.Item, in task: ModelTask, words: Int?, _ condition: Condition,
    _ random: inout SeededGenerator
  ) {
    if task.kind == .embedding {
      self.init(messages: [], texts: item.texts)
      return
    }
    var messages = item.messages
    if let last = messages.popLast() {
      var text = last.content
      if !item.choices.isEmpty {
        let lines = item.choices.enumerated().map { "\(AnswerText.letter($0)). \($1)" }
        text +=
          "\n\n" + lines.joined(separator: "\n") + "\n\nAnswer with only the letter."
      }
      if let fact = item.fact, let words {
        let made = PromptMaker.text(
          words: words, hiding: fact, depth: condition.depth ?? 50, using: &random)
        text = made + "\n\n" + text
      }
      messages.append(ModelTask.Message(role: last.role, content: text))
    }
    if let system = task.system {
      messages.insert(ModelTask.Message(role: "system", content: system), at: 0)
    }
    self.init(messages: messages)
  }
}
