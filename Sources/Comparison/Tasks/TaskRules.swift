package import Diagnostics

/// What can be wrong with a task.
package enum TaskRules {
  static let incomplete = Rule(
    "task-incomplete", "A task asks something, and each of its items says what.",
    Explanation(
      """
      A request without a prompt measures nothing, and a score without an answer to hold against \
      is always 0.
      """,
      wrong: """
        score: {kind: exact}
        items:
          - prompt: What is the capital of France?
        """,
      right: """
        score: {kind: exact}
        items:
          - prompt: What is the capital of France?
            expected: Paris
        """))

  static let mismatch = Rule(
    "task-mismatch", "A task's settings belong to its kind, and a score's to the score's.",
    Explanation(
      """
      A setting that is passed over would promise a measurement that is not made, such as a \
      tolerance for answers that are compared letter by letter.
      """,
      wrong: """
        score: {kind: exact, tolerance: 0.5}
        """,
      right: """
        score: {kind: number, tolerance: 0.5}
        """))

  static let badPattern = Rule(
    "bad-pattern", "A regular expression is one.",
    Explanation(
      "It would match nothing, and every answer would score 0.",
      wrong: """
        score: {kind: pattern, pattern: "answer: ([0-9]+"}
        """,
      right: """
        score: {kind: pattern, pattern: "answer: ([0-9]+)"}
        """))

  static let unsupportedSchema = Rule(
    "unsupported-schema", "A JSON Schema has keywords that amm knows, and values that they take.",
    Explanation(
      """
      A keyword that is passed over would let wrong answers through. amm knows type, enum, const, \
      properties, required, additionalProperties (true or false), items (one schema), minItems, \
      maxItems, minLength, maxLength, minimum, maximum, exclusiveMinimum and exclusiveMaximum, \
      and passes over title and description, which say nothing of an answer.
      """,
      wrong: """
        score: {kind: json_schema, schema: {type: object, patternProperties: {"^x": {}}}}
        """,
      right: """
        score: {kind: json_schema, schema: {type: object, required: [x]}}
        """,
      source: "JSON Schema 2020-12, json-schema-validation.html"))

  /// Two items of one name.
  package static let duplicateItem = Rule(
    "duplicate-task-item", "Each item of a task has its own id.",
    Explanation(
      "Results name items by their ids, and two of one name could not be told apart.",
      wrong: """
        items:
          - {id: sum, prompt: What is 1 + 1?}
          - {id: sum, prompt: What is 2 + 2?}
        """,
      right: """
        items:
          - {id: sum-1, prompt: What is 1 + 1?}
          - {id: sum-2, prompt: What is 2 + 2?}
        """))

  static let unguarded = Rule(
    "unguarded-command", .warning, "A program that runs what a model wrote is in a sandbox.",
    Explanation(
      """
      An interpreter that takes its program from standard input runs whatever the model answers, \
      with all your rights.
      """,
      wrong: """
        score: {kind: command, command: [python3, "-"]}
        """,
      right: """
        score: {kind: command, command: [python3, "-"], sandbox: true, image: docker.io/library/python:3.13-slim}
        """))

  /// Every rule of this file, for the reference.
  package static let all = [
    incomplete, mismatch, badPattern, unsupportedSchema, duplicateItem, unguarded,
  ]
}
