package import Models

/// The SGLang settings that affect memory; nil for the launcher's default.
package struct SGLangSettings: Sendable, Equatable {
  /// The version; nil if it is not known.
  package var release: ServerRelease?
  /// `--mem-fraction-static`.
  package var share: Double?
  /// `--context-length`.
  package var context: Int?
  /// `--max-total-tokens`.
  package var tokens: Int?
  /// `--chunked-prefill-size`.
  package var chunk: Int?
  /// `--kv-cache-dtype`.
  package var cacheType = "auto"
  /// `--dtype`.
  package var dataType: String?
  /// `--quantization`.
  package var quantization: String?
  /// `--tp-size`.
  package var tensorParts = 1
  /// `--pp-size`.
  package var pipelineParts = 1
  /// `--ep-size`.
  package var expertParts = 1
  /// `--swa-full-tokens-ratio`.
  package var windowRatio = 0.8

  package init() {}
}

/// The memory of SGLang (0.5.23, mem_cache/kv_cache_configurator.py, pool_configurator.py;
/// arg_groups/memory_hook.py).
package struct SGLangMemory {
  let shape: Shape
  let settings: SGLangSettings
  let total: Double

  /// Creates an estimate's inputs.
  ///
  /// - Parameter memory: Bytes of each card.
  /// - Throws: ``MissingFacts``.
  package init(
    _ facts: ModelFacts, _ settings: SGLangSettings, memory: Int
  ) throws(MissingFacts) {
    shape = try Shape(facts)
    self.settings = settings
    total = Double(memory)
  }

  private var facts: ModelFacts { shape.facts }
  private var tensorParts: Double { Double(max(1, settings.tensorParts)) }
  private var pipelineParts: Double { Double(max(1, settings.pipelineParts)) }
  private var plainBytes: Double { settings.dataType == "float32" ? 4 : 2 }
  private static let source = "SGLang 0.5.23, "

  /// The tokens per step; the default depends on the card's memory.
  private var chunk: Double {
    if let chunk = settings.chunk { return max(0, Double(chunk)) }
    let size = total / Bytes.gibibyte
    return size < 20 ? 2048 : size < 60 ? 4096 : size < 160 ? 8192 : 16384
  }

  /// The share of free memory that the server fills.
  private var share: Double {
    if let share = settings.share { return share }
    return max(0, min(1, 1 - reserved * Bytes.mebibyte / total))
  }

  /// The MiB that the server leaves for steps and graphs if no share is set.
  private var reserved: Double {
    let least = 512 + 1.5 * chunk + tensorParts * pipelineParts / 8 * 1024
    return total > 60 * Bytes.gibibyte ? max(least, 10 * 1024) : least
  }

  /// Whether the share is set, or the version computes it as the sources that were read do.
  private var isDefaultKnown: Bool {
    settings.share != nil || settings.release.map { $0 >= ServerRelease(0, 5, 20) } ?? true
  }

  private func tellVersion(in estimate: inout MemoryEstimate) {
    guard let release = settings.release else { return }
    if !isDefaultKnown {
      estimate.notes.append(
        "The default of 'mem_fraction_static' is that of SGLang 0.5.23, and this version is older.")
    } else if release > ServerRelease(0, 5, 23) {
      estimate.notes.append("The figures are for SGLang 0.5.23, and this version is newer.")
    }
  }

  private var weights: MemoryTerm? {
    let source = Self.source + "models and layers/quantization"
    let inputs: [MemoryTerm.Input] = [
      .init("tp_size", tensorParts, tensorParts > 1 ? .profile : .launcher),
      .init("layers", shape.layers, .model),
      .init("hidden", shape.hidden, .model),
    ]
    func term(_ sized: ServedWeights.Sized) -> MemoryTerm {
      MemoryTerm(
        .weights, sized.bytes, .derived,
        range: sized.bytes * (1 - sized.spread.low)...sized.bytes * (1 + sized.spread.high) + 300
          * Bytes.mebibyte, sized.formula, inputs, source: source)
    }
    guard
      let storage = ServedWeights.storage(
        of: facts.quantization, asked: settings.quantization, plainBytes: plainBytes)
    else { return ServedWeights.ofFiles(facts, over: tensorParts * pipelineParts).map(term) }
    let served = ServedWeights(
      shape: shape, tensorParts: tensorParts, pipelineParts: pipelineParts,
      expertParts: Double(max(1, settings.expertParts)), plainBytes: plainBytes,
      dense: storage.dense, experts: storage.experts,
      padsExperts: facts.quantization?.method == "mxfp4")
    // SGLang uses the driver's figure, which includes the allocator's segments and more.
    return term(
      served.sized(
        asked: settings.quantization, spread: (0.01, 0.03),
        formula: "each matrix, rounded by the allocator, \(storage.dense.name)"))
  }

  private var driver: MemoryTerm {
    MeasuredConstants.context(parts: tensorParts * pipelineParts)
      .term(.context, parts: tensorParts * pipelineParts)
  }

  /// The bytes per token, with windows weighted by their share of the pool; nil for an unknown
  /// cache format.
  var cell: Double? { cell(of: settings.cacheType) }

  private func cell(of type: String) -> Double? {
    let word = type == "fp8_e5m2" || type == "fp8_e4m3" ? "fp8" : type
    guard let size = BlockCache.bytes(of: word, plain: plainBytes) else { return nil }
    return BlockCache.parts(
      of: facts, tensorParts: tensorParts, pipelineParts: pipelineParts, numberBytes: size,
      stateBytes: 4, draftTokens: 0
    ).reduce(0) { sum, part in
      switch part.kind {
      case .full: sum + part.layers * part.bytes
      case .sliding, .chunked: sum + part.layers * part.bytes * settings.windowRatio
      case .state: sum
      }
    }
  }

  /// The estimate.
  package var estimate: MemoryEstimate {
    var estimate = MemoryEstimate(terms: [weights, driver].compactMap { $0 })
    estimate.gpuCount = Bytes.whole(tensorParts * pipelineParts)
    guard let weights, let cell, cell > 0 else {
      estimate.notes.append("The format of the weights or of the KV cache is not known.")
      return estimate
    }
    let before = total - Double(driver.bytes)
    let budget = before * share
    estimate.budget = Bytes.whole(budget)
    estimate.taking = .partOfFree(share)
    let pool = budget - Double(weights.bytes)
    // Older versions compute the default of the share in other ways.
    let (less, more) = isDefaultKnown ? (0, 0) : (before * 0.1, max(0, before * 0.9 - budget))
    let low = budget - less - weights.span.upperBound - total * (facts.hasStates ? 0.3 : 0.01)
    let high = budget + more - weights.span.lowerBound + Bytes.gibibyte * 0.3
    tellVersion(in: &estimate)
    if facts.hasStates {
      estimate.notes.append("How much of the pool SGLang reserves for states is not known.")
    }
    var term = MemoryTerm(
      .kvPool, pool, .derived, range: low...max(low, high),
      "free x mem_fraction_static - weights",
      [
        .init("memory", total, .card),
        .init("mem_fraction_static", String(share), settings.share == nil ? .launcher : .profile),
      ], source: Self.source + "mem_cache/kv_cache_configurator.py, _profile_available_bytes")
    let limit = settings.tokens.map { Double($0) * cell }
    if let limit, limit < pool {
      term = MemoryTerm(
        .kvPool, limit, .exact, "max_total_tokens x bytes per token",
        [.init("max_total_tokens", limit / cell, .profile)], source: term.source)
    }
    estimate.terms.append(term)
    func tokens(_ bytes: Int) -> Int { Bytes.whole(Bytes.quotient(Double(bytes), cell)) }
    let context = settings.context ?? facts.reachableContext ?? facts.contextLength ?? 2048
    // The model's files can set a format for 'auto', which takes half.
    let hasFormat = settings.cacheType == "auto" && facts.quantization?.cacheType != nil
    let other = hasFormat ? self.cell(of: "fp8") : nil
    if hasFormat {
      estimate.notes.append(
        "The model's files set the format of keys and values, which SGLang may ignore: set 'kv_cache_dtype'."
      )
    }
    let mostTokens = Bytes.whole(
      Bytes.quotient(Double(term.range.upperBound), min(cell, other ?? cell)))
    estimate.capacity = MemoryEstimate.Capacity(
      tokens: tokens(term.bytes),
      range: tokens(term.range.lowerBound)...mostTokens,
      requests: Double(tokens(term.bytes)) / Double(max(1, context)),
      longest: min(tokens(term.bytes), facts.reachableContext ?? context),
      safest: min(tokens(term.range.lowerBound), facts.reachableContext ?? context),
      context: context)
    estimate.least = Bytes.whole(
      (Double(weights.bytes) + Double(context) * cell) / max(0.01, share) + Double(driver.bytes))
    // SGLang starts with any pool, and rejects requests that are longer than the pool.
    estimate.verdict = .init(spare: low...max(low, high))
    let most = limit.map { min($0, max(low, high)) } ?? max(low, high)
    estimate.room = min(low, most)...most
    estimate.bytesOfRequest = Double(context) * cell
    // Steps and graphs use the memory outside of the share.
    let left = before * (1 - share)
    estimate.require(
      spare: left - reserved * 0.5 * Bytes.mebibyte...left - reserved * 0.1 * Bytes.mebibyte,
      "The memory of steps and graphs is not estimated; SGLang's default leaves more for them: lower 'mem_fraction_static'."
    )
    if term.range.lowerBound < Bytes.whole(Double(context) * cell) {
      estimate.notes.append(
        "The server can start with a smaller pool, and then rejects texts that do not fit.")
    }
    estimate.requireRequest()
    estimate.refuseSplit(shape, tensorParts: tensorParts, pipelineParts: pipelineParts)
    return estimate
  }
}
