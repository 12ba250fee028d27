import Diagnostics
import Schema
import Values

/// What must hold of a task beyond the types of its fields.
enum TaskChecks {
  static func run(
    _ document: TaskDocument, _ file: SourceRange, _ collector: DiagnosticCollector
  ) {
    let kind = document.kind?.value ?? .chat
    checkWhole(document, kind, file, collector)
    if let score = document.score { check(score, collector) }
    var seen: Set<String> = []
    for item in document.items?.value ?? [] {
      if let id = item.value.id, !seen.insert(id.value).inserted {
        collector.emit(
          TaskRules.duplicateItem, id.range, "two items are named '\(id.value)'",
          help: "give this one another id")
      }
      check(item, in: document, kind, collector)
    }
  }

  private static func checkWhole(
    _ document: TaskDocument, _ kind: TaskDocument.Kind, _ file: SourceRange,
    _ collector: DiagnosticCollector
  ) {
    let items = document.items?.value ?? []
    let place = document.items?.range ?? document.name?.range ?? file
    if items.isEmpty, document.promptTokens == nil, !collector.hasErrors(in: file) {
      collector.emit(
        TaskRules.incomplete, place, "this task asks nothing",
        help: "list 'items', or give 'prompt_tokens' for prompts that amm makes")
    }
    if items.isEmpty, let score = document.score, let kind = score.value.kind?.value, kind != .none
    {
      collector.emit(
        TaskRules.mismatch, score.range, "made prompts have no right answer to score",
        help: "remove 'score', or list 'items'")
    }
    let hasFact = items.contains { $0.value.fact != nil }
    if let lengths = document.promptTokens, !items.isEmpty, !hasFact {
      collector.emit(
        TaskRules.mismatch, lengths.range,
        "'prompt_tokens' is for made prompts, and no item has a 'fact' to hide in one",
        help: "remove it, or give items a 'fact'")
    }
    if let depths = document.depths, !hasFact {
      collector.emit(
        TaskRules.mismatch, depths.range, "'depths' is for items with a 'fact'",
        help: "remove it")
    }
    if kind == .embedding, let system = document.system {
      collector.emit(
        TaskRules.mismatch, system.range, "a system message is no part of an embedding",
        help: "remove it")
    }
    if kind == .completion, let system = document.system {
      collector.emit(
        TaskRules.mismatch, system.range, "a completion has no system message",
        help: "write 'kind: chat', or put it into the prompts")
    }
  }

  private static func check(
    _ located: Located<TaskItem>, in document: TaskDocument, _ kind: TaskDocument.Kind,
    _ collector: DiagnosticCollector
  ) {
    guard !collector.hasErrors(in: located.range) else { return }
    let item = located.value
    let texts = [item.anchor, item.similar, item.dissimilar]
    if kind == .embedding {
      if texts.contains(where: { $0 == nil }) {
        collector.emit(
          TaskRules.incomplete, located.range,
          "an item of an embedding task needs 'anchor', 'similar' and 'dissimilar'")
      }
      if let prompt = item.prompt?.range ?? item.messages?.range ?? item.fact?.range {
        collector.emit(
          TaskRules.mismatch, prompt, "an embedding task asks for no text",
          help: "write 'anchor', 'similar' and 'dissimilar'")
      }
    } else {
      if item.prompt == nil && item.messages == nil {
        collector.emit(
          TaskRules.incomplete, located.range, "this item asks nothing",
          help: "give it a 'prompt' or 'messages'")
      }
      if item.prompt != nil, let messages = item.messages {
        collector.emit(
          TaskRules.mismatch, messages.range, "an item has a 'prompt' or 'messages', not both",
          help: "remove one of the two")
      }
      if kind == .completion, let messages = item.messages {
        collector.emit(
          TaskRules.mismatch, messages.range, "a completion has no messages",
          help: "write a 'prompt', or 'kind: chat'")
      }
      if let messages = item.messages, messages.value.last?.value.role?.value != .user {
        collector.emit(
          TaskRules.incomplete, messages.range, "the last message must be the user's",
          help: "that is the one to be answered")
      }
      if let fact = item.fact, document.promptTokens == nil {
        collector.emit(
          TaskRules.incomplete, fact.range, "there is no made text to hide this fact in",
          help: "give the task 'prompt_tokens'")
      }
      if let text = texts.compactMap({ $0 }).first {
        collector.emit(
          TaskRules.mismatch, text.range, "'anchor' and its companions are for embeddings",
          help: "write 'kind: embedding' above")
      }
    }
    if let score = item.score { check(score, collector) }
    let section = (item.score ?? document.score)?.value
    checkExpected(located, section?.kind?.value ?? .none, kind, collector)
  }

