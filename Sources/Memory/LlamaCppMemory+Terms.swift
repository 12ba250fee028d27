import Models

extension LlamaCppMemory {
  static let source = "llama.cpp b11669, src/"

  func input(_ name: String, _ value: Double, _ isSet: Bool) -> MemoryTerm.Input {
    .init(name, value, isSet ? .profile : .launcher)
  }

  /// The estimate: per GPU if there are GPUs, or else of main memory.
  package var estimate: MemoryEstimate {
    var estimate = MemoryEstimate(terms: [])
    estimate.gpuCount = cards.count
    let parts = Double(max(1, cards.count))
    func add(_ placed: Placed) {
      if let term = placed.gpu { estimate.terms.append(dealt(term)) }
      if let term = placed.host { estimate.host.append(term) }
    }
    addWeights(to: &estimate, parts)
    let cache = facts.isEncoder ? nil : self.cache
    if facts.isEncoder {
      estimate.notes.append("The model is an encoder and has no KV cache.")
    } else if let cache {
      add(cache)
    } else {
      estimate.notes.append("llama.cpp does not support the type of the KV cache.")
    }
    if let states { add(states) }
    if usesGPU { estimate.terms.append(compute) } else { estimate.host.append(compute) }
    // Logits are always in main memory.
    estimate.host.append(output)
    if let projector {
      if cards.isEmpty { estimate.host.append(projector) } else { estimate.terms.append(projector) }
    }
    if usesGPU { estimate.terms.append(driver) }
    if settings.promptCache != 0 { estimate.host.append(prompts) }
    addNotes(to: &estimate)
    // One request can use an entire stream.
    let most = facts.isEncoder ? Double(facts.contextLength ?? .max) : .infinity
    let tokens = Bytes.whole(min(cells, most) * streams)
    let longest = Bytes.whole(min(cells, most))
    estimate.capacity = MemoryEstimate.Capacity(
      tokens: tokens, range: tokens...tokens, requests: streams, longest: longest,
      safest: longest, context: longest)
    if let smallest = cards.min(), estimate[.weights] != nil,
      facts.isEncoder || cache != nil
    {
      let need = estimate.range
      estimate.least = estimate.bytes
      estimate.verdict = .init(
        spare: Double(smallest - need.upperBound)...Double(smallest - need.lowerBound))
    }
    return estimate
  }

  /// Returns the part of a term of all cards that the fullest card has.
  ///
  /// Cards of the same size get the same number of layers, rounded up for the first ones; the output
  /// layer counts as one (src/llama-model.cpp, load_tensors).
  private func dealt(_ term: MemoryTerm) -> MemoryTerm {
    let first = placements.first ?? (first: 0, hasOutput: true)
    let layers = Double(max(0, blocks - first.first))
    guard cards.count > 1, layers > 0 else {
      return term.scaled(by: 1 / Double(max(1, cards.count)))
    }
    let slots = layers + (first.hasOutput ? 1 : 0)
    let most = min(1, (slots / Double(cards.count)).rounded(.up) / layers)
    let least = max(0, (slots / Double(cards.count)).rounded(.down) - 1) / layers
    let span = term.span
    return MemoryTerm(
      term.name, Double(term.bytes) * most, .derived,
      range: span.lowerBound * min(least, 1 / Double(cards.count))...span.upperBound * most,
      term.formula, term.inputs, source: term.source)
  }

  private func addNotes(to estimate: inout MemoryEstimate) {
    if settings.isOfOwnEngine {
      estimate.notes.append("Ollama before 0.30 uses its own engine, whose buffers vary.")
    }
    if let build = settings.build, build > 11_669, !settings.isOfOwnEngine {
      estimate.notes.append("The figures are for llama.cpp b11669, and this build is newer.")
    }
    if facts.hasUnknownLayers {
      estimate.notes.append("The state size of some layers is not known and not included.")
    }
    if mayKeepWholeKeys, !facts.isEncoder {
      estimate.notes.append(
        "The file was not read. Files of this family from before April 2025 need much more for keys and values."
      )
    }
  }

  // MARK: Weights

