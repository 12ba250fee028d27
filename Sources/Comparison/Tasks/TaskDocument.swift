package import Schema
package import Values

/// A task file as written: the prompts for the models, and the scoring of the answers.
package struct TaskDocument: Record {
  /// The kind of request to the model.
  package enum Kind: String, Sendable, CaseIterable { case chat, completion, embedding }

  package var version: Located<Int>?
  package var name: Located<String>?
  package var description: Located<String>?
  package var kind: Located<Kind>?
  package var system: Located<String>?
  /// The sampling parameters; unset keys have defaults.
  package var sampling = Sampling()
  package var repetitions: Located<Int>?
  package var warmUp: Located<Int>?
  package var clients: Located<[Located<Int>]>?
  package var promptTokens: Located<[Located<Int>]>?
  package var depths: Located<[Located<Int>]>?
  /// The limits of an answer; unset keys have defaults.
  package var limits = AnswerLimits()
  package var score: Located<ScoreSection>?
  package var items: Located<[Located<TaskItem>]>?

  package init() {}

  package static let fields = FieldTable<TaskDocument, Never>([
    Field(
      "version", \.version, .integer(1...1), required: true,
      "The version of this format; only 1 exists."),
    Field(
      "name", \.name, .taskName, required: true, "The task's name, for '--task' and in results."),
    Field(
      "description", \.description, .text(multiline: true),
      "What the task measures, and what it does not."),
    Field(
      "kind", \.kind, .choice(), default: "chat",
      "The kind of request: messages to answer, a text to continue, or texts to embed."),
    Field(
      "system", \.system, .text(multiline: true, limit: 100_000),
      "The system message before each item."),
    Field(section: "sampling", \.sampling, "The sampling parameters."),
    Field(
      "repetitions", \.repetitions, .integer(1...1000), default: "1",
      "How often each item is asked."),
    Field(
      "warm_up", \.warmUp, .integer(0...100), unit: "requests", default: "2",
      "The number of requests before the measurement."),
    Field(
      "clients", \.clients, .list(of: .integer(1...256), distinct: true), unit: "clients",
      default: "[1]", "The numbers of concurrent requests; each one is measured."),
    Field(
      "prompt_tokens", \.promptTokens, .list(of: .integer(16...1_000_000), distinct: true),
      unit: "tokens",
      """
      The approximate lengths of prompts that amm generates from common words; an item with a \
      'fact' is asked within a text of each length.
      """),
    Field(
      "depths", \.depths, .list(of: .integer(0...100), distinct: true), unit: "percent",
      default: "[50]", "The depths of a fact in the generated text; each one is measured."),
    Field(section: "limits", \.limits, "The limits beyond which an answer counts as a failure."),
    Field(
      "score", \.score, section: ScoreSection.self,
      "How answers are scored; an item's own 'score' overrides it. The default is no score."),
    Field(
      "items", \.items, .list(of: .record(TaskItem.self)),
      "The questions; without items, amm asks generated prompts."),
  ])

  /// The JSON Schema of a task's file.
  package static var jsonSchema: Value {
    fields.document(title: "amm task", id: "urn:amm:schema:task")
  }
}

/// `sampling`: the sampling parameters, which are the same for both sides.
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
      "The maximum length of an answer."),
    Field(
      "temperature", \.temperature, .number(0...2), default: "0",
      "The sampling temperature; 0 always selects the most likely token."),
    Field(
      "top_p", \.topP, .number(0...1, aboveLower: true), default: "1",
      "Samples from the most likely tokens that together have this probability."),
    Field(
      "seed", \.seed, .integer(), default: "1",
      "The seed of all random numbers, on the server and in amm."),
    Field(
      "stop", \.stop, .list(of: .text(multiline: true, limit: 100)),
      "Texts that end an answer; servers accept up to four."),
    Field(
      "exact_tokens", \.exactTokens, .boolean, default: "false",
      """
      Whether each answer is exactly 'max_tokens' long, so that both sides do the same work \
      ('ignore_eos', on servers that support it).
      """),
  ])
}

