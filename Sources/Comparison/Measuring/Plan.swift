/// Everything that is asked, in order: blocks of requests, each to both sides.
///
/// A block asks the same of both sides, one right after the other, and which of them first was drawn:
/// a machine that drifts (heat, other programs) then changes both alike. Under each condition
/// either side is first as often as the other: who comes second may find a warmer machine.
package struct Plan: Sendable {
  /// Requests that one side answers at a time.
  package struct Block: Sendable {
    /// From 0.
    package let number: Int
    /// Under which load its questions are sent.
    package let condition: Condition
    /// The indices of the items that are asked, one for each client; empty for made prompts.
    package let items: [Int]
    /// What is asked, in order.
    package let questions: [Question]
    /// The sides in the order in which they are asked.
    package let order: [Int]
  }

  /// What is asked before anything is measured.
  package let warmUp: [Question]
  /// What is measured, in order.
  package let blocks: [Block]
  /// Lengths of prompts that were left out, because a side's context is too small.
  package let leftOut: [Int]

  /// - Parameters:
  ///   - sides: How many servers there are: one or two.
  ///   - tokensPerWord: How many tokens a word of a made prompt has, on the side where it has most.
  ///   - context: The smallest context of the sides, in tokens; nil where none is known.
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
      // The first time in turns, and then the other way each time the same is asked.
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

  /// Every way in which items are asked.
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

/// Under what circumstances a request was made.
package struct Condition: Sendable, Hashable {
  /// The wished length of a made prompt.
  package let promptTokens: Int?
  /// Percent.
  package let depth: Int?
  /// Requests under way at once.
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

  /// What an item asks, with choices and made text around it.
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
          "\n\n" + lines.joined(separator: "\n") + "\n\nAnswer with the letter alone."
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
