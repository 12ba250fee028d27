import Values

/// A reader of what lm-evaluation-harness writes with `--log_samples`:
/// `samples_<task>_<time>.jsonl` (0.4, lm_eval/evaluator.py).
package enum LMEvalSamples {
  /// Returns a measurement for each document, scored by the first metric of its first filter.
  ///
  /// - Parameters:
  ///   - lines: The lines of the file, each with one document and one filter.
  ///   - task: The task's name; a group of tasks has several files.
  ///   - firstBlock: The block number of the first measurement.
  /// - Returns: Nil if a line is not in the format of the harness.
  package static func measurements(
    _ lines: some Sequence<Substring>, task: String, side: Int, firstBlock: Int
  ) -> [Measurement]? {
    var measurements: [Measurement] = []
    var filter: JSONValue?
    for line in lines where !line.isEmpty {
      guard let json = JSONValue(parsing: Array(line.utf8)), let document = json["doc_id"]?.integer
      else { return nil }
      // The other filters read the same answers again.
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

  /// The metrics to look for in files of versions that do not list the metrics of a sample.
  private static let usualMetrics = ["exact_match", "acc", "pass@1", "pass_at_1", "f1"]

  /// Returns the filtered answer: a text, possibly inside nested lists.
  private static func answer(_ json: JSONValue) -> String {
    var value = json["filtered_resps"] ?? json["resps"] ?? .null
    while let first = value[0] { value = first }
    return value.text ?? ""
  }
}
