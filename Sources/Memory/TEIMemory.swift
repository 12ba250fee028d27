package import Models

/// The memory of TEI (1.9, core/src/infer.rs): weights, and one batch at startup.
package struct TEIMemory {
  let shape: Shape
  /// `--max-batch-tokens`.
  let batchedTokens: Int
  let dataType: String?
  let total: Double?

  /// Creates an estimate's inputs.
  ///
  /// - Parameter memory: Bytes of the card; nil for a server without a GPU.
  /// - Throws: ``MissingFacts``.
  package init(
    _ facts: ModelFacts, batchedTokens: Int?, dataType: String?, memory: Int?
  ) throws(MissingFacts) {
    shape = try Shape(facts)
    self.batchedTokens = batchedTokens ?? 16384
    self.dataType = dataType
    total = memory.map(Double.init)
  }

  /// The estimate; all of it is in main memory if there is no card.
  package var estimate: MemoryEstimate {
    // Gemma 3 is only computed in 32 bits (router/src/lib.rs).
    let isWide =
      dataType == "float32"
      || dataType == nil && (total == nil || shape.facts.isOf(["gemma3_text"]))
    let size = isWide ? 4.0 : 2.0
    let source = "text-embeddings-inference 1.9, backends and core/src/infer.rs"
    let served = ServedWeights(
      shape: shape, tensorParts: 1, pipelineParts: 1, expertParts: 1, plainBytes: size,
      dense: .plain(bytes: size), experts: .plain(bytes: size), padsExperts: false)
    let tokens = Double(batchedTokens)
    // The data type of the files can differ from the one that TEI uses.
    let known =
      shape.facts.isEstimated
      ? served.ofFiles(asked: nil)
      : shape.isKnown
        ? nil
        : shape.facts.parameters.map { count in
          .init(
            bytes: Double(count) * size, spread: (0.1, 0.1),
            formula: "parameters x bytes per weight")
        }
    let weights =
      known
      ?? .init(
        bytes: served.bytes, spread: shape.isKnown ? (0.1, 0.1) : (0.5, 0.5), formula: "each matrix"
      )
    let terms = [
      MemoryTerm(
        .weights, weights.bytes, .derived, spread: weights.spread, weights.formula,
        [.init("layers", shape.layers, .model), .init("hidden", shape.hidden, .model)],
        source: source),
      // No measurements are available.
      MemoryTerm(
        .activation, tokens * size * (6 * shape.hidden + 2 * shape.inner), .derived,
        spread: (0.7, 3), "one batch", [.init("max_batch_tokens", tokens, .profile)],
        source: source),
    ]
    var estimate = MemoryEstimate(terms: total == nil ? [] : terms)
    estimate.gpuCount = total == nil ? 0 : 1
    estimate.note(shape)
    guard let total else {
      estimate.host = terms
      return estimate
    }
    let unit = Bytes.gibibyte
    estimate.terms.append(
      MemoryTerm(
        .context, 0.4 * unit, .measured, range: 0.2 * unit...0.7 * unit, "measured", [],
        source: "logs of single cards"))
    let need = estimate.range
    estimate.least = estimate.bytes
    estimate.verdict = .init(
      spare: total - Double(need.upperBound)...total - Double(need.lowerBound))
    return estimate
  }
}
