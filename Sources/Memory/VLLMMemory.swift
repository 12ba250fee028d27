package import Models

/// The vLLM settings that affect memory; nil for the launcher's default.
package struct VLLMSettings: Sendable, Equatable {
  /// The version; nil if it is not known.
  package var release: ServerRelease?
  /// The share of the card to fill (`--gpu-memory-utilization`).
  package var share: Double?
  /// Tokens per request (`--max-model-len`).
  package var context: Int?
  /// Concurrent requests (`--max-num-seqs`).
  package var sequences: Int?
  /// Tokens per step (`--max-num-batched-tokens`).
  package var batchedTokens: Int?
  /// `--kv-cache-dtype`.
  package var cacheType = "auto"
  /// `--kv-cache-memory-bytes`.
  package var cacheBytes: Int?
  /// `--block-size`.
  package var blockSize: Int?
  /// `--cpu-offload-gb`: GiB of each GPU's weights that stay in main memory.
  package var offload = 0.0
  /// `--dtype`.
  package var dataType: String?
  /// `--quantization`.
  package var quantization: String?
  /// The number of GPUs that each layer is split over.
  package var tensorParts = 1
  /// The number of GPUs that layers are distributed over.
  package var pipelineParts = 1
  /// Whether entire experts are distributed over GPUs.
  package var isExpertParallel = false
  /// The number of copies of the model.
  package var dataParts = 1
  /// The number of speculative tokens per step.
  package var draftTokens = 0
  /// Whether prompt prefixes are cached.
  package var keepsPrefixes: Bool?
  /// Whether a step may process a part of a prompt (`--enable-chunked-prefill`); nil for the
  /// default.
  package var splitsPrompts: Bool?
  /// Whether tokens are drafted from text, without a model.
  package var draftsFromText = false
  /// Whether defaults are for throughput (`--performance-mode`).
  package var prefersThroughput = false
  /// Whether CUDA graphs and compilation are off.
  package var isEager = false

  package init() {}
}

