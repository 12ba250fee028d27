import Values

/// An answer as it arrives from a server: its text, token counts, and the time of each piece.
package struct StreamedAnswer: Sendable {
  /// The largest number of bytes of text that are kept; the rest is dropped.
  package static let textLimit = 1 << 20

  /// The answer so far, as UTF-8.
  package private(set) var text: [UInt8] = []
  /// Whether the answer was larger than its limit.
  package private(set) var isCut = false
  /// The arrival times of pieces with text, in seconds since the request was sent.
  package private(set) var arrivals: [Double] = []
  /// Tokens of the prompt, as counted by the server; nil until it reports them.
  package private(set) var promptTokens: Int?
  /// Tokens of the answer, as counted by the server; nil until it reports them.
  package private(set) var completionTokens: Int?
  /// Tokens per second of the answer without the prompt, by the server's own clock.
  package private(set) var serverRate: Double?
  /// Seconds for reading the prompt, by the server's own clock.
  package private(set) var serverPromptTime: Double?
  /// Why the model stopped, as reported by the server; nil until it reports it.
  package private(set) var finish: String?
  /// Whether the server marked the end of the answer.
  package private(set) var isDone = false
  /// The embeddings so far, in order.
  package private(set) var vectors: [[Double]] = []
  /// Why this is not a valid answer; nil if no problem was found.
  package private(set) var problem: Problem?

  /// An invalid response, or an error that the server reports.
  package enum Problem: Sendable, Equatable {
    case garbage(String)
    case refusal(String)
  }

  package init() {}

  /// Adds the data of one event of a stream.
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
    // Reasoning counts for the length and time of an answer, but is not part of its text.
    let thought =
      choice?["delta"]?["reasoning_content"]?.text ?? choice?["delta"]?["reasoning"]?.text
    if piece?.isEmpty == false || thought?.isEmpty == false { arrivals.append(time) }
    if let piece { append(piece) }
    if let reason = choice?["finish_reason"]?.text { finish = reason }
    takeCounts(json)
  }

  /// Reads a complete answer that was not streamed.
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

  /// The largest valid token count; a larger number could overflow in sums.
  private static let mostTokens = 1_000_000_000

  /// Returns a token count, or records a problem if it is out of range.
  private mutating func count(_ value: JSONValue?) -> Int? {
    guard let number = value?.number else { return nil }
    guard let count = value?.integer, (0...Self.mostTokens).contains(count) else {
      problem = problem ?? .garbage("a count of \(number) tokens")
      return nil
    }
    return count
  }

  /// Returns a time or a rate, or records a problem if it is out of range.
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
