package import Schema
package import Values

/// A task's file as its author wrote it: what models have to do, and how the answers are scored.
package struct TaskDocument: Record {
  /// How a model is asked.
  package enum Kind: String, Sendable, CaseIterable { case chat, completion, embedding }

  package var version: Located<Int>?
  package var name: Located<String>?
  package var description: Located<String>?
  package var kind: Located<Kind>?
  package var system: Located<String>?
  /// How the model chooses its words; the defaults where nothing is written.
  package var sampling = Sampling()
  package var repetitions: Located<Int>?
  package var warmUp: Located<Int>?
  package var clients: Located<[Located<Int>]>?
  package var promptTokens: Located<[Located<Int>]>?
  package var depths: Located<[Located<Int>]>?
  /// How long and how large answers may be; the defaults where nothing is written.
  package var limits = AnswerLimits()
  package var score: Located<ScoreSection>?
  package var items: Located<[Located<TaskItem>]>?

  package init() {}

  package static let fields = FieldTable<TaskDocument, Never>([
    Field(
      "version", \.version, .integer(1...1), required: true,
      "The version of this format; there is one so far."),
    Field(
      "name", \.name, .taskName, required: true, "What '--task' and results call it."),
    Field(
      "description", \.description, .text(multiline: true),
      "What it measures, and what it does not."),
    Field(
      "kind", \.kind, .choice(), default: "chat",
      "How a model is asked: by messages, by text that it continues, or for vectors of texts."),
    Field(
      "system", \.system, .text(multiline: true, limit: 100_000),
      "The system message before every item's."),
    Field(section: "sampling", \.sampling, "How tokens are drawn."),
    Field(
      "repetitions", \.repetitions, .integer(1...1000), default: "1",
      "How often each item is asked."),
    Field(
      "warm_up", \.warmUp, .integer(0...100), unit: "requests", default: "2",
      "Requests before the first that counts."),
    Field(
      "clients", \.clients, .list(of: .integer(1...256), distinct: true), unit: "clients",
      default: "[1]", "How many requests are under way at once; each number is measured."),
    Field(
      "prompt_tokens", \.promptTokens, .list(of: .integer(16...1_000_000), distinct: true),
      unit: "tokens",
      """
      Lengths of prompts that amm makes of common words, about as long as the model counts; an \
      item with a 'fact' is asked within each of them.
      """),
    Field(
      "depths", \.depths, .list(of: .integer(0...100), distinct: true), unit: "percent",
      default: "[50]", "How deep in the made text an item's fact stands."),
    Field(section: "limits", \.limits, "When an answer counts as a failure."),
    Field(
      "score", \.score, section: ScoreSection.self,
      "How answers are scored, where an item does not say else; without it, speed alone counts."),
    Field(
      "items", \.items, .list(of: .record(TaskItem.self)),
      "What is asked; without items, made prompts are."),
  ])

  /// The JSON Schema of a task's file.
  package static var jsonSchema: Value {
    fields.document(title: "amm task", id: "urn:amm:schema:task")
  }
}

/// `sampling`: how tokens are drawn, the same for both sides.
package struct Sampling: Record {
  package var maxTokens: Located<Int>?
  package var temperature: Located<Double>?
  package var topP: Located<Double>?
  package var seed: Located<Int>?
  package var stop: Located<[Located<String>]>?
  var exactTokens: Located<Bool>?

  package init() {}

  package static let fields = FieldTable<Sampling, Never>([
    Field(
      "max_tokens", \.maxTokens, .integer(1...100_000), unit: "tokens", default: "256",
      "How long an answer may become."),
    Field(
      "temperature", \.temperature, .number(0...2), default: "0",
      "How freely tokens are drawn; 0 always takes the likeliest."),
    Field(
      "top_p", \.topP, .number(0...1, aboveLower: true), default: "1",
      "Draws among the likeliest tokens that together have this probability."),
    Field(
      "seed", \.seed, .integer(), default: "1",
      "Where random numbers begin: the server's, and those of made prompts."),
    Field(
      "stop", \.stop, .list(of: .text(multiline: true, limit: 100)),
      "Texts at which an answer ends; servers take up to four."),
    Field(
      "exact_tokens", \.exactTokens, .boolean, default: "false",
      """
      Whether answers are as long as 'max_tokens' says ('ignore_eos', where the server has it), \
      so that both sides do the same work.
      """),
  ])
}

/// `limits`: when an answer counts as a failure.
package struct AnswerLimits: Record {
  package var total: Located<Int>?
  package var stall: Located<Int>?
  package var bytes: Located<Int>?

  package init() {}

  package static let fields = FieldTable<AnswerLimits, Never>([
    Field(
      "total", \.total, .integer(1...7200), unit: "seconds", default: "300",
      "How long a whole answer may take."),
    Field(
      "stall", \.stall, .integer(1...7200), unit: "seconds", default: "60",
      "How long nothing may arrive, once the answer has begun."),
    Field(
      "bytes", \.bytes, .integer(1024...67_108_864), unit: "bytes", default: "4194304",
      "How many bytes a server may send for one answer."),
  ])
}