/// The memory of vLLM (0.33.0, v1/worker/gpu_worker.py, determine_available_memory).
package struct VLLMMemory {
  let shape: Shape
  let settings: VLLMSettings
  let gpu: GPU

  /// Creates an estimate's inputs.
  ///
  /// - Throws: ``MissingFacts``.
  package init(
    _ facts: ModelFacts, _ settings: VLLMSettings, on gpu: GPU
  ) throws(MissingFacts) {
    shape = try Shape(facts)
    self.settings = settings
    self.gpu = gpu
  }

  var total: Double { Double(gpu.memory) }
  var facts: ModelFacts { shape.facts }
  var tensorParts: Double { Double(max(1, settings.tensorParts)) }
  var pipelineParts: Double { Double(max(1, settings.pipelineParts)) }
  var plainBytes: Double { settings.dataType == "float32" ? 4 : 2 }

  func isAtLeast(_ minor: Int, _ patch: Int = 0) -> Bool {
    settings.release.map { $0 >= ServerRelease(0, minor, patch) } ?? true
  }

  /// Whether the version is older than the logs from which figures were taken.
  var isOlder: Bool { !isAtLeast(6) }

  // MARK: Defaults

  /// The server's batch defaults (engine/arg_utils.py, get_batch_defaults and
  /// _set_default_max_num_seqs_and_batched_tokens_args).
  private var defaults: (tokens: Int, sequences: Int) {
    let isLarge =
      total >= 70 * Bytes.gibibyte && gpu.card?.name != "A100" && !gpu.isUnified
    if isAtLeast(31), total >= 160 * Bytes.gibibyte { return (16384, 1024) }
    if !isAtLeast(8) { return (splitsPrompts ? 2048 : max(2048, context), 256) }
    return isLarge ? (8192, 1024) : (2048, 256)
  }

  /// Whether a step processes a part of a long prompt.
  ///
  /// Before the V1 engine, this was the default only for long contexts and plain models on NVIDIA
  /// cards (0.6 and 0.7, engine/arg_utils.py, use_long_context).
  var splitsPrompts: Bool {
    if let set = settings.splitsPrompts { return set }
    let isPlain =
      facts.vision == nil && facts.slidingWindow == nil && !facts.hasStates && shape.latent == nil
    return isAtLeast(8)
      || context > 32_768 && isPlain && gpu.isMeasured && settings.draftTokens == 0
  }

  var context: Int {
    settings.context ?? facts.reachableContext ?? facts.contextLength ?? 2048
  }

  /// How much larger the defaults are.
  private var factor: Double { settings.prefersThroughput ? 2 : 1 }

  var sequences: Double {
    if let set = settings.sequences { return Double(set) }
    return min(Double(defaults.sequences) * factor, isAtLeast(12) ? batchedTokens : .infinity)
  }

  var batchedTokens: Double {
    if let set = settings.batchedTokens { return Double(set) }
    var tokens = max(Double(defaults.tokens) * factor, Double(settings.sequences ?? 0))
    if !splitsPrompts { tokens = max(tokens, Double(context)) }
    guard isAtLeast(12) else { return tokens }
    let most = settings.sequences.map(Double.init) ?? Double(defaults.sequences) * factor
    return min(tokens, most * Double(context))
  }

  /// The share of the card to fill (config/cache.py: 0.9 up to 0.19.1, 0.92 from 0.20.0).
  var share: Double { settings.share ?? (isAtLeast(20) ? 0.92 : 0.9) }

  // MARK: Terms

  private var storage: (dense: Storage, experts: Storage)? {
    ServedWeights.storage(
      of: facts.quantization, asked: settings.quantization, plainBytes: plainBytes)
  }

  /// The weights; nil if the size of their storage format is not known.
  var weights: MemoryTerm? {
    let source =
      "vLLM 0.33.0, model_executor/models and layers/quantization; PyTorch 2.9, CUDACachingAllocator.cpp"
    let inputs: [MemoryTerm.Input] = [
      .init("tensor_parallel_size", tensorParts, tensorParts > 1 ? .profile : .launcher),
      .init("pipeline_parallel_size", pipelineParts, pipelineParts > 1 ? .profile : .launcher),
      .init("layers", shape.layers, .model), .init("hidden", shape.hidden, .model),
      .init("vocabulary", shape.vocabulary, .model),
    ]
    func term(_ sized: ServedWeights.Sized) -> MemoryTerm {
      MemoryTerm(
        .weights, sized.bytes, .derived, spread: sized.spread, sized.formula, inputs, source: source
      )
    }
    guard let storage else {
      return ServedWeights.ofFiles(facts, over: tensorParts * pipelineParts).map(term)
    }
    let isDealtOut = settings.isExpertParallel
    let served = ServedWeights(
      shape: shape, tensorParts: tensorParts, pipelineParts: pipelineParts,
      expertParts: isDealtOut ? tensorParts * Double(max(1, settings.dataParts)) : 1,
      plainBytes: plainBytes, dense: storage.dense, experts: storage.experts,
      padsExperts: facts.quantization?.method == "mxfp4")
    let isPlain = storage.dense == .plain(bytes: plainBytes)
    // Repositories differ in which layers stay in 16 bits.
    let isMixed = storage.dense == .floats4(group: 16)
    let leavesLayers = facts.quantization?.leavesLayers ?? false
    let isSure =
      facts.vision == nil && !facts.hasStates && facts.quantization?.method != "mxfp4"
    return term(
      served.sized(
        asked: settings.quantization,
        spread: isPlain && isSure
          ? (0.003, 0.01)
          : leavesLayers
            ? (0.03, 0.4) : isMixed ? (0.03, 0.12) : isSure ? (0.015, 0.015) : (0.04, 0.08),
        formula:
          "each matrix, rounded by the allocator, \(storage.dense.name), experts \(storage.experts.name), and rotary tables"
      ))
  }

  /// The memory of libraries other than PyTorch.
  var nonTorch: MemoryTerm {
    MeasuredConstants.nonTorch(
      settings.release, isHopper: gpu.isHopper, isUnified: gpu.isUnified,
      isMeasured: gpu.isMeasured,
      parts: tensorParts * (settings.isExpertParallel ? Double(max(1, settings.dataParts)) : 1)
    ).term(.nonTorch, parts: tensorParts * pipelineParts)
  }

  /// The driver's memory for the process, outside of the share.
  var driver: MemoryTerm {
    MeasuredConstants.context(parts: tensorParts * pipelineParts)
      .term(.context, parts: tensorParts * pipelineParts)
  }

  /// CUDA graphs of sizes 1, 2, 4, multiples of 8 below 256, and multiples of 16 from 256.
  var graphs: MemoryTerm {
    func sizes(_ most: Double) -> Double {
      guard most > 8 else { return most }
      let small = Bytes.parts(min(most, 256) - 8, of: 8)
      return 3 + max(0, small) + (most >= 256 ? Bytes.quotient(most - 256, 16) + 1 : 0)
    }
    let count =
      settings.isEager ? 0 : sizes(min(512, 2 * sequences)) + sizes(min(sequences, 512))
    let constant = countsGraphs ? MeasuredConstants.graph : MeasuredConstants.laterGraph
    let unit = Bytes.gibibyte * shape.layers * count
    // Even a few graphs have buffers: a log of a 5090 says 0.26 GiB for two requests.
    let few = count > 0 ? 0.3 * Bytes.gibibyte : 0
    return MemoryTerm(
      .cudaGraphs, constant.usual * unit, .measured,
      range: constant.low * unit...max(few, constant.high * unit), "a constant x graphs x layers",
      [.init("graphs", count, .launcher), .init("layers", shape.layers, .model)],
      source: constant.source)
  }
}
