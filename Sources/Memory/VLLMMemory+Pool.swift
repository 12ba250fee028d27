import Models

extension VLLMMemory {
  /// The format of the KV cache, and another possible one.
  ///
  /// The format of the model's files replaces `auto` (0.19 and later,
  /// model_executor/layers/attention/attention.py and utils/torch_utils.py).
  private var cacheType: (usual: String, other: String?) {
    guard settings.cacheType == "auto", let written = facts.quantization?.cacheType else {
      return (settings.cacheType, nil)
    }
    return written == "fp8" && isAtLeast(19) ? ("fp8", nil) : ("auto", "fp8")
  }

  /// The KV cache; nil if its format is not known.
  var cache: BlockCache? { cache(of: cacheType.usual) }

  private func cache(of type: String) -> BlockCache? {
    guard let size = BlockCache.bytes(of: type, plain: plainBytes) else { return nil }
    let parts = BlockCache.parts(
      of: facts, tensorParts: tensorParts, pipelineParts: pipelineParts, numberBytes: size,
      stateBytes: facts.isOf(["qwen3_next"]) ? 2 : 4,
      draftTokens: Double(settings.draftTokens))
    guard let first = parts.first(where: { $0.kind != .state }) else { return nil }
    var block = Double(settings.blockSize ?? 16)
    // A block of keys and values is at least as large as a state.
    if let state = parts.first(where: { $0.kind == .state }) {
      block = Bytes.up(Bytes.parts(state.bytes, of: first.bytes), to: 16)
    }
    return BlockCache(
      parts: parts, blockSize: block, batchedTokens: batchedTokens,
      statesOfRequest: (keepsPrefixes ? 2 : 1) + Double(settings.draftTokens),
      keepsStateOfBlock: keepsStateOfBlock)
  }

  /// The estimate.
  package var estimate: MemoryEstimate {
    let requested = (total * share).rounded(.up)
    let (weights, offloaded) = placedWeights
    let inner = [weights, activation, nonTorch].compactMap { $0 } + (countsGraphs ? [graphs] : [])
    var estimate = MemoryEstimate(terms: [])
    estimate.host = [offloaded].compactMap { $0 }
    estimate.gpuCount = Bytes.whole(
      tensorParts * pipelineParts * Double(max(1, settings.dataParts)))
    if settings.cacheBytes == nil, !facts.isEncoder {
      estimate.budget = Bytes.whole(requested)
      estimate.taking = .share(share)
      if !isAtLeast(21) { estimate.outside.insert(.cudaGraphs) }
    }
    if !gpu.isMeasured {
      estimate.notes.append("The memory of libraries and graphs was only measured on NVIDIA cards.")
    }
    if gpu.card == nil {
      estimate.notes.append("The card is not known: the estimate assumes 108 multiprocessors.")
    }
    if let release = settings.release, release >= ServerRelease(0, 34) {
      estimate.notes.append("The figures are for vLLM 0.33, and this version is newer.")
    }
    if isOlder {
      estimate.notes.append("The figures start with vLLM 0.6, and this version is older.")
    }
    if settings.release == nil {
      estimate.notes.append("The vLLM version is not known: the figures are for 0.33.")
    }
    if facts.isEncoder {
      take(inner, of: requested, into: &estimate)
      return estimate
    }
    var pool: MemoryTerm?
    if weights == nil {
      estimate.notes.append("The format of the weights, and so their size, is not known.")
    } else {
      pool = self.pool(requested, beside: inner)
    }
    estimate.terms =
      inner + [pool].compactMap { $0 } + (countsGraphs ? [] : [graphs]) + [driver]
    guard let cache, let pool else {
      if cache == nil { estimate.notes.append("The format of the KV cache is not known.") }
      return estimate
    }
    estimate.note(shape)
    if !facts.missingFiles.isEmpty {
      estimate.notes.append("Missing files of the model: \(facts.missingFiles.count).")
    }
    if keepsStateOfBlock {
      estimate.notes.append(
        "This version keeps a state for each block of a prompt, unless 'enable_prefix_caching' is false."
      )
    }
    if facts.hasUnknownLayers {
      estimate.notes.append("The state size of some layers is not known and not included.")
    }
    let other = cacheType.other.flatMap(self.cache(of:))
    if other != nil {
      estimate.notes.append(
        "The model's files set the format of keys and values, which this version may ignore: set 'kv_cache_dtype'."
      )
    }
    estimate.capacity = capacity(cache, or: other, pool)
    let needed = cache.blocks(ofRequest: Double(context)) * cache.bytesOfBlock
    let least = other.map { min(needed, $0.blocks(ofRequest: Double(context)) * $0.bytesOfBlock) }
    estimate.least = Bytes.whole(inner.reduce(needed) { $0 + Double($1.bytes) } / max(0.01, share))
    let room = settings.cacheBytes == nil ? self.room(requested, beside: inner) : pool.span
    let mostSpare = room.upperBound - (least ?? needed)
    estimate.verdict = .init(spare: (room.lowerBound - needed)...mostSpare)
    (estimate.room, estimate.bytesOfRequest) = (room, needed)
    estimate.needs =
      Bytes.whole(
        requested - room.upperBound + (least ?? needed))...Bytes.whole(
        requested - room.lowerBound + needed)
    requireCard(of: &estimate, requested)
    if settings.cacheType == "fp8_ds_mla", shape.latent == nil {
      estimate.refuse("the cache format 'fp8_ds_mla' only supports DeepSeek's sparse attention")
    }
    estimate.refuseSplit(shape, tensorParts: tensorParts, pipelineParts: pipelineParts)
    return estimate
  }

