import Comparison
import Diagnostics
import Testing
import Values

/// Plans, streams, and what is read from them.
struct MeasuringTests {
  private func task(_ text: String) throws -> ModelTask {
    let outcome = ModelTask.read(SourceFile(path: "t", text: "version: 1\nname: t\n" + text))
    return try #require(outcome.value, "\(outcome.diagnostics.map(\.message))")
  }

  @Test func `each side is first equally often, and every block asks both the same`() throws {
    let task = try task("prompt_tokens: [128, 512]\nclients: [1, 4]\nrepetitions: 10\n")
    let plan = Plan(task, sides: 2, tokensPerWord: 1, context: nil)
    #expect(plan.blocks.count == 40)
    #expect(plan.blocks.count { $0.order == [0, 1] } == 20)
    for (_, blocks) in Dictionary(grouping: plan.blocks, by: \.condition) {
      #expect(blocks.count { $0.order == [0, 1] } == 5 && blocks.count == 10)
    }
    #expect(plan.blocks.allSatisfy { $0.questions.count == $0.condition.clients })
    let prompts = plan.blocks.flatMap { $0.questions.map { $0.messages[0].content } }
    // No two alike: a cache of prompts would answer the second at once.
    #expect(Set(prompts).count == prompts.count)
    let lengths = Set(prompts.map { $0.split(separator: " ").count })
    #expect(lengths == [128, 512])
  }

  @Test func `a plan is the same for the same seed, and another for another`() throws {
    let text = "prompt_tokens: [128]\nrepetitions: 20\nsampling: {seed: SEED}\n"
    func questions(_ seed: String) throws -> [String] {
      let task = try task(text.replacing("SEED", with: seed))
      return Plan(task, sides: 2, tokensPerWord: 1.3, context: nil).blocks
        .map { "\($0.order) \($0.questions[0].messages[0].content)" }
    }
    #expect(try questions("1") == questions("1"))
    #expect(try questions("1") != questions("2"))
  }

  @Test func `prompts that do not fit are left out, and said`() throws {
    let task = try task("prompt_tokens: [128, 2048]\nsampling: {max_tokens: 64}\n")
    let plan = Plan(task, sides: 2, tokensPerWord: 1, context: 2048)
    #expect(plan.leftOut == [2048])
    #expect(plan.blocks.allSatisfy { $0.condition.promptTokens == 128 })
  }

