package import Diagnostics

/// The rules for tasks.
package enum TaskRules {
  static let incomplete = Rule(
    "task-incomplete", "A required part of the task is missing.",
    Explanation(
      """
      A request without a prompt measures nothing, and a score without an expected answer is \
      always 0.
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
    "task-mismatch", "A key does not apply to this kind of task or score.",
    Explanation(
      """
      amm would ignore the key, and the task would not measure what it seems to measure. For \
      example, a tolerance has no effect on answers that are compared as text.
      """,
      wrong: """
        score: {kind: exact, tolerance: 0.5}
        """,
      right: """
        score: {kind: number, tolerance: 0.5}
        """))

  static let badPattern = Rule(
    "bad-pattern", "The regular expression is not valid.",
    Explanation(
      "An invalid expression matches nothing, so every answer would score 0.",
      wrong: """
        score: {kind: pattern, pattern: "answer: ([0-9]+"}
        """,
      right: """
        score: {kind: pattern, pattern: "answer: ([0-9]+)"}
        """))

  static let unsupportedSchema = Rule(
    "unsupported-schema", "The JSON Schema has an unsupported keyword or an invalid value.",
    Explanation(
      """
      If amm ignored a keyword, wrong answers could pass. amm supports type, enum, const, \
      properties, required, additionalProperties (true or false), items (one schema), minItems, \
      maxItems, minLength, maxLength, minimum, maximum, exclusiveMinimum and exclusiveMaximum. It \
      ignores title and description, which do not restrict an answer.
      """,
      wrong: """
        score: {kind: json_schema, schema: {type: object, patternProperties: {"^x": {}}}}
        """,
      right: """
        score: {kind: json_schema, schema: {type: object, required: [x]}}
        """,
      source: "JSON Schema 2020-12, json-schema-validation.html"))

  /// Two items with the same id.
  package static let duplicateItem = Rule(
    "duplicate-task-item", "Two items of the task have the same id.",
    Explanation(
      "Results refer to items by id, so two items with the same id cannot be distinguished.",
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
    "unguarded-command", .warning, "A program that runs the model's answer is not in a sandbox.",
    Explanation(
      """
      An interpreter that reads its program from standard input runs whatever the model answers, \
      with all your permissions.
      """,
      wrong: """
        score: {kind: command, command: [python3, "-"]}
        """,
      right: """
        score: {kind: command, command: [python3, "-"], sandbox: true, image: docker.io/library/python:3.13-slim}
        """))

  /// All rules in this file, for the reference.
  package static let all = [
    incomplete, mismatch, badPattern, unsupportedSchema, duplicateItem, unguarded,
  ]
}
