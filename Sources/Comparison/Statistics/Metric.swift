/// Something that is measured of requests.
package enum Metric: String, Sendable, CaseIterable {
  case firstToken = "time_to_first_token"
  case gap = "inter_token_latency"
  case rate = "tokens_per_second"
  case latency = "end_to_end_latency"
  case throughput = "throughput"

  /// Its name and unit, for a table.
  package var title: String {
    switch self {
    case .firstToken: "time to first token"
    case .gap: "inter-token latency"
    case .rate: "tokens per second"
    case .latency: "end-to-end latency"
    case .throughput: "throughput"
    }
  }

  /// What its values count, once they are scaled for people.
  package func unit(of kind: TaskDocument.Kind) -> String {
    switch self {
    case .firstToken, .gap, .latency: "ms"
    case .rate: "tokens/s"
    case .throughput: kind == .embedding ? "requests/s" : "tokens/s"
    }
  }

  /// Whether the larger of two values is the better one.
  package var isBetterHigher: Bool { self == .rate || self == .throughput }

  /// One sentence for people who read the name for the first time.
  package var meaning: String {
    switch self {
    case .firstToken: "from sending a request to the first piece of the answer"
    case .gap: "between two tokens of an answer, on average within a request"
    case .rate: "tokens of one answer, from its first piece to its end"
    case .latency: "from sending a request to the end of the answer"
    case .throughput: "all that is answered at once, waiting included"
    }
  }

  /// The value of one request, in seconds or tokens per second; nil where it has none.
  package func value(of measurement: Measurement) -> Double? {
    guard measurement.failure == nil else { return nil }
    switch self {
    case .firstToken: return measurement.firstToken
    case .gap: return measurement.tokenTime
    case .rate: return measurement.rate
    // Nobody took the time of what another program scored.
    case .latency: return measurement.latency > 0 ? measurement.latency : nil
    case .throughput: return nil
    }
  }

  /// The value of the requests that were under way at once; nil where one has none.
  package func value(ofBlock block: [Measurement], kind: TaskDocument.Kind) -> Double? {
    guard self == .throughput else {
      let values = block.compactMap(value)
      guard !values.isEmpty, values.count == block.count else { return nil }
      return values.reduce(0, +) / Double(values.count)
    }
    guard !block.isEmpty, block.allSatisfy({ $0.failure == nil }) else { return nil }
    let start = block.map(\.started).min() ?? 0
    let end = block.map { $0.started + $0.latency }.max() ?? 0
    let work =
      kind == .embedding ? block.count : block.reduce(0) { $0 + ($1.completionTokens ?? 0) }
    return end > start && work > 0 ? Double(work) / (end - start) : nil
  }

  /// As people read it: times in milliseconds.
  package func scaled(_ value: Double) -> Double {
    switch self {
    case .firstToken, .gap, .latency: value * 1000
    case .rate, .throughput: value
    }
  }
}
