package import Diagnostics
import Schema
import Values
import YAML

/// A valid task: the prompts for the models, and the scoring of their answers.
package struct ModelTask: Sendable {
  package let name: String
  package let description: String
  package let kind: TaskDocument.Kind
  /// The system message before each item; nil if there is none.
  package let system: String?
  /// The sampling parameters.
  package let sampling: SamplingChoice
  /// How often each item is asked, at least once.
  package var repetitions: Int
  /// The number of requests that are sent before the measurement.
  package let warmUp: Int
  /// The numbers of concurrent requests; each one is measured.
  package let clients: [Int]
  /// The lengths of generated prompts, in tokens; empty if the items need none.
  package var promptTokens: [Int]
  /// The depths of a fact in the generated text, in percent; each one is measured.
  package let depths: [Int]
  /// The largest duration and size of an answer.
  package var limits: RequestLimits
  /// The items; empty for generated prompts.
  package let items: [Item]
  /// The SHA-256 of its file.
  package let hash: String

  /// One question of a task.
  package struct Item: Sendable {
    /// Its name within the task.
    package let id: String
    /// The messages, in order.
    package let messages: [Message]
    /// The answers that the model chooses from; empty for free answers.
    package let choices: [String]
    /// The sentence that is hidden in a long text; nil if there is none.
    package let fact: String?
    /// For embeddings: the anchor, the similar text and the dissimilar text.
    package let texts: [String]
    /// How the answer is scored.
    package let scoring: Scoring
  }

  /// A message of a conversation.
  package struct Message: Sendable, Equatable {
    /// `system`, `user` or `assistant`.
    package let role: String
    /// The text of the message.
    package let content: String

    package init(role: String, content: String) {
      self.role = role
      self.content = content
    }
  }

  /// Whether any answer is scored.
  package var isScored: Bool { items.contains { !$0.scoring.isNone } }

  /// The images of its sandboxes, sorted and without duplicates.
  package var sandboxImages: [String] {
    let images = items.compactMap { item -> String? in
      if case .command(let command) = item.scoring { command.image } else { nil }
    }
    return Set(images).sorted()
  }

  /// The commands that score its answers outside a sandbox, without duplicates.
  package var hostCommands: [[String]] {
    var commands: [[String]] = []
    for case .command(let command) in items.map(\.scoring)
    where command.image == nil && !commands.contains(command.words) {
      commands.append(command.words)
    }
    return commands
  }

  /// Reads and checks a task.
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

  /// Creates a task from a checked document.
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

/// The sampling parameters, with all defaults applied.
package struct SamplingChoice: Sendable {
  /// The longest answer, in tokens.
  package var maxTokens: Int
  /// The temperature; 0 always selects the most likely token.
  package let temperature: Double
  /// The cumulative probability of the tokens to sample from, above 0 to 1.
  package let topP: Double
  /// The seed of the server's random numbers.
  package let seed: Int
  /// Texts that end an answer.
  package let stop: [String]
  /// Whether every answer is exactly `maxTokens` long, on servers that support it.
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

/// The limits beyond which an answer counts as a failure.
package struct RequestLimits: Sendable, Equatable {
  /// The seconds for the complete answer.
  package var total: Int
  /// The seconds without data after the answer has begun.
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
