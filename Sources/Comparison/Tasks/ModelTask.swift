package import Diagnostics
import Schema
import Values
import YAML

/// A task that makes sense: what models are asked, and how their answers are scored.
package struct ModelTask: Sendable {
  package let name: String
  package let description: String
  package let kind: TaskDocument.Kind
  /// What the model is told before each item; nil for nothing.
  package let system: String?
  /// How the model chooses its words.
  package let sampling: SamplingChoice
  /// How often each item is asked, from 1.
  package var repetitions: Int
  /// How many requests are sent before anything is measured.
  package let warmUp: Int
  /// How many requests run at once, a load each.
  package let clients: [Int]
  /// Lengths of made prompts; empty where items say everything themselves.
  package var promptTokens: [Int]
  /// Tokens that stand before the question, a load each.
  package let depths: [Int]
  /// How long and how large an answer may be.
  package var limits: RequestLimits
  /// Empty for made prompts.
  package let items: [Item]
  /// SHA-256 of its file.
  package let hash: String

  /// Something that is asked.
  package struct Item: Sendable {
    /// Its name within the task.
    package let id: String
    /// What is sent, in order.
    package let messages: [Message]
    /// The answers that a model is to choose from; empty for any.
    package let choices: [String]
    /// The sentence that is hidden in a long text; nil where none is.
    package let fact: String?
    /// For embeddings: the anchor, the similar text, the dissimilar one.
    package let texts: [String]
    /// How an answer gets its score.
    package let scoring: Scoring
  }

  /// What one of a conversation says.
  package struct Message: Sendable, Equatable {
    /// `system`, `user` or `assistant`.
    package let role: String
    /// What is said.
    package let content: String

    package init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// Whether any answer is scored.
  package var isScored: Bool { items.contains { !$0.scoring.isNone } }

  /// The images of its sandboxes, each once, sorted.
  package var sandboxImages: [String] {
    let images = items.compactMap { item -> String? in
      if case .command(let command) = item.scoring { command.image } else { nil }
    }
    return Set(images).sorted()
  }

  /// The commands that score its answers on this machine, outside of a sandbox, each once.
  package var hostCommands: [[String]] {
    var commands: [[String]] = []
    for case .command(let command) in items.map(\.scoring)
    where command.image == nil && !commands.contains(command.words) {
      commands.append(command.words)
    }
    return commands
  }

  /// The task in a file.
  package static func read(_ source: SourceFile) -> Outcome<ModelTask> {
    Composer.compose(source).then { node in
      let collector = DiagnosticCollector(source)
      guard let document = TaskDocument.read(node, collector) else {
        collector.refuseSecrets(byFormOnly: true)
        return Outcome(nil, collector.diagnostics)
      }
      TaskChecks.run(document, node.range, collector)
      collector.refuseSecrets(byFormOnly: true)
      return Outcome(
        collector.diagnostics.hasErrors ? nil : ModelTask(document, source),
        collector.diagnostics)
    }
  }

  /// A document that was checked.
  private init(_ document: TaskDocument, _ source: SourceFile) {
    name = document.name?.value ?? ""
    description = document.description?.value ?? ""
    kind = document.kind?.value ?? .chat
    system = document.system?.value
    sampling = SamplingChoice(document.sampling)
    repetitions = document.repetitions?.value ?? 1
    warmUp = document.warmUp?.value ?? 2
    clients = document.clients?.value.map(\.value) ?? [1]
    promptTokens = document.promptTokens?.value.map(\.value) ?? []
    depths = document.depths?.value.map(\.value) ?? [50]
    limits = RequestLimits(document.limits)
    items = (document.items?.value ?? []).enumerated().map { index, item in
      Item(item.value, number: index + 1, in: document)
    }
    hash = SHA256.digest(of: String(decoding: source.bytes, as: UTF8.self))
  }
}

extension ModelTask.Item {
  fileprivate init(_ item: TaskItem, number: Int, in document: TaskDocument) {
    id = item.id?.value ?? String(number)
    messages =
      item.messages?.value.map {
        ModelTask.Message(
          role: $0.value.role?.value.rawValue ?? "user", content: $0.value.content?.value ?? "")
      } ?? item.prompt.map { [ModelTask.Message(role: "user", content: $0.value)] } ?? []
    choices = item.choices?.value.map(\.value) ?? []
    fact = item.fact?.value
    texts = [item.anchor, item.similar, item.dissimilar].compactMap { $0?.value }
    scoring = Scoring(
      (item.score ?? document.score)?.value, expected: item.expected?.value,
      choices: item.choices?.value.map(\.value) ?? [])
  }
}

/// How tokens are drawn, with every choice made.
package struct SamplingChoice: Sendable {
  /// The longest answer, in tokens.
  package var maxTokens: Int
  /// 0 for the likeliest words.
  package let temperature: Double
  /// The share of likely words that are chosen from, 0 to 1.
  package let topP: Double
  /// What the server's random numbers begin with.
  package let seed: Int
  /// Texts that end an answer.
  package let stop: [String]
  /// Whether the server has to give the same answer each time.
  package let isExact: Bool

  fileprivate init(_ sampling: Sampling) {
    maxTokens = sampling.maxTokens?.value ?? 256
    temperature = sampling.temperature?.value ?? 0
    topP = sampling.topP?.value ?? 1
    seed = sampling.seed?.value ?? 1
    stop = sampling.stop?.value.map(\.value) ?? []
    isExact = sampling.exactTokens?.value ?? false
  }
}

/// When an answer counts as a failure.
package struct RequestLimits: Sendable, Equatable {
  /// Seconds for the whole answer.
  package var total: Int
  /// Seconds in which nothing arrives, once the answer has begun.
  package var stall: Int
  /// The largest answer, in bytes.
  package var bytes: Int

  init(total: Int, stall: Int, bytes: Int) {
    self.total = total
    self.stall = stall
    self.bytes = bytes
  }

  fileprivate init(_ limits: AnswerLimits) {
    total = limits.total?.value ?? 300
    stall = limits.stall?.value ?? 60
    bytes = limits.bytes?.value ?? 4_194_304
  }
}
