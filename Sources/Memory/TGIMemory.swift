package import Models

/// The TGI settings that affect memory; nil for the launcher's default.
package struct TGISettings: Sendable, Equatable {
  /// `--cuda-memory-fraction`.
  package var share = 1.0
  /// `--max-total-tokens`.
  package var context: Int?
  /// `--max-batch-prefill-tokens`.
  package var batchedTokens: Int?
  /// `--dtype`.
  package var dataType: String?
  /// `--quantize`.
  package var quantization: String?
  /// `--kv-cache-dtype`.
  package var cacheType = "auto"
  /// `--num-shard`.
  package var shards = 1

  package init() {}
}

/// The memory of TGI (3.3.7, server/text_generation_server/models/flash_causal_lm.py, warmup).
package struct TGIMemory {
  let shape: Shape
  let settings: TGISettings
  let total: Double

  /// Creates an estimate's inputs.
  ///
  /// - Parameter memory: Bytes of each card.
  /// - Throws: ``MissingFacts``.
  package init(_ facts: ModelFacts, _ settings: TGISettings, memory: Int) throws(MissingFacts) {
    shape = try Shape(facts)
    self.settings = settings
    total = Double(memory)
  }

  private static let source = "TGI 3.3.7, models/flash_causal_lm.py, warmup"

  private var weights: MemoryTerm? {
    let parts = Double(max(1, settings.shards))
    let size = settings.dataType == "float32" ? 4.0 : 2.0
    let asked = settings.quantization == "eetq" ? "fp8" : settings.quantization
    func term(_ sized: ServedWeights.Sized) -> MemoryTerm {
      MemoryTerm(
        .weights, sized.bytes, .derived, spread: sized.spread, sized.formula,
        [
          .init("num_shard", parts, parts > 1 ? .profile : .launcher),
          .init("layers", shape.layers, .model),
        ],
        source: Self.source)
    }
    guard
      let storage = ServedWeights.storage(
        of: shape.facts.quantization, asked: asked, plainBytes: size)
    else { return ServedWeights.ofFiles(shape.facts, over: parts).map(term) }
    let served = ServedWeights(
      shape: shape, tensorParts: parts, pipelineParts: 1, expertParts: 1, plainBytes: size,
      dense: storage.dense, experts: storage.experts, padsExperts: false)
    return term(served.sized(asked: asked, spread: (0.02, 0.05)))
  }

  /// The estimate; the pool gets the memory that remains.
  package var estimate: MemoryEstimate {
    let facts = shape.facts
    let parts = Double(max(1, settings.shards))
    let size = settings.dataType == "float32" ? 4.0 : 2.0
    let source = Self.source
    var estimate = MemoryEstimate(terms: [])
    estimate.gpuCount = Bytes.whole(parts)
    estimate.note(shape)
    guard let weights,
      let number = BlockCache.bytes(
        of: settings.cacheType.hasPrefix("fp8") ? "fp8" : settings.cacheType, plain: size)
    else {
      estimate.notes.append("The format of the weights or of the KV cache is not known.")
      return estimate
    }
    let tokens = Double(settings.batchedTokens ?? 4096)
    let activation = MemoryTerm(
      .activation,
      tokens * size * (4 * shape.hidden + 3 * shape.inner / parts) + tokens * shape.vocabulary * 2,
      .derived, spread: (0.8, 1.5), "one batch of prompts",
      [
        .init(
          "max_batch_prefill_tokens", tokens, settings.batchedTokens == nil ? .launcher : .profile)
      ],
      source: source)
    let driver = MeasuredConstants.context(parts: parts).term(.context, parts: parts)
    // TGI leaves a tenth free.
    let budget = total * settings.share * 0.9
    let fixed = [weights, activation, driver]
    let pool = fixed.reduce(budget) { $0 - Double($1.bytes) }
    let low = fixed.reduce(budget) { $0 - $1.span.upperBound }
    let high = fixed.reduce(budget) { $0 - $1.span.lowerBound }
    estimate.budget = Bytes.whole(budget)
    estimate.taking = .rest(settings.share * 0.9)
    estimate.outside = []
    let term = MemoryTerm(
      .kvPool, pool, .derived, range: low...high, "memory x share x 0.9 - all other terms",
      [.init("memory", total, .card), .init("cuda_memory_fraction", settings.share, .profile)],
      source: source)
    estimate.terms = fixed + [term]
    let cell = BlockCache.parts(
      of: facts, tensorParts: parts, pipelineParts: 1, numberBytes: number, stateBytes: 4,
      draftTokens: 0
    ).reduce(0) { $0 + ($1.kind == .state ? 0 : $1.layers * $1.bytes) }
    guard cell > 0 else { return estimate }
    func count(_ bytes: Int) -> Int { Bytes.whole(Bytes.quotient(Double(bytes), cell)) }
    let length = settings.context ?? facts.contextLength ?? 4096
    estimate.capacity = MemoryEstimate.Capacity(
      tokens: count(term.bytes), range: count(term.range.lowerBound)...count(term.range.upperBound),
      requests: Double(count(term.bytes)) / Double(max(1, length)),
      longest: min(count(term.bytes), facts.reachableContext ?? length),
      safest: min(count(term.range.lowerBound), facts.reachableContext ?? length), context: length)
    let needed = settings.context == nil ? 0 : Double(length) * cell
    estimate.least = Bytes.whole(
      (fixed.reduce(0) { $0 + Double($1.bytes) } + Double(length) * cell)
        / max(0.01, settings.share * 0.9))
    estimate.room = low...high
    estimate.bytesOfRequest = Double(length) * cell
    estimate.verdict = .init(spare: (low - needed)...(high - needed))
    estimate.refuseSplit(shape, tensorParts: parts)
    return estimate
  }
}
