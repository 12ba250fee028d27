import Comparison
import Diagnostics
import Testing
import Values

/// Every kind of score with answers that are right, wrong and hostile.
struct ScoringTests {
  /// The scoring of a task's only item.
  private func scoring(_ score: String, _ item: String = "") throws -> Scoring {
    let text = """
      version: 1
      name: test
      score: {\(score)}
      items:
        - {prompt: Anything\(item.isEmpty ? "" : ", " + item)}
      """
    let outcome = ModelTask.read(SourceFile(path: "test.yaml", text: text))
    #expect(outcome.diagnostics.isEmpty, "\(outcome.diagnostics.map(\.message))")
    return try #require(outcome.value).items[0].scoring
  }

  /// As much of an answer as is kept; `StreamedAnswer` cuts a longer one.
  private static let huge = String(repeating: "a lot of text ", count: 75_000)
  private static let deep = String(repeating: "[", count: 1_000_000)

  @Test(
    arguments: [
      ("Paris", 1.0), ("  Paris\n", 1.0), ("<think>Rome? No.</think>\n\nParis", 1.0),
      ("paris", 0.0),
      ("It is Paris.", 0.0), ("", 0.0), (huge, 0.0),
    ] as [(String, Double)])
  func `exact wants the whole answer`(answer: String, score: Double) throws {
    #expect(try scoring("kind: exact", "expected: [Paris, Lutetia]").score(answer)?.value == score)
  }

  @Test(
    arguments: [
      ("It is PARIS.", 1.0), ("Rome", 0.0), ("<think>Paris</think>Rome", 0.0), (huge, 0.0),
    ] as [(String, Double)])
  func `contains wants a part`(answer: String, score: Double) throws {
    let scoring = try scoring("kind: contains, ignore_case: true", "expected: Paris")
    #expect(scoring.score(answer)?.value == score)
  }

  @Test(
    arguments: [
      (#"{"a": [1, 2.50], "b": "x"}"#, 1.0), ("```json\n{\"b\":\"x\",\"a\":[1,2.5]}\n```", 1.0),
      ("```json\r\n{\"b\":\"x\",\"a\":[1,2.5]}\r\n```", 1.0), (#"{"a": [2.5, 1], "b": "x"}"#, 0.0),
      (#"{"a": [1, 2.5], "b": "x", "c": null}"#, 0.0), ("Here it is: {}", 0.0), ("", 0.0),
      (huge, 0.0),
      (deep, 0.0), ("```", 0.0),
    ] as [(String, Double)])
  func `equal JSON may be in a fence, and in another order`(answer: String, score: Double) throws {
    let scoring = try scoring("kind: json", "expected: {a: [1, 2.5], b: x}")
    #expect(scoring.score(answer)?.value == score)
  }

  @Test(arguments: [
    (#"{"name": "Ann", "age": 34}"#, nil), (#"{"name": "Ann"}"#, "answer.age is missing"),
    (#"{"name": "", "age": 1}"#, "answer.name is too short"),
    (#"{"name": "A", "age": 1.5}"#, "answer.age is not of type integer"),
    (#"{"name": "A", "age": -1}"#, "answer.age is too small"),
    (#"{"name": "A", "age": 200}"#, "answer.age is too large"),
    (#"{"name": "A", "age": 1, "x": 1}"#, "answer has a member that is not allowed"),
    (#"{"name": "A", "age": 1, "tags": []}"#, "answer.tags has too few items"),
    (#"{"name": "A", "age": 1, "tags": ["y"]}"#, "answer.tags[0] is not one of the allowed values"),
    ("[]", "answer is not of type object"), (deep, "the answer is not JSON"),
    (huge, "the answer is not JSON"),
  ])
  func `a schema says what is wrong`(answer: String, reason: String?) throws {
    let schema = """
      {type: object, required: [name, age], additionalProperties: false, properties: {\
      name: {type: string, minLength: 1}, age: {type: integer, minimum: 0, exclusiveMaximum: 150}, \
      tags: {type: array, minItems: 1, items: {enum: [x]}}}}
      """
    let score = try #require(try scoring("kind: json_schema, schema: \(schema)").score(answer))
    #expect(score.value == (reason == nil ? 1 : 0))
    #expect(score.reason == reason ?? "")
  }

  @Test(
    arguments: [
      ("42", 1.0), ("The answer is **42**.", 1.0), ("6 * 7 = 42.05", 1.0), ("42.2", 0.0),
      ("1,042", 0.0),
      ("-42", 0.0), ("between 40-42", 1.0), ("42 of 50", 0.0), ("none", 0.0), ("1.2.3", 0.0),
      (String(repeating: "9", count: 1_000_000), 0.0), (huge, 0.0),
    ] as [(String, Double)])
  func `the last number counts`(answer: String, score: Double) throws {
    let scoring = try scoring("kind: number, tolerance: 0.1", "expected: 42")
    #expect(scoring.score(answer)?.value == score, "\(answer.prefix(40))")
  }

  @Test func `without a tolerance, a number is right or wrong`() throws {
    let scoring = try scoring("kind: number", "expected: 42")
    #expect(scoring.score("42")?.value == 1 && scoring.score("42.001")?.value == 0)
  }

  @Test(arguments: [("1,234", 1234.0), ("= -0.5", -0.5), ("3.", 3), ("x-7", 7), ("2024-05-03", 3)])
  func `numbers are read as people write them`(text: String, number: Double) {
    #expect(AnswerText.lastNumber(text) == number)
  }

  @Test(arguments: [
    ("B", 1), ("b) quartz", nil), ("B) quartz", 1), ("(B)", 1), ("**B**", 1), ("quartz", 1),
    ("The answer is B.", 1), ("A good question. The answer is C", 2), ("I think it is B", 1),
    ("Not A, not C: so B.", 1), ("Z", nil), ("", nil), (huge, nil),
  ])
  func `a choice is a letter that stands alone`(answer: String, index: Int?) {
    #expect(AnswerText.choice(answer, among: ["oak", "quartz", "salmon"]) == index)
  }

  @Test func `vectors are compared by their angle`() {
    #expect(Scoring.closer([[1, 0], [2, 0.1], [0, 1]]).value == 1)
    #expect(Scoring.closer([[1, 0], [0, 1], [2, 0.1]]).value == 0)
    // Nothing is near to nothing, and what is no vector is no answer.
    #expect(Scoring.closer([[0, 0], [0, 0], [0, 0]]).value == 0)
    #expect(Scoring.closer([[1], [1, 2], [1]]).value == 0)
    #expect(Scoring.closer([]).value == 0)
  }

  @Test func `code is taken out of its fence`() {
    #expect(AnswerText.code("Sure!\n```python\nx = 1\n```\nDone.") == "x = 1")
    #expect(AnswerText.code("x = 1") == "x = 1")
    #expect(AnswerText.code("```\nunclosed") == "unclosed")
  }
}
