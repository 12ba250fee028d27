/// What came of one request.
package struct Measurement: Sendable, Equatable {
  /// The index of the side in the report.
  package var side: Int
  /// The number of the block that it belongs to, from 0.
  package var block: Int
  /// The item's id; nil for a made prompt.
  package var item: String?
  /// Under which load it was sent.
  package var condition: Condition
  /// When it was sent, in seconds since the measuring began.
  package var started: Double
  /// Seconds until the first piece of the answer; nil where it does not arrive in pieces.
  package var firstToken: Double?
  /// Seconds until the whole answer.
  package var latency: Double
  /// Seconds between the pieces of the answer.
  package var gaps: [Double]
  /// Tokens of the prompt, as the server counts them; nil where it does not say.
  package var promptTokens: Int?
  /// Tokens of the answer, as the server counts them; nil where it does not say.
  package var completionTokens: Int?
  /// Tokens per second of the answer alone, by the server's own clock.
  package var serverRate: Double?
  /// Seconds for the prompt, by the server's own clock; nil where it does not say.
  package var serverPromptTime: Double?
  /// What the model answered; empty where it failed.
  package var answer: String
  /// Why there is no answer; nil where there is one.
  package var failure: Failure?
  /// What the answer is worth; nil where the task scores nothing.
  package var score: Score?

  /// Why a request counts as a failure.
  package struct Failure: Sendable, Equatable {
    package let kind: Kind
    /// More, in the server's or the system's words.
    package let detail: String

    /// A failure, with the server's own words where it had some.
    package init(_ kind: Kind, _ detail: String = "") {
      self.kind = kind
      self.detail = detail
    }
  }

  /// What kept a request from an answer; the word is that of `--json`.
  package enum Kind: String, Sendable, CaseIterable {
    case connection, status, stalled, timeout, closed, garbage, refused, endless, empty

    /// In words: "stalled".
    package var text: String {
      switch self {
      case .connection: "nobody answers"
      case .status: "an error status"
      case .stalled: "stalled"
      case .timeout: "took too long"
      case .closed: "closed early"
      case .garbage: "sent garbage"
      case .refused: "refused"
      case .endless: "sent too much"
      case .empty: "answered nothing"
      }
    }
  }

  package init(
    side: Int, block: Int, item: String?, condition: Condition, started: Double,
    firstToken: Double?, latency: Double, gaps: [Double] = [], promptTokens: Int? = nil,
    completionTokens: Int? = nil, serverRate: Double? = nil, serverPromptTime: Double? = nil,
    answer: String = "", failure: Failure? = nil, score: Score? = nil
  ) {
    self.side = side
    self.block = block
    self.item = item
    self.condition = condition
    self.started = started
    self.firstToken = firstToken
    self.latency = latency
    self.gaps = gaps
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.serverRate = serverRate
    self.serverPromptTime = serverPromptTime
    self.answer = answer
    self.failure = failure
    self.score = score
  }

  /// Seconds between two tokens of the answer, on average after the first; nil for fewer than two.
  ///
  /// By the end of the answer and not of its last piece: some tokens have no text, and are not sent.
  var tokenTime: Double? {
    guard failure == nil, let tokens = completionTokens, tokens > 1, let firstToken,
      latency > firstToken
    else { return nil }
    return (latency - firstToken) / Double(tokens - 1)
  }

  /// Tokens of the answer per second after the first, as the client saw them; nil for fewer than two.
  var rate: Double? { tokenTime.map { 1 / $0 } }
}