  private func addWeights(to estimate: inout MemoryEstimate, _ parts: Double) {
    guard let weights = facts.weights else {
      estimate.notes.append(
        "The size of the file is not known: name a GGUF file, or lock the model.")
      return
    }
    let inputs = [
      input("n_gpu_layers", Double(settings.layersOnGPU ?? -1), settings.layersOnGPU != nil),
      input("n_cpu_moe", Double(settings.layersOfExpertsOnCPU), settings.layersOfExpertsOnCPU > 0),
    ]
    // Each of several GPUs holds entire layers. If the header was not read, an unknown part of the
    // file stays in main memory.
    let isRead = !weights.layers.isEmpty
    let spread =
      facts.isEstimated
      ? (0.15, 0.15) : !isRead ? (0.12, 0.02) : parts > 1 ? (0.1, 0.1) : (0.0, 0.0)
    let found = placements.map { placed(weights, $0) }
    // The layers that predict further tokens are the last ones.
    let unloaded = unloaded(weights)
    func add(
      _ sizes: [Double], over parts: Double, less: Double,
      to terms: WritableKeyPath<MemoryEstimate, [MemoryTerm]>
    ) {
      guard let usual = sizes.first, let most = sizes.max(), most > 0, let least = sizes.min()
      else { return }
      let low = max(0, least - less)
      let isExact = isRead && !facts.isEstimated && low == most
      estimate[keyPath: terms].append(
        MemoryTerm(
          .weights, usual, isExact ? .exact : .derived,
          range: low * (1 - spread.0)...most * (1 + spread.1),
          facts.isEstimated ? "parameters x bits per weight / 8" : "bytes of the file's tensors",
          inputs, source: Self.source + "llama-model.cpp"
        ).scaled(by: 1 / parts))
    }
    add(found.map(\.gpu), over: parts, less: usesGPU ? unloaded : 0, to: \.terms)
    add(found.map(\.host), over: 1, less: usesGPU ? 0 : unloaded, to: \.host)
  }

  /// Returns the bytes of the layers that predict further tokens, which some builds do not load
  /// unless they draft.
  private func unloaded(_ weights: WeightSizes) -> Double {
    guard let count = facts.predictionLayers, draftLayers == 0 else { return 0 }
    return weights.layers.suffix(count).reduce(0) { $0 + Double($1.bytes) }
  }

  /// Returns the bytes on GPUs and in main memory; the tables of inputs stay in main memory, and so
  /// do the first layers if not all layers are on GPUs.
  private func placed(
    _ weights: WeightSizes, _ place: (first: Int, hasOutput: Bool)
  ) -> (gpu: Double, host: Double) {
    let total = Double(weights.total)
    guard !cards.isEmpty else { return (0, total) }
    guard !weights.layers.isEmpty else {
      // The size of the output layer is not known, and taken for that of any other.
      let slots = blocks - place.first + (place.hasOutput && place.first > 0 ? 1 : 0)
      let share = Double(slots) / Double(max(1, blocks))
      return (total * share, total * (1 - share))
    }
    let table = Double(weights.byPart[.embedding] ?? 0)
    // Tables of inputs stay in main memory (src/llama-arch.cpp, LLM_TENSOR_LAYER_INPUT).
    let tables = table + Double(weights.byPart[.lookup] ?? 0)
    var host = tables
    for (index, layer) in weights.layers.enumerated() {
      if index < place.first {
        host += Double(layer.bytes)
      } else if index < settings.layersOfExpertsOnCPU {
        host += Double(layer.experts)
      }
    }
    var gpu = total - host
    // Tensors outside of layers are on the device of the output layer.
    if !place.hasOutput {
      let rest = total - tables - weights.layers.reduce(0) { $0 + Double($1.bytes) }
      gpu -= rest
      host += rest
    } else if weights.byPart[.output] == nil {
      // The token embeddings are also the output layer, and the GPU has a copy.
      gpu += table
    }
    return (max(0, gpu), host)
  }

  private var output: MemoryTerm {
    MemoryTerm(
      .output, slots * Double(facts.vocabulary ?? 0) * 4 * (draftLayers > 0 ? 2 : 1), .exact,
      draftLayers > 0 ? "2 x slots x vocabulary x 4" : "slots x vocabulary x 4",
      [input("parallel", slots, settings.slots != nil)],
      source: Self.source + "llama-context.cpp, output_reserve")
  }

  private var projector: MemoryTerm? {
    settings.projector.map {
      MemoryTerm(
        .projector, Double($0), .derived, spread: (0.02, 0.5), "bytes of the file", [],
        source: "llama.cpp b11669, tools/mtmd/clip.cpp")
    }
  }

  private var driver: MemoryTerm {
    let unit = Bytes.gibibyte
    return MemoryTerm(
      .context, 0.35 * unit, .measured, range: 0.15 * unit...0.7 * unit, "measured", [],
      source: "logs of single cards")
  }

  private var prompts: MemoryTerm {
    let most =
      settings.promptCache < 0 ? Double(Bytes.limit) : Double(settings.promptCache) * Bytes.mebibyte
    return MemoryTerm(
      .promptCache, 0, .derived, range: 0...most, "fills up to its limit",
      [input("cache_ram", Double(settings.promptCache), settings.promptCache != 8192)],
      source: "llama.cpp b11669, tools/server/server-context.cpp")
  }
}