/// `limits`: the limits beyond which an answer counts as a failure.
package struct AnswerLimits: Record {
  package var total: Located<Int>?
  package var stall: Located<Int>?
  package var bytes: Located<Int>?

  package init() {}

  package static let fields = FieldTable<AnswerLimits, Never>([
    Field(
      "total", \.total, .integer(1...7200), unit: "seconds", default: "300",
      "The time limit for a complete answer."),
    Field(
      "stall", \.stall, .integer(1...7200), unit: "seconds", default: "60",
      "The longest time without data after an answer has begun."),
    Field(
      "bytes", \.bytes, .integer(1024...67_108_864), unit: "bytes", default: "4194304",
      "The largest response for one answer."),
  ])
}

/// An item of `items`: one question.
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
    Field("id", \.id, .taskName, default: "its number", "The item's name in results."),
    Field(
      "prompt", \.prompt, .text(multiline: true, limit: 1_000_000),
      "The question: the user's message, or the text to continue."),
    Field(
      "messages", \.messages, .list(of: .record(TaskMessage.self)),
      "A conversation, instead of 'prompt'."),
    Field(
      "choices", \.choices, .list(of: .text(multiline: true)),
      "The answers to choose from, which amm adds to the prompt as A, B, C."),
    Field(
      "fact", \.fact, .text(multiline: true),
      "A sentence to hide in generated text of 'prompt_tokens' tokens; the prompt asks for it."),
    Field(
      "anchor", \.anchor, .text(multiline: true),
      "For embeddings: the text that 'similar' and 'dissimilar' are compared with."),
    Field("similar", \.similar, .text(multiline: true), "A text with nearly the same meaning."),
    Field("dissimilar", \.dissimilar, .text(multiline: true), "A text with a different meaning."),
    Field(
      "expected", \.expected, .data, "The right answer, in the form that its kind of score needs."),
    Field(
      "score", \.score, section: ScoreSection.self,
      "How the answer is scored, if different from the task's 'score'."),
  ])
}

/// An item of `messages`.
package struct TaskMessage: Record {
  /// The sender of a message, as in OpenAI's protocol.
  package enum Role: String, Sendable, CaseIterable { case system, user, assistant }

  package var role: Located<Role>?
  package var content: Located<String>?

  package init() {}

  package static let fields = FieldTable<TaskMessage, Never>([
    Field("role", \.role, .choice(), required: true, "The sender of the message."),
    Field(
      "content", \.content, .text(multiline: true, limit: 1_000_000), required: true,
      "The text of the message."),
  ])
}

/// `score`: how an answer is scored, from 0 to 1.
package struct ScoreSection: Record {
  /// The kind of a score; the raw values are those of the file.
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
      How an answer is scored: by the complete answer, a part of it, a regular expression, equal \
      JSON, a JSON Schema, a number, a letter, a program's exit status, the closer of two vectors, \
      or not at all.
      """),
    Field(
      "pattern", \.pattern, .text(limit: 1000),
      "For 'pattern': a regular expression that must match anywhere in the answer."),
    Field(
      "schema", \.schema, .data,
      "For 'json_schema': the schema of the answer's JSON; only some keywords are supported."),
    Field(
      "tolerance", \.tolerance, .number(0...Double.greatestFiniteMagnitude), default: "0",
      "For 'number': the allowed difference from 'expected'."),
    Field(
      "ignore_case", \.ignoreCase, .boolean, default: "false",
      "For 'exact', 'contains' and 'pattern': whether the comparison ignores case."),
    Field(
      "command", \.command, .list(of: .text(multiline: true, limit: 100_000)),
      """
      For 'command': a program and its arguments. It reads the answer from standard input; exit \
      status 0 scores 1.
      """),
    Field(
      "sandbox", \.sandbox, .boolean, default: "false",
      "For 'command': whether it runs in a container without network access and privileges."),
    Field("image", \.image, .sandboxImage, "For 'sandbox': the container image."),
    Field(
      "timeout", \.timeout, .integer(1...600), unit: "seconds", default: "10",
      "For 'command': the time limit."),
  ])
}