  /// Adds the terms of an encoder, which has no keys and values (vLLM 0.33.0,
  /// v1/worker/gpu_model_runner.py, get_kv_cache_spec).
  ///
  /// The share must be free when the server starts, and holds the terms.
  private func take(
    _ terms: [MemoryTerm], of requested: Double, into estimate: inout MemoryEstimate
  ) {
    estimate.terms = terms + [driver]
    estimate.taking = .ofShare(share)
    guard weights != nil else {
      estimate.notes.append("The format of the weights, and so their size, is not known.")
      return
    }
    let room = room(requested, beside: terms)
    estimate.verdict = .init(spare: room)
    estimate.needs =
      Bytes.whole(requested - room.upperBound)...Bytes.whole(requested - room.lowerBound)
    estimate.least = estimate.needs?.upperBound
    estimate.notes.append("An encoder has no KV cache. Its steps were not measured.")
    estimate.refuseSplit(shape, tensorParts: tensorParts, pipelineParts: pipelineParts)
  }

  /// Checks that the card has memory for the process outside of the share, and for CUDA graphs if the
  /// version does not count them.
  private func requireCard(of estimate: inout MemoryEstimate, _ requested: Double) {
    if settings.cacheBytes != nil {
      // The share has no effect in this case (v1/worker/gpu_worker.py).
      let need = estimate.range
      estimate.require(
        spare: total - Double(need.upperBound)...total - Double(need.lowerBound),
        "'kv_cache_memory_bytes' sets the size of the cache and overrides the share.")
      return
    }
    let left = total - requested
    estimate.require(
      spare: left - driver.span.upperBound...left - driver.span.lowerBound,
      "The share leaves too little memory for the driver: lower 'gpu_memory_utilization'."
    )
    guard !countsGraphs else { return }
    let most = driver.span.upperBound + Double(graphs.bytes) * 1.5
    estimate.require(
      spare: left - most...max(left - most, left - driver.span.lowerBound - graphs.span.lowerBound),
      "This version of vLLM does not count CUDA graphs as part of the share: lower 'gpu_memory_utilization'."
    )
  }

  /// The weights on each GPU and in main memory (vLLM 0.33.0, model_executor/offloader/uva.py).
  private var placedWeights: (gpu: MemoryTerm?, host: MemoryTerm?) {
    guard let weights, settings.offload > 0, weights.bytes > 0 else { return (weights, nil) }
    let share = min(1, settings.offload * Bytes.gibibyte / Double(weights.bytes))
    return (weights.scaled(by: 1 - share), weights.scaled(by: share * tensorParts * pipelineParts))
  }

  /// Returns the memory that is left for the pool, which can be negative.
  private func room(_ requested: Double, beside terms: [MemoryTerm]) -> ClosedRange<Double> {
    // The errors of the terms are independent, so their squares add up.
    let expected = terms.reduce(requested) { $0 - Double($1.bytes) }
    func error(_ side: (MemoryTerm) -> Double) -> Double {
      terms.reduce(0) { $0 + side($1) * side($1) }.squareRoot()
    }
    let less = error { Double($0.range.upperBound - $0.bytes) }
    let more = error { Double($0.bytes - $0.range.lowerBound) }
    return (expected - less)...(expected + more)
  }

  private func pool(_ requested: Double, beside terms: [MemoryTerm]) -> MemoryTerm {
    let source = "vLLM 0.33.0, v1/worker/gpu_worker.py, determine_available_memory"
    if let bytes = settings.cacheBytes {
      return MemoryTerm(
        .kvPool, Double(bytes), .exact, "as set",
        [.init("kv_cache_memory_bytes", Double(bytes), .profile)], source: source)
    }
    let room = room(requested, beside: terms)
    let names = terms.map { $0.name.rawValue.replacing("_", with: " ") }.joined(separator: " - ")
    return MemoryTerm(
      .kvPool, terms.reduce(requested) { $0 - Double($1.bytes) }, .derived, range: room,
      "memory x share - \(names)",
      [
        .init("memory", total, .card),
        .init(
          "gpu_memory_utilization", String(share), settings.share == nil ? .launcher : .profile),
      ], source: source)
  }

  /// - Parameter other: The cache with another possible format.
  private func capacity(
    _ cache: BlockCache, or other: BlockCache?, _ pool: MemoryTerm
  ) -> MemoryEstimate.Capacity {
    let length = Double(context)
    func tokens(_ bytes: Int, _ cache: BlockCache) -> Double {
      let blocks = cache.blocks(in: Double(bytes))
      return isAtLeast(20, 1)
        ? (cache.requests(of: length, in: Double(bytes)) * length).rounded(.down)
        : Bytes.quotient(blocks, cache.groups) * cache.blockSize
    }
    let limit = Double(facts.reachableContext ?? facts.contextLength ?? context)
    return MemoryEstimate.Capacity(
      tokens: Bytes.whole(tokens(pool.bytes, cache)),
      range: Bytes.whole(
        tokens(pool.range.lowerBound, cache))...Bytes.whole(
          max(
            tokens(pool.range.upperBound, cache),
            other.map { tokens(pool.range.upperBound, $0) } ?? 0)),
      requests: cache.requests(of: length, in: Double(pool.bytes)),
      longest: Bytes.whole(cache.longest(in: Double(pool.bytes), atMost: limit)),
      safest: Bytes.whole(cache.longest(in: Double(pool.range.lowerBound), atMost: limit)),
      context: context)
  }
}

extension MemoryTerm {
  /// The range as doubles for formulas.
  var span: ClosedRange<Double> { Double(range.lowerBound)...Double(range.upperBound) }
}
