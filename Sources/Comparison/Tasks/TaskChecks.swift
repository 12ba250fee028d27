import Diagnostics
import Schema
import Values

/// Checks a task beyond the types of its fields.
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
          TaskRules.duplicateItem, id.range, "another item also has the id '\(id.value)'",
          help: "change one of the two ids")
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
        TaskRules.incomplete, place, "the task has no 'items' and no 'prompt_tokens'",
        help: "add 'items', or add 'prompt_tokens' for generated prompts")
    }
    if items.isEmpty, let score = document.score, let kind = score.value.kind?.value, kind != .none
    {
      collector.emit(
        TaskRules.mismatch, score.range, "generated prompts cannot be scored",
        help: "remove 'score', or add 'items'")
    }
    let hasFact = items.contains { $0.value.fact != nil }
    if let lengths = document.promptTokens, !items.isEmpty, !hasFact {
      collector.emit(
        TaskRules.mismatch, lengths.range,
        "'prompt_tokens' has no effect because no item has a 'fact'",
        help: "remove it, or add a 'fact' to an item")
    }
    if let depths = document.depths, !hasFact {
      collector.emit(
        TaskRules.mismatch, depths.range, "'depths' has no effect because no item has a 'fact'",
        help: "remove it")
    }
    if kind == .embedding, let system = document.system {
      collector.emit(
        TaskRules.mismatch, system.range, "an embedding task cannot have a system message",
        help: "remove it")
    }
    if kind == .completion, let system = document.system {
      collector.emit(
        TaskRules.mismatch, system.range, "a completion task cannot have a system message",
        help: "write 'kind: chat', or move it into the prompts")
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
          TaskRules.mismatch, prompt, "an embedding task cannot have prompts, messages or facts",
          help: "write 'anchor', 'similar' and 'dissimilar'")
      }
    } else {
      if item.prompt == nil && item.messages == nil {
        collector.emit(
          TaskRules.incomplete, located.range, "the item has no prompt",
          help: "add 'prompt' or 'messages'")
      }
      if item.prompt != nil, let messages = item.messages {
        collector.emit(
          TaskRules.mismatch, messages.range, "the item has both 'prompt' and 'messages'",
          help: "remove one of the two")
      }
      if kind == .completion, let messages = item.messages {
        collector.emit(
          TaskRules.mismatch, messages.range, "a completion task cannot have messages",
          help: "write a 'prompt', or 'kind: chat'")
      }
      if let messages = item.messages, messages.value.last?.value.role?.value != .user {
        collector.emit(
          TaskRules.incomplete, messages.range, "the last message must have the role 'user'",
          help: "the model answers the last message")
      }
      if let fact = item.fact, document.promptTokens == nil {
        collector.emit(
          TaskRules.incomplete, fact.range, "the task generates no text to hide this fact in",
          help: "add 'prompt_tokens' to the task")
      }
      if let text = texts.compactMap({ $0 }).first {
        collector.emit(
          TaskRules.mismatch, text.range,
          "'anchor', 'similar' and 'dissimilar' are only for embedding tasks",
          help: "write 'kind: embedding' in the task")
      }
    }
    if let score = item.score { check(score, collector) }
    let section = (item.score ?? document.score)?.value
    checkExpected(located, section?.kind?.value ?? .none, kind, collector)
  }

  /// Checks that an item has the expected answer that its kind of score requires.
  private static func checkExpected(
    _ located: Located<TaskItem>, _ score: ScoreSection.Kind, _ kind: TaskDocument.Kind,
    _ collector: DiagnosticCollector
  ) {
    let item = located.value
    let wanted: String? =
      switch score {
      case .exact, .contains: "a text or a list of accepted texts"
      case .json: "JSON"
      case .number: "a number"
      case .choice: "the letter of a choice"
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
        "'expected' must be \(wanted) if the score is '\(score.rawValue)'",
        help: score == .choice
          ? "add 'choices', and write 'expected: A' for the first one"
          : "add or correct 'expected'")
    }
    if wanted == nil, let expected = item.expected {
      collector.emit(
        TaskRules.mismatch, expected.range,
        "'expected' has no effect if the score is '\(score.rawValue)'",
        help: "remove it, or change the kind of the score")
    }
    if (score == .closer) != (kind == .embedding), score != .none {
      collector.emit(
        TaskRules.mismatch, item.score?.range ?? located.range,
        kind == .embedding
          ? "the score of an embedding task must be 'closer'"
          : "'closer' is only for embedding tasks",
        help: "change the kind of the score or the kind of the task")
    }
  }

  /// Checks that a score has the keys that its kind requires, and no others.
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
          "'\(part.name)' has no effect if the score is '\(kind.rawValue)'", help: "remove it")
      }
      if part.range == nil, part.needed, part.kinds.contains(kind) {
        collector.emit(
          TaskRules.incomplete, located.range,
          "a score of kind '\(kind.rawValue)' requires the key '\(part.name)'")
      }
    }
    if let pattern = score.pattern, let reason = Pattern.problem(pattern.value) {
      collector.emit(
        TaskRules.badPattern, pattern.range, "the regular expression is not valid: \(reason)")
    }
    if let schema = score.schema, let problem = AnswerSchema.problem(schema.value) {
      collector.emit(
        TaskRules.unsupportedSchema, schema.range, problem,
        help: "'amm explain unsupported-schema' lists the supported keywords")
    }
    if kind == .command { checkCommand(score, located.range, collector) }
  }

  private static func checkCommand(
    _ score: ScoreSection, _ place: SourceRange, _ collector: DiagnosticCollector
  ) {
    let isGuarded = score.sandbox?.value == true
    if isGuarded, score.image == nil {
      collector.emit(
        TaskRules.incomplete, place, "a sandbox requires an 'image'",
        help: "for example, add 'image: docker.io/library/python:3.13-slim'")
    }
    if !isGuarded, let image = score.image {
      collector.emit(
        TaskRules.mismatch, image.range, "'image' has no effect without a sandbox",
        help: "add 'sandbox: true', or remove it")
    }
    if let words = score.command?.value.map(\.value), words.isEmpty {
      collector.emit(TaskRules.incomplete, place, "'command' is empty")
    } else if let words = score.command?.value, !isGuarded, let name = words.first,
      interpreters.contains(String(name.value.split(separator: "/").last ?? "")),
      words.count == 1 || words.dropFirst().contains(where: { $0.value == "-" || $0.value == "-s" })
    {
      collector.emit(
        TaskRules.unguarded, name.range,
        "'\(name.value)' runs the model's answer with your permissions",
        help: "add 'sandbox: true' and an 'image'")
    }
  }

  /// Interpreters that read a program from standard input.
  private static let interpreters: Set<String> = [
    "sh", "bash", "dash", "zsh", "python", "python3", "node", "perl", "ruby", "lua", "php",
  ]
}

extension JSONValue {
  /// Whether the value can be compared with the text of an answer.
  fileprivate var isWord: Bool {
    switch self {
    case .text, .number, .boolean: true
    case .null, .list, .object: false
    }
  }
}