/// An item of `items`: something that is asked.
package struct TaskItem: Record {
  package var id: Located<String>?
  package var prompt: Located<String>?
  package var messages: Located<[Located<TaskMessage>]>?
  package var choices: Located<[Located<String>]>?
  package var fact: Located<String>?
  package var anchor: Located<String>?
  package var similar: Located<String>?
  package var dissimilar: Located<String>?
  package var expected: Located<JSONValue>?
  package var score: Located<ScoreSection>?

  package init() {}

  package static let fields = FieldTable<TaskItem, Never>([
    Field("id", \.id, .taskName, default: "its number", "What results call it."),
    Field(
      "prompt", \.prompt, .text(multiline: true, limit: 1_000_000),
      "What is asked: the user's message, or the text to continue."),
    Field(
      "messages", \.messages, .list(of: .record(TaskMessage.self)),
      "A conversation in place of 'prompt'."),
    Field(
      "choices", \.choices, .list(of: .text(multiline: true)),
      "Answers to choose from, shown below the prompt as A, B, C."),
    Field(
      "fact", \.fact, .text(multiline: true),
      "A sentence that is hidden in made text of 'prompt_tokens'; the prompt asks for it."),
    Field(
      "anchor", \.anchor, .text(multiline: true),
      "For embeddings: the text that the next two are compared with."),
    Field("similar", \.similar, .text(multiline: true), "A text that means nearly the same."),
    Field("dissimilar", \.dissimilar, .text(multiline: true), "A text that means something else."),
    Field("expected", \.expected, .data, "The right answer, as its kind of score wants it."),
    Field(
      "score", \.score, section: ScoreSection.self, "How the answer is scored; else the task's."),
  ])
}

/// An item of `messages`.
package struct TaskMessage: Record {
  /// Who says a message; the word is that of OpenAI's protocol.
  package enum Role: String, Sendable, CaseIterable { case system, user, assistant }

  package var role: Located<Role>?
  package var content: Located<String>?

  package init() {}

  package static let fields = FieldTable<TaskMessage, Never>([
    Field("role", \.role, .choice(), required: true, "Who says it."),
    Field(
      "content", \.content, .text(multiline: true, limit: 1_000_000), required: true,
      "What is said."),
  ])
}

/// `score`: how an answer is scored, from 0 to 1.
package struct ScoreSection: Record {
  /// How an answer gets its score; the word is that of the file.
  package enum Kind: String, Sendable, CaseIterable {
    case exact, contains, pattern, json
    case jsonSchema = "json_schema"
    case number, choice, command, closer, none
  }

  package var kind: Located<Kind>?
  package var pattern: Located<String>?
  package var schema: Located<JSONValue>?
  package var tolerance: Located<Double>?
  package var ignoreCase: Located<Bool>?
  package var command: Located<[Located<String>]>?
  package var sandbox: Located<Bool>?
  package var image: Located<String>?
  package var timeout: Located<Int>?

  package init() {}

  package static let fields = FieldTable<ScoreSection, Never>([
    Field(
      "kind", \.kind, .choice(), required: true,
      """
      How: the whole answer, a part of it, a regular expression, equal JSON, a JSON Schema, a \
      number, a letter, a program's exit status, the nearer of two vectors, or not at all.
      """),
    Field(
      "pattern", \.pattern, .text(limit: 1000),
      "For 'pattern': a regular expression that must match somewhere in the answer."),
    Field(
      "schema", \.schema, .data,
      "For 'json_schema': what the answer's JSON must be; some keywords only."),
    Field(
      "tolerance", \.tolerance, .number(0...Double.greatestFiniteMagnitude), default: "0",
      "For 'number': how far the answer may be off."),
    Field(
      "ignore_case", \.ignoreCase, .boolean, default: "false",
      "For 'exact', 'contains' and 'pattern': whether capitals are small letters."),
    Field(
      "command", \.command, .list(of: .text(multiline: true, limit: 100_000)),
      """
      For 'command': a program and its arguments. It gets the answer on standard input; exit \
      status 0 scores 1.
      """),
    Field(
      "sandbox", \.sandbox, .boolean, default: "false",
      "For 'command': whether it runs in a container without network or rights."),
    Field("image", \.image, .sandboxImage, "For 'sandbox': the container image."),
    Field(
      "timeout", \.timeout, .integer(1...600), unit: "seconds", default: "10",
      "For 'command': how long it may run."),
  ])
}