  @Test func `a fact is hidden as deep as the task says`() throws {
    let task = try task(
      """
      prompt_tokens: [200]
      depths: [0, 50, 100]
      items:
        - {fact: The code is 7391., prompt: What is the code?}
      """)
    let plan = Plan(task, sides: 1, tokensPerWord: 1, context: nil)
    let places = plan.blocks.map { block -> Int in
      let text = block.questions[0].messages[0].content
      #expect(text.hasSuffix("\n\nWhat is the code?"))
      let before = text.split(separator: "The code is").first ?? ""
      return before.split(separator: " ").count * 100 / 200
    }
    #expect(Set(places).count == 3 && plan.blocks.count == 3)
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func `events are found however their bytes arrive`(size: Int) {
    let text = ": hi\r\ndata: one\r\n\r\nevent: x\ndata: two\ndata: lines\n\ndata:\n\n\ndata: cut"
    var stream = EventStream()
    var events: [String] = []
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      events += stream.take(bytes[start..<min(start + size, bytes.count)])
        .map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(events == ["one", "two\nlines", ""])
  }

  private func answer(_ events: String...) -> StreamedAnswer {
    var answer = StreamedAnswer()
    for (index, event) in events.enumerated() {
      answer.take(event: Array(event.utf8), at: Double(index))
    }
    return answer
  }

  @Test func `text, counts and times come from a stream`() {
    let answer = answer(
      #"{"choices":[{"delta":{"role":"assistant","content":null}}]}"#,
      #"{"choices":[{"delta":{"content":"Hel"}}]}"#,
      #"{"choices":[{"delta":{"content":"lo \ud83d\ude00"},"finish_reason":"stop"}]}"#,
      #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3},"timings":{"predicted_per_second":50.5,"prompt_ms":12}}"#,
      "[DONE]")
    #expect(String(decoding: answer.text, as: UTF8.self) == "Hello 😀")
    #expect(answer.arrivals == [1, 2])
    #expect(answer.promptTokens == 9 && answer.completionTokens == 3)
    #expect(answer.serverRate == 50.5 && answer.serverPromptTime == 0.012)
    #expect(answer.isDone && answer.problem == nil && answer.finish == "stop")
  }

  @Test func `garbage and refusals are told apart`() {
    #expect(answer("{").problem == .garbage("{"))
    #expect(answer("[1]").problem == .garbage("[1]"))
    #expect(answer(#"{"error":{"message":"too long"}}"#).problem == .refusal("too long"))
    #expect(answer(#"{"error":"too long"}"#).problem == .refusal("too long"))
  }

  @Test func `a text beyond the limit is cut, not kept`() {
    let piece = String(repeating: "x", count: 700_000)
    let event = "{\"choices\":[{\"text\":\"\(piece)\"}]}"
    let answer = answer(event, event)
    #expect(answer.text.count == StreamedAnswer.textLimit && answer.isCut)
  }

  @Test func `a measurement is the same after it was written and read`() throws {
    let measurement = Measurement(
      side: 1, block: 3, item: "a", condition: Condition(promptTokens: 128, depth: 50, clients: 4),
      started: 1.5, firstToken: 0.25, latency: 1.125, gaps: [0.5, 0.25], promptTokens: 120,
      completionTokens: 3, serverRate: 12.5, serverPromptTime: 0.2, answer: "\"a\n\u{1}é😀",
      failure: .init(.stalled, "60 s"), score: Score(0.5, "half"))
    let json = try #require(JSONValue(parsing: JSON.line(measurement.value)))
    #expect(Measurement(json) == measurement)
    #expect(Measurement(.object([:])) == nil)
  }

  @Test(arguments: [1.0 / 3, 0.001_555_5, 1e-9, 12_345.678_901_23, 0.000_000_499])
  func `a time that a clock gave is the same after it was written and read`(
    _ seconds: Double
  ) throws {
    let measurement = Measurement(
      side: 0, block: 0, item: nil, condition: Condition(promptTokens: nil, depth: nil, clients: 1),
      started: seconds, firstToken: seconds,
      latency: seconds, gaps: [seconds, seconds / 7], serverPromptTime: seconds / 3)
    let json = try #require(JSONValue(parsing: JSON.line(measurement.value)))
    #expect(Measurement(json) == measurement)
    #expect(abs(measurement.latency - seconds) < 0.000_000_6)
  }

  @Test func `numbers of Prometheus become means over a time`() {
    let before = PrometheusText.numbers(
      in: "# HELP t x\nt_sum{a=\"b c\"} 10\nt_count{a=\"b c\"} 10\nidle_sum 1\nidle_count 1\n")
    let after = PrometheusText.numbers(
      in: "t_sum{a=\"b c\"} 12\nt_sum{a=\"d\"} 2 123\nt_count{a=\"b c\"} 12\nt_count{a=\"d\"} 2\n"
        + "idle_sum 1\nidle_count 1\nx NaN\nlonely_sum 3\n")
    let means = PrometheusText.means(from: before, to: after)
    #expect(means.map(\.name) == ["t"] && means.first?.value == 1)
  }

  @Test(arguments: [
    "nul", "01", "1.", ".5", "+1", "\"\u{1}\"", "[1,]", "{\"a\" 1}", "{a: 1}", "\"\\x\"", "1 2", "",
    "\"\\u12g4\"", "1e999", "\"open",
  ])
  func `what is no JSON is refused`(text: String) { #expect(JSONValue(parsing: text) == nil) }

  @Test func `JSON is read as it is written`() {
    #expect(
      JSONValue(parsing: " {\"a\": [1, -2.5e3, true, null, \"\\u00e9\\ud800\"]} ")
        == .object([
          "a": .list([.number(1), .number(-2500), .boolean(true), .null, .text("é\u{FFFD}")])
        ]))
  }
}
