package import Values

/// A reader of what `vllm bench serve --save-result --save-detailed` writes (0.11,
/// vllm/benchmarks/serve.py).
package enum VLLMBenchResult {
  /// Returns a measurement for each request.
  ///
  /// - Returns: Nil if the JSON is not a result of `vllm bench serve`.
  package static func measurements(_ json: JSONValue, side: Int) -> [Measurement]? {
    guard let first = json["ttfts"]?.list, let gaps = json["itls"]?.list,
      let inputs = json["input_lens"]?.list, let outputs = json["output_lens"]?.list,
      let errors = json["errors"]?.list, !first.isEmpty,
      [gaps, inputs, outputs, errors].allSatisfy({ $0.count == first.count })
    else { return nil }
    var clock = 0.0
    return first.indices.map { index in
      let firstToken = first[index].number ?? 0
      let between = gaps[index].list?.compactMap(\.number) ?? []
      let latency = firstToken + between.reduce(0, +)
      defer { clock += latency }
      let error = errors[index].text ?? ""
      return Measurement(
        side: side, block: index, item: nil,
        condition: Condition(promptTokens: inputs[index].integer, depth: nil, clients: 1),
        started: clock, firstToken: firstToken, latency: latency, gaps: between,
        promptTokens: inputs[index].integer, completionTokens: outputs[index].integer,
        failure: error.isEmpty ? nil : .init(.refused, String(error.prefix(200))))
    }
  }
}
