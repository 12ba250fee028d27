import Models

extension VLLMMemory {
  /// The parts of its cache; nil for a cache whose format is not known.
  var cache: BlockCache? {
    guard let size = BlockCache.bytes(of: settings.cacheType, plain: plainBytes) else { return nil }
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
    let keepsPrefixes = settings.keepsPrefixes ?? false
    return BlockCache(
      parts: parts, blockSize: block, batchedTokens: batchedTokens,
      statesOfRequest: settings.draftTokens > 0
        ? 1 + Double(settings.draftTokens) : keepsPrefixes ? 2 : 1)
  }

  /// All of it.
  package var estimate: MemoryEstimate {
    let requested = (total * share).rounded(.up)
    let inner = [weights, activation, nonTorch].compactMap { $0 } + (isAtLeast(21) ? [graphs] : [])
    var estimate = MemoryEstimate(terms: [])
    estimate.gpuCount = Bytes.whole(tensorParts * pipelineParts)
    estimate.budget = Bytes.whole(requested)
    estimate.taking = .share(share)
    if !gpu.isMeasured {
      estimate.notes.append("What libraries and graphs take was measured on NVIDIA's cards alone.")
    }
    if gpu.card == nil {
      estimate.notes.append("The card is not known: its multiprocessors are taken to be 108.")
    }
    if settings.release == nil {
      estimate.notes.append("The release is not known: the figures are those of 0.33.")
    }
    var pool: MemoryTerm?
    if weights == nil {
      estimate.notes.append("How its weights are stored is not known, so their size is not.")
    } else {
      pool = self.pool(requested, beside: inner)
    }
    estimate.terms =
      inner + [pool].compactMap { $0 } + (isAtLeast(21) ? [] : [graphs]) + [driver]
    guard let cache, let pool else {
      if cache == nil { estimate.notes.append("How its cache is stored is not known.") }
      return estimate
    }
    if !shape.isKnown, facts.weights == nil {
      estimate.notes.append(
        "The shapes of this family are not wholly known: 'amm lock' reads the sizes of its files.")
    }
    if !facts.missingFiles.isEmpty {
      estimate.notes.append("Files of the model are missing: \(facts.missingFiles.count).")
    }
    if facts.hasUnknownLayers {
      estimate.notes.append("The states of some layers are not known, and are left out.")
    }
    estimate.capacity = capacity(cache, pool)
    let needed = cache.blocks(ofRequest: Double(context)) * cache.bytesOfBlock
    estimate.least = Bytes.whole(inner.reduce(needed) { $0 + Double($1.bytes) } / max(0.01, share))
    let room = settings.cacheBytes == nil ? self.room(requested, beside: inner) : pool.span
    estimate.verdict = .init(spare: (room.lowerBound - needed)...(room.upperBound - needed))
    estimate.refuseSplit(shape, tensorParts: tensorParts, pipelineParts: pipelineParts)
    return estimate
  }

  /// What is left for the pool, which may be less than nothing.
  private func room(_ requested: Double, beside terms: [MemoryTerm]) -> ClosedRange<Double> {
    // Terms err independently of each other, so their errors add up as squares.
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
        .kvPool, Double(bytes), .exact, "as it is set",
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

  private func capacity(_ cache: BlockCache, _ pool: MemoryTerm) -> MemoryEstimate.Capacity {
    let length = Double(context)
    func tokens(_ bytes: Int) -> Double {
      let blocks = cache.blocks(in: Double(bytes))
      return isAtLeast(21)
        ? (cache.requests(of: length, in: Double(bytes)) * length).rounded(.down)
        : Bytes.quotient(blocks, cache.groups) * cache.blockSize
    }
    let limit = Double(facts.reachableContext ?? facts.contextLength ?? context)
    return MemoryEstimate.Capacity(
      tokens: Bytes.whole(tokens(pool.bytes)),
      range: Bytes.whole(
        tokens(pool.range.lowerBound))...Bytes.whole(
          tokens(pool.range.upperBound)),
      requests: cache.requests(of: length, in: Double(pool.bytes)),
      longest: Bytes.whole(cache.longest(in: Double(pool.bytes), atMost: limit)),
      safest: Bytes.whole(cache.longest(in: Double(pool.range.lowerBound), atMost: limit)),
      context: context)
  }
}

extension MemoryTerm {
  /// What it may be, as numbers of a formula.
  var span: ClosedRange<Double> { Double(range.lowerBound)...Double(range.upperBound) }
}
