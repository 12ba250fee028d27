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
  /// `--cpu-offload-gb`: GiB of each GPU's weights that stay in main memory.
  package var offload = 0.0
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
  var facts: ModelFacts { shape.facts }
  var tensorParts: Double { Double(max(1, settings.tensorParts)) }
  var pipelineParts: Double { Double(max(1, settings.pipelineParts)) }
  var plainBytes: Double { settings.dataType == "float32" ? 4 : 2 }

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

  var share: Double { settings.share ?? (isAtLeast(32) ? 0.92 : 0.9) }

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
    // Which layers stay in 16 bits differs from one repository to the next.
    let isMixed = storage.dense == .floats4(group: 16)
    let leavesLayers = facts.quantization?.leavesLayers ?? false
    let isSure =
      facts.vision == nil && !facts.hasStates && facts.quantization?.method != "mxfp4"
    return term(
      served.sized(
        asked: settings.quantization,
        spread: isPlain && isSure
          ? (0.003, 0.003)
          : leavesLayers
            ? (0.03, 0.4) : isMixed ? (0.03, 0.12) : isSure ? (0.015, 0.015) : (0.04, 0.04),
        formula:
          "each matrix as the allocator rounds it, \(storage.dense.name), experts \(storage.experts.name), and tables of rotations"
      ))
  }

  /// GiB that its libraries take beside PyTorch.
  var nonTorch: MemoryTerm {
    MeasuredConstants.nonTorch(
      settings.release, isHopper: gpu.isHopper, isUnified: gpu.isUnified,
      isMeasured: gpu.isMeasured,
      parts: tensorParts * (settings.isExpertParallel ? Double(max(1, settings.dataParts)) : 1)
    ).term(.nonTorch, parts: tensorParts * pipelineParts)
  }

  /// What the driver takes of its process, outside of its share.
  var driver: MemoryTerm {
    MeasuredConstants.context(parts: tensorParts * pipelineParts)
      .term(.context, parts: tensorParts * pipelineParts)
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
}
