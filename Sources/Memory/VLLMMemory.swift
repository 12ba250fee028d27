package import Models

/// What vLLM is told that its memory depends on; nil for what is left to it.
package struct VLLMSettings: Sendable, Equatable {
  /// Nil for one that is not known.
  package var release: ServerRelease?
  /// The share of the card that it fills.
  package var share: Double?
  /// Tokens of a request.
  package var context: Int?
  /// Requests at a time (`--max-num-seqs`).
  package var sequences: Int?
  /// Tokens of a step (`--max-num-batched-tokens`).
  package var batchedTokens: Int?
  /// `--kv-cache-dtype`.
  package var cacheType = "auto"
  /// `--kv-cache-memory-bytes`.
  package var cacheBytes: Int?
  /// `--block-size`.
  package var blockSize: Int?
  /// `--dtype`.
  package var dataType: String?
  /// `--quantization`.
  package var quantization: String?
  /// GPUs that each layer is split over.
  package var tensorParts = 1
  /// GPUs that layers are dealt out to.
  package var pipelineParts = 1
  /// Whether experts are dealt out whole.
  package var isExpertParallel = false
  /// Copies of the model.
  package var dataParts = 1
  /// Tokens that are guessed at a time.
  package var draftTokens = 0
  /// Whether beginnings of prompts are kept.
  package var keepsPrefixes: Bool?
  /// Whether nothing is recorded or compiled.
  package var isEager = false

  package init() {}
}

