import Values

/// An answer as it arrives from a server: text, counts, and when each piece came.
package struct StreamedAnswer: Sendable {
  /// Bytes of text that are kept; the rest is counted and dropped.
  package static let textLimit = 1 << 20

  /// The answer so far, as UTF-8.
  package private(set) var text: [UInt8] = []
  /// Whether the answer was larger than its limit.
  package private(set) var isCut = false
  /// When pieces with text came, in seconds since the request was sent.
  package private(set) var arrivals: [Double] = []
  /// Tokens of the prompt, as the server counts them; nil until it says.
  package private(set) var promptTokens: Int?
  /// Tokens of the answer, as the server counts them; nil until it says.
  package private(set) var completionTokens: Int?
  /// Tokens per second of the answer alone, by the server's own clock.
  package private(set) var serverRate: Double?
  /// Seconds for reading the prompt, by the server's own clock.
  package private(set) var serverPromptTime: Double?
  /// Why the model stopped, in the server's own word; nil until it says.
  package private(set) var finish: String?
  /// Whether the server said that this was all.
  package private(set) var isDone = false
  /// The embeddings so far, in order.
  package private(set) var vectors: [[Double]] = []
  /// Why it is no answer.
  package private(set) var problem: Problem?

  /// What a server sends in place of an answer.
  package enum Problem: Sendable, Equatable {
    case garbage(String)
    case refusal(String)
  }

  package init() {}

  /// The data of an event of a stream.
  package mutating func take(event: [UInt8], at time: Double) {
    if event.elementsEqual("[DONE]".utf8) {
      isDone = true
      return
    }
    guard problem == nil else { return }
    guard let json = JSONValue(parsing: event), case .object = json else {
      problem = .garbage(Self.excerpt(event))
      return
    }
    if let error = json["error"] {
      problem = .refusal(Self.message(of: error))
      return
    }
    let choice = json["choices"]?[0]
    let piece = choice?["delta"]?["content"]?.text ?? choice?["text"]?.text
    // What a model thinks is part of its answer's length and time, but not of what it says.
    let thought =
      choice?["delta"]?["reasoning_content"]?.text ?? choice?["delta"]?["reasoning"]?.text
    if piece?.isEmpty == false || thought?.isEmpty == false { arrivals.append(time) }
    if let piece { append(piece) }
    if let reason = choice?["finish_reason"]?.text { finish = reason }
    takeCounts(json)
  }

  /// A whole answer that was not streamed.
  package mutating func take(body: [UInt8], api: API) {
    guard let json = JSONValue(parsing: body) else {
      problem = .garbage(Self.excerpt(body))
      return
    }
    if let error = json["error"] {
      problem = .refusal(Self.message(of: error))
      return
    }
    let rows = json["data"]?.list?.sorted {
      ($0["index"]?.number ?? 0) < ($1["index"]?.number ?? 0)
    }.map { $0["embedding"] }
    let numbers = (rows ?? []).map { $0?.list?.compactMap(\.number) ?? [] }
    guard !numbers.isEmpty, numbers.allSatisfy({ !$0.isEmpty }) else {
      problem = .garbage(Self.excerpt(body))
      return
    }
    vectors = numbers
    takeCounts(json)
    isDone = true
  }

  private mutating func takeCounts(_ json: JSONValue) {
    promptTokens = count(json["usage"]?["prompt_tokens"]) ?? promptTokens
    completionTokens = count(json["usage"]?["completion_tokens"]) ?? completionTokens
    // llama.cpp: tools/server/README.md, "timings".
    if let timings = json["timings"] {
      serverRate = amount(timings["predicted_per_second"]) ?? serverRate
      serverPromptTime = amount(timings["prompt_ms"]).map { $0 / 1000 } ?? serverPromptTime
      completionTokens = completionTokens ?? count(timings["predicted_n"])
      promptTokens = promptTokens ?? count(timings["prompt_n"])
    }
  }

  /// The most tokens that a server can have counted: more is no count, and would overflow in sums.
  private static let mostTokens = 1_000_000_000

  /// A count of tokens that can be one; else the answer is none.
  private mutating func count(_ value: JSONValue?) -> Int? {
    guard let number = value?.number else { return nil }
    guard let count = value?.integer, (0...Self.mostTokens).contains(count) else {
      problem = problem ?? .garbage("a count of \(number) tokens")
      return nil
    }
    return count
  }

  /// A time or a rate that can be one; else the answer is none.
  private mutating func amount(_ value: JSONValue?) -> Double? {
    guard let number = value?.number else { return nil }
    guard number.isFinite, number >= 0, number < 1e12 else {
      problem = problem ?? .garbage("a time or rate of \(number)")
      return nil
    }
    return number
  }

  private mutating func append(_ piece: String) {
    let room = Self.textLimit - text.count
    text += piece.utf8.prefix(max(0, room))
    if piece.utf8.count > room { isCut = true }
  }

  private static func excerpt(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.prefix(80), as: UTF8.self)
  }

  private static func message(of error: JSONValue) -> String {
    String((error["message"]?.text ?? error.text ?? "an error").prefix(200))
  }
}
