/// A metric of requests.
package enum Metric: String, Sendable, CaseIterable {
  case firstToken = "time_to_first_token"
  case gap = "inter_token_latency"
  case rate = "tokens_per_second"
  case latency = "end_to_end_latency"
  case throughput = "throughput"

  /// The name, for a table.
  package var title: String {
    switch self {
    case .firstToken: "time to first token"
    case .gap: "inter-token latency"
    case .rate: "tokens per second"
    case .latency: "end-to-end latency"
    case .throughput: "throughput"
    }
  }

  /// Returns the unit of the scaled values.
  package func unit(of kind: TaskDocument.Kind) -> String {
    switch self {
    case .firstToken, .gap, .latency: "ms"
    case .rate: "tokens/s"
    case .throughput: kind == .embedding ? "requests/s" : "tokens/s"
    }
  }

  /// Whether larger values are better.
  package var isBetterHigher: Bool { self == .rate || self == .throughput }

  /// A short explanation for people who are new to the metric.
  package var meaning: String {
    switch self {
    case .firstToken: "time from sending a request to the first piece of the answer"
    case .gap: "mean time between two tokens of an answer"
    case .rate: "tokens of one answer per second, from its first piece to its end"
    case .latency: "time from sending a request to the end of the answer"
    case .throughput: "combined rate of all concurrent answers, including waiting time"
    }
  }

  /// Returns the value of one request, in seconds or tokens per second, or nil if there is none.
  package func value(of measurement: Measurement) -> Double? {
    guard measurement.failure == nil else { return nil }
    switch self {
    case .firstToken: return measurement.firstToken
    case .gap: return measurement.tokenTime
    case .rate: return measurement.rate
    // Answers that another program scored have no times.
    case .latency: return measurement.latency > 0 ? measurement.latency : nil
    case .throughput: return nil
    }
  }

  /// Returns the value of a block of concurrent requests, or nil if one of them has no value.
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

  /// Returns a value in the unit of the report: times in milliseconds.
  package func scaled(_ value: Double) -> Double {
    switch self {
    case .firstToken, .gap, .latency: value * 1000
    case .rate, .throughput: value
    }
  }
}
