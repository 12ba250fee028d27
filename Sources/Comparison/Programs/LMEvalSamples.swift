import Values

/// What lm-evaluation-harness writes with `--log_samples`: `samples_<task>_<time>.jsonl` (0.4,
/// lm_eval/evaluator.py).
package enum LMEvalSamples {
  /// A measurement for each document, scored by the first metric of its first filter.
  ///
  /// - Parameters:
  ///   - lines: The file's lines, each a document under a filter.
  ///   - task: The task's name; a group has several files.
  ///   - firstBlock: The number of the first one.
  /// - Returns: Nil where the lines are not what the harness writes.
  package static func measurements(
    _ lines: some Sequence<Substring>, task: String, side: Int, firstBlock: Int
  ) -> [Measurement]? {
    var measurements: [Measurement] = []
    var filter: JSONValue?
    for line in lines where !line.isEmpty {
      guard let json = JSONValue(parsing: Array(line.utf8)), let document = json["doc_id"]?.integer
      else { return nil }
      // The same answers, read by another filter.
      if let filter, json["filter"] != filter { continue }
      filter = json["filter"] ?? .null
      let names = json["metrics"]?.list?.compactMap(\.text) ?? usualMetrics
      guard let score = names.lazy.compactMap({ json[$0]?.number }).first else { return nil }
      measurements.append(
        Measurement(
          side: side, block: firstBlock + measurements.count, item: "\(task)/\(document)",
          condition: Condition(promptTokens: nil, depth: nil, clients: 1), started: 0,
          firstToken: nil, latency: 0, answer: answer(json), score: Score(score)))
    }
    return measurements
  }

  /// Metrics of releases that do not list a sample's.
  private static let usualMetrics = ["exact_match", "acc", "pass@1", "pass_at_1", "f1"]

  /// The answer as the filter left it: a text, or a list of lists around one.
  private static func answer(_ json: JSONValue) -> String {
    var value = json["filtered_resps"] ?? json["resps"] ?? .null
    while let first = value[0] { value = first }
    return value.text ?? ""
  }
}
