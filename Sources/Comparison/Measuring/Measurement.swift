/// The result of one request.
///
/// Its times are whole microseconds, as a report keeps them, so what is computed from a report that
/// was read is what was computed when it was written.
package struct Measurement: Sendable, Equatable {
  /// The index of the side in the report.
  package var side: Int
  /// The number of its block, from 0.
  package var block: Int
  /// The item's id; nil for a generated prompt.
  package var item: String?
  /// The prompt length and load of the request.
  package var condition: Condition
  /// When it was sent, in seconds since the start of the run.
  package private(set) var started: Double
  /// Seconds until the first piece of the answer; nil if the answer was not streamed.
  package let firstToken: Double?
  /// Seconds until the end of the answer.
  package let latency: Double
  /// Seconds between the pieces of the answer.
  package let gaps: [Double]
  /// Tokens of the prompt, as counted by the server; nil if it does not report them.
  package var promptTokens: Int?
  /// Tokens of the answer, as counted by the server; nil if it does not report them.
  package var completionTokens: Int?
  /// Tokens per second of the answer without the prompt, by the server's own clock.
  package var serverRate: Double?
  /// Seconds for the prompt, by the server's own clock; nil if it does not report them.
  package let serverPromptTime: Double?
  /// The model's answer; empty if the request failed.
  package var answer: String
  /// Why the request failed; nil if it succeeded.
  package var failure: Failure?
  /// The score of the answer; nil if the answer is not scored.
  package var score: Score?

  /// Why a request counts as a failure.
  package struct Failure: Sendable, Equatable {
    package let kind: Kind
    /// Details from the server or the system; empty if there are none.
    package let detail: String

    /// Creates a failure, with the message of the server if there is one.
    package init(_ kind: Kind, _ detail: String = "") {
      self.kind = kind
      self.detail = detail
    }
  }

  /// The kind of a failure; `--json` uses the raw values.
  package enum Kind: String, Sendable, CaseIterable {
    case connection, status, stalled, timeout, closed, garbage, refused, endless, empty

    /// A short description, such as "stalled".
    package var text: String {
      switch self {
      case .connection: "no connection"
      case .status: "error status"
      case .stalled: "stalled"
      case .timeout: "timed out"
      case .closed: "connection closed early"
      case .garbage: "invalid response"
      case .refused: "request refused"
      case .endless: "response too large"
      case .empty: "empty answer"
      }
    }
  }

  /// Creates a measurement from times in seconds, which it rounds to microseconds.
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
    self.started = Self.kept(started)
    self.firstToken = firstToken.map(Self.kept)
    self.latency = Self.kept(latency)
    self.gaps = gaps.map(Self.kept)
    self.promptTokens = promptTokens
    self.completionTokens = completionTokens
    self.serverRate = serverRate
    self.serverPromptTime = serverPromptTime.map(Self.kept)
    self.answer = answer
    self.failure = failure
    self.score = score
  }

  /// Counts the time at which it was sent from another moment, in seconds on the same clock.
  package mutating func count(from start: Double) { started = Self.kept(started - start) }

  /// Returns a time in seconds without what is below a microsecond.
  private static func kept(_ seconds: Double) -> Double {
    (seconds * 1_000_000).rounded() / 1_000_000
  }

  /// The mean seconds between two tokens of the answer; nil for fewer than two tokens.
  ///
  /// It uses the end of the answer instead of its last piece, because a token without text is not
  /// sent as a piece.
  var tokenTime: Double? {
    guard failure == nil, let tokens = completionTokens, tokens > 1, let firstToken,
      latency > firstToken
    else { return nil }
    return (latency - firstToken) / Double(tokens - 1)
  }

  /// Tokens per second after the first token, by the client's clock; nil for fewer than two tokens.
  var rate: Double? { tokenTime.map { 1 / $0 } }
}
