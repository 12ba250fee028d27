package import Values

/// A reader of the JSON that `guidellm` writes: `benchmarks`, each with `requests` grouped by
/// outcome (0.8, guidellm/schemas).
package enum GuideLLMReport {
  /// Returns a measurement for each completed or failed request.
  ///
  /// - Returns: Nil if the JSON is not a GuideLLM report.
  package static func measurements(_ json: JSONValue, side: Int) -> [Measurement]? {
    guard let benchmarks = json["benchmarks"]?.list, !benchmarks.isEmpty else { return nil }
    var measurements: [Measurement] = []
    for benchmark in benchmarks {
      guard let successful = benchmark["requests"]?["successful"]?.list else { return nil }
      let requests =
        successful.map { ($0, false) }
        + (benchmark["requests"]?["errored"]?.list ?? []).map { ($0, true) }
      for (request, hasFailed) in requests {
        guard let latency = request["request_latency"]?.number ?? (hasFailed ? 0 : nil) else {
          return nil
        }
        let first = request["time_to_first_token_ms"]?.number.map { $0 / 1000 }
        let tokens = request["output_tokens"]?.integer
        measurements.append(
          Measurement(
            side: side, block: measurements.count, item: nil,
            condition: Condition(
              promptTokens: request["prompt_tokens"]?.integer, depth: nil, clients: 1),
            started: request["request_start_time"]?.number ?? 0, firstToken: first,
            latency: latency, gaps: gaps(request, tokens: tokens),
            promptTokens: request["prompt_tokens"]?.integer, completionTokens: tokens,
            answer: request["output"]?.text ?? "",
            failure: hasFailed
              ? .init(.refused, String((request["info"]?["error"]?.text ?? "").prefix(200))) : nil))
      }
    }
    guard let start = measurements.map(\.started).min() else { return nil }
    for index in measurements.indices { measurements[index].count(from: start) }
    return measurements
  }

  /// Returns the mean gap, repeated once for each gap: GuideLLM does not write the single gaps.
  private static func gaps(_ request: JSONValue, tokens: Int?) -> [Double] {
    guard let tokens, tokens > 1, let mean = request["inter_token_latency_ms"]?.number else {
      return []
    }
    return Array(repeating: mean / 1000, count: min(tokens - 1, 100_000))
  }
}