/// The memory of vLLM (0.33.0, v1/worker/gpu_worker.py, determine_available_memory).
package struct VLLMMemory {
  let shape: Shape
  let settings: VLLMSettings
  let gpu: GPU

  /// - Throws: ``MissingFacts``.
  package init(
    _ facts: ModelFacts, _ settings: VLLMSettings, on gpu: GPU
  ) throws(MissingFacts) {
    shape = try Shape(facts)
    self.settings = settings
    self.gpu = gpu
  }

  var total: Double { Double(gpu.memory) }
  private var facts: ModelFacts { shape.facts }
  private var tensorParts: Double { Double(max(1, settings.tensorParts)) }
  private var pipelineParts: Double { Double(max(1, settings.pipelineParts)) }
  private var plainBytes: Double { settings.dataType == "float32" ? 4 : 2 }

  func isAtLeast(_ minor: Int) -> Bool {
    settings.release.map { $0 >= ServerRelease(0, minor) } ?? true
  }

  // MARK: What is left to it

  /// engine/arg_utils.py, get_batch_defaults, of its server.
  private var defaults: (tokens: Int, sequences: Int) {
    let isLarge =
      total >= 70 * Bytes.gibibyte && gpu.card?.name != "A100" && !gpu.isUnified
    if isAtLeast(31), total >= 160 * Bytes.gibibyte { return (16384, 1024) }
    // Before its engine 1 a step took a whole prompt.
    if !isAtLeast(8) { return (max(2048, context), 256) }
    return isLarge ? (8192, 1024) : (2048, 256)
  }

  var context: Int {
    settings.context ?? facts.reachableContext ?? facts.contextLength ?? 2048
  }

  var sequences: Double { Double(settings.sequences ?? defaults.sequences) }

  var batchedTokens: Double {
    Double(settings.batchedTokens ?? max(defaults.tokens, settings.sequences ?? 0))
  }

  private var share: Double { settings.share ?? (isAtLeast(32) ? 0.92 : 0.9) }

  // MARK: Terms

  private var storage: (dense: Storage, experts: Storage)? {
    ServedWeights.storage(
      of: facts.quantization, asked: settings.quantization, plainBytes: plainBytes)
  }

  /// Nil for weights that are stored in a way whose size is not known.
  var weights: MemoryTerm? {
    let source =
      "vLLM 0.33.0, model_executor/models and layers/quantization; PyTorch 2.9, CUDACachingAllocator.cpp"
    let inputs: [MemoryTerm.Input] = [
      .init("tensor_parallel_size", tensorParts, .profile),
      .init("pipeline_parallel_size", pipelineParts, .profile),
      .init("layers", shape.layers, .model), .init("hidden", shape.hidden, .model),
      .init("vocabulary", shape.vocabulary, .model),
    ]
    guard let storage else {
      guard let known = facts.weights?.total else { return nil }
      return MemoryTerm(
        .weights, Double(known) / tensorParts / pipelineParts, .derived, spread: (0.05, 0.08),
        "bytes of the files / GPUs", inputs, source: source)
    }
    let isDealtOut = settings.isExpertParallel
    let served = ServedWeights(
      shape: shape, tensorParts: tensorParts, pipelineParts: pipelineParts,
      expertParts: isDealtOut ? tensorParts * Double(max(1, settings.dataParts)) : 1,
      plainBytes: plainBytes, dense: storage.dense, experts: storage.experts,
      padsExperts: facts.quantization?.method == "mxfp4")
    let isPlain = storage.dense == .plain(bytes: plainBytes)
    // Which layers stay in 16 bits differs from one repository to the next.
    let isMixed = storage.dense == .floats4(group: 16)
    // Files that are there, or locked, say what shapes that are not wholly known do not.
    let extra = served.made
    if settings.quantization == nil, let known = facts.weights?.total {
      let files = Double(known) / tensorParts / pipelineParts + extra
      if abs(files - served.bytes) > 0.03 * files {
        return MemoryTerm(
          .weights, files, .derived, spread: (0.03, 0.08),
          "bytes of the files / GPUs, and what is made of them",
          inputs, source: source)
      }
    } else if !shape.isKnown {
      return MemoryTerm(
        .weights, served.bytes, .derived, spread: (0.5, 0.5),
        "each matrix, of a family whose shapes are not wholly known", inputs, source: source)
    }
    let isSure =
      facts.vision == nil && !facts.hasStates && facts.quantization?.method != "mxfp4"
    return MemoryTerm(
      .weights, served.bytes, .derived,
      spread: isPlain && isSure
        ? (0.003, 0.003) : isMixed ? (0.03, 0.12) : isSure ? (0.015, 0.015) : (0.04, 0.04),
      "each matrix as the allocator rounds it, \(storage.dense.name), experts \(storage.experts.name), and tables of rotations",
      inputs, source: source)
  }

  /// GiB that its libraries take beside PyTorch.
  var nonTorch: MemoryTerm {
    measured(
      .nonTorch,
      MeasuredConstants.nonTorch(
        settings.release, isHopper: gpu.isHopper, isUnified: gpu.isUnified,
        parts: tensorParts * (settings.isExpertParallel ? Double(max(1, settings.dataParts)) : 1)))
  }

  /// What the driver takes of its process, outside of its share.
  var driver: MemoryTerm {
    measured(.context, MeasuredConstants.context(parts: tensorParts * pipelineParts))
  }

  private func measured(
    _ name: MemoryTerm.Name, _ constant: MeasuredConstants.Range
  ) -> MemoryTerm {
    let unit = Bytes.gibibyte
    return MemoryTerm(
      name, constant.usual * unit, .measured, range: constant.low * unit...constant.high * unit,
      "measured", [.init("GPUs", tensorParts * pipelineParts, .profile)], source: constant.source)
  }

  /// Graphs of the sizes 1, 2, 4, every eighth below 256 and every sixteenth beyond.
  var graphs: MemoryTerm {
    func sizes(_ most: Double) -> Double {
      guard most > 8 else { return most }
      let small = Bytes.parts(min(most, 256) - 8, of: 8)
      return 3 + max(0, small) + (most >= 256 ? Bytes.quotient(most - 256, 16) + 1 : 0)
    }
    let count =
      settings.isEager ? 0 : sizes(min(512, 2 * sequences)) + sizes(min(sequences, 512))
    let constant = MeasuredConstants.graph
    let unit = Bytes.gibibyte * shape.layers * count
    return MemoryTerm(
      .cudaGraphs, constant.usual * unit, .measured,
      range: constant.low * unit...constant.high * unit, "a constant x graphs x layers",
      [.init("graphs", count, .launcher), .init("layers", shape.layers, .model)],
      source: constant.source)
  }

  // MARK: The pool

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
    estimate.gpuCount = Int(tensorParts * pipelineParts)
    estimate.budget = Bytes.whole(requested)
    estimate.taking = .share(share)
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
    let heads = Int(shape.heads)
    if settings.tensorParts > 1, heads % max(1, settings.tensorParts) != 0 {
      estimate.notes.append(
        "Its \(heads) heads cannot be split over \(settings.tensorParts) GPUs: the server does not start."
      )
    }
    if facts.hasUnknownLayers {
      estimate.notes.append("The states of some layers are not known, and are left out.")
    }
    estimate.capacity = capacity(cache, pool)
    let needed = cache.blocks(ofRequest: Double(context)) * cache.bytesOfBlock
    let room = settings.cacheBytes == nil ? self.room(requested, beside: inner) : pool.span
    estimate.verdict = .init(spare: (room.lowerBound - needed)...(room.upperBound - needed))
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