  /// Whether an item has the right answer that its kind of score needs.
  private static func checkExpected(
    _ located: Located<TaskItem>, _ score: ScoreSection.Kind, _ kind: TaskDocument.Kind,
    _ collector: DiagnosticCollector
  ) {
    let item = located.value
    let wanted: String? =
      switch score {
      case .exact, .contains: "a text, or a list of texts of which one suffices"
      case .json: "the JSON that the answer must equal"
      case .number: "a number"
      case .choice: "the letter of the right choice"
      case .pattern, .jsonSchema, .command, .closer, .none: nil
      }
    let value = item.expected?.value
    let fits =
      switch score {
      case .exact, .contains:
        value?.isWord == true || value?.list.map { !$0.isEmpty && $0.allSatisfy(\.isWord) } == true
      case .number: value?.number != nil
      case .choice:
        value?.text.flatMap { Scoring.index(of: $0) }
          .map { $0 < (item.choices?.value.count ?? 0) } == true
      case .json: value != nil
      case .pattern, .jsonSchema, .command, .closer, .none: true
      }
    if let wanted, !fits {
      collector.emit(
        TaskRules.incomplete, item.expected?.range ?? located.range,
        "'expected' must be \(wanted) where the score is '\(score.rawValue)'",
        help: score == .choice ? "list 'choices', and write 'expected: A' for the first" : "add it")
    }
    if wanted == nil, let expected = item.expected {
      collector.emit(
        TaskRules.mismatch, expected.range,
        "'expected' says nothing where the score is '\(score.rawValue)'",
        help: "remove it, or give the score another kind")
    }
    if (score == .closer) != (kind == .embedding), score != .none {
      collector.emit(
        TaskRules.mismatch, item.score?.range ?? located.range,
        kind == .embedding
          ? "vectors are scored by 'closer' alone" : "'closer' is for embeddings",
        help: "write another kind of score, or another 'kind' of task")
    }
  }

  /// Whether a score has what its kind needs, and nothing else.
  private static func check(_ located: Located<ScoreSection>, _ collector: DiagnosticCollector) {
    guard !collector.hasErrors(in: located.range), let kind = located.value.kind?.value else {
      return
    }
    let score = located.value
    let parts: [(name: String, range: SourceRange?, kinds: [ScoreSection.Kind], needed: Bool)] = [
      ("pattern", score.pattern?.range, [.pattern], true),
      ("schema", score.schema?.range, [.jsonSchema], true),
      ("command", score.command?.range, [.command], true),
      ("tolerance", score.tolerance?.range, [.number], false),
      ("ignore_case", score.ignoreCase?.range, [.exact, .contains, .pattern], false),
      ("sandbox", score.sandbox?.range, [.command], false),
      ("image", score.image?.range, [.command], false),
      ("timeout", score.timeout?.range, [.command], false),
    ]
    for part in parts {
      if let range = part.range, !part.kinds.contains(kind) {
        collector.emit(
          TaskRules.mismatch, range,
          "'\(part.name)' says nothing where the score is '\(kind.rawValue)'", help: "remove it")
      }
      if part.range == nil, part.needed, part.kinds.contains(kind) {
        collector.emit(
          TaskRules.incomplete, located.range,
          "a score of the kind '\(kind.rawValue)' needs '\(part.name)'")
      }
    }
    if let pattern = score.pattern, let reason = Pattern.problem(pattern.value) {
      collector.emit(
        TaskRules.badPattern, pattern.range, "this is no regular expression: \(reason)")
    }
    if let schema = score.schema, let problem = AnswerSchema.problem(schema.value) {
      collector.emit(
        TaskRules.unsupportedSchema, schema.range, problem,
        help: "'amm explain unsupported-schema' lists the keywords")
    }
    if kind == .command { checkCommand(score, located.range, collector) }
  }

  private static func checkCommand(
    _ score: ScoreSection, _ place: SourceRange, _ collector: DiagnosticCollector
  ) {
    let isGuarded = score.sandbox?.value == true
    if isGuarded, score.image == nil {
      collector.emit(
        TaskRules.incomplete, place, "a sandbox needs an 'image' to run the command in",
        help: "for example 'image: docker.io/library/python:3.13-slim'")
    }
    if !isGuarded, let image = score.image {
      collector.emit(
        TaskRules.mismatch, image.range, "'image' is for commands in a sandbox",
        help: "write 'sandbox: true'")
    }
    if let words = score.command?.value.map(\.value), words.isEmpty {
      collector.emit(TaskRules.incomplete, place, "'command' names no program")
    } else if let words = score.command?.value, !isGuarded, let name = words.first,
      interpreters.contains(String(name.value.split(separator: "/").last ?? "")),
      words.count == 1 || words.dropFirst().contains(where: { $0.value == "-" || $0.value == "-s" })
    {
      collector.emit(
        TaskRules.unguarded, name.range, "'\(name.value)' runs what the model answers, as you",
        help: "write 'sandbox: true' and an 'image'")
    }
  }

  /// Programs that run their standard input.
  private static let interpreters: Set<String> = [
    "sh", "bash", "dash", "zsh", "python", "python3", "node", "perl", "ruby", "lua", "php",
  ]
}

extension JSONValue {
  /// Whether an answer's text could be it.
  fileprivate var isWord: Bool {
    switch self {
    case .text, .number, .boolean: true
    case .null, .list, .object: false
    }
  }
}
