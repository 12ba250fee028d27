import Models

extension LlamaCppMemory {
  private static let source = "llama.cpp b11669, src/"

  private func input(_ name: String, _ value: Double, _ isSet: Bool) -> MemoryTerm.Input {
    .init(name, value, isSet ? .profile : .launcher)
  }

  /// The estimate: per GPU if there are GPUs, or else of main memory.
  package var estimate: MemoryEstimate {
    var estimate = MemoryEstimate(terms: [])
    estimate.gpuCount = cards.count
    let share = shareOnGPU
    let parts = Double(max(1, cards.count))
    func split(_ term: MemoryTerm, _ onGPU: Double) {
      if onGPU > 0 { estimate.terms.append(term.scaled(by: onGPU / parts)) }
      if onGPU < 1 { estimate.host.append(term.scaled(by: 1 - onGPU)) }
    }
    addWeights(to: &estimate, parts)
    if facts.isEncoder {
      estimate.notes.append("The model is an encoder and has no KV cache.")
    } else if let cache {
      split(cache, settings.offloadsCache ? share : 0)
    } else {
      estimate.notes.append("llama.cpp does not support the type of the KV cache.")
    }
    if let states { split(states, settings.offloadsCache ? share : 0) }
    split(compute.scaled(by: parts), share > 0 ? 1 : 0)
    // Logits are always in main memory.
    estimate.host.append(output)
    if let projector { split(projector.scaled(by: parts), cards.isEmpty ? 0 : 1) }
    if share > 0 { estimate.terms.append(driver) }
    if settings.promptCache != 0 { estimate.host.append(prompts) }
    if settings.isOfOwnEngine {
      estimate.notes.append("Ollama before 0.30 uses its own engine, whose buffers vary.")
    }
    if let build = settings.build, build > 11_669, !settings.isOfOwnEngine {
      estimate.notes.append("The figures are for llama.cpp b11669, and this build is newer.")
    }
    if facts.hasUnknownLayers {
      estimate.notes.append("The state size of some layers is not known and not included.")
    }
    // One request can use an entire stream.
    let most = facts.isEncoder ? Double(facts.contextLength ?? .max) : .infinity
    let tokens = Bytes.whole(min(cells, most) * streams)
    let longest = Bytes.whole(min(cells, most))
    estimate.capacity = MemoryEstimate.Capacity(
      tokens: tokens, range: tokens...tokens, requests: streams, longest: longest,
      safest: longest, context: longest)
    if let smallest = cards.min(), estimate[.weights] != nil, cache != nil {
      let need = estimate.range
      estimate.least = estimate.bytes
      estimate.verdict = .init(
        spare: Double(smallest - need.upperBound)...Double(smallest - need.lowerBound))
    }
    return estimate
  }

  // MARK: Weights

  private func addWeights(to estimate: inout MemoryEstimate, _ parts: Double) {
    guard let weights = facts.weights else {
      estimate.notes.append(
        "The size of the file is not known: name a GGUF file, or lock the model.")
      return
    }
    let (gpu, host) = placed(weights)
    let inputs = [
      input("n_gpu_layers", Double(settings.layersOnGPU ?? -1), settings.layersOnGPU != nil),
      input("n_cpu_moe", Double(settings.layersOfExpertsOnCPU), settings.layersOfExpertsOnCPU > 0),
    ]
    func term(_ bytes: Double) -> MemoryTerm {
      // Each of several GPUs holds entire layers. If the header was not read, an unknown part of
      // the file stays in main memory.
      let spread =
        facts.isEstimated
        ? (0.15, 0.15) : weights.layers.isEmpty ? (0.12, 0.02) : parts > 1 ? (0.1, 0.1) : (0, 0)
      return MemoryTerm(
        .weights, bytes,
        weights.layers.isEmpty || facts.isEstimated ? .derived : .exact, spread: spread,
        facts.isEstimated ? "parameters x bits per weight / 8" : "bytes of the file's tensors",
        inputs, source: Self.source + "llama-model.cpp")
    }
    if gpu > 0 { estimate.terms.append(term(gpu / parts)) }
    if host > 0 { estimate.host.append(term(host)) }
  }

  /// Returns the bytes on GPUs and in main memory; the token embeddings stay in main memory, and so
  /// do the first layers if not all layers are on GPUs.
  private func placed(_ weights: WeightSizes) -> (gpu: Double, host: Double) {
    let total = Double(weights.total)
    guard !cards.isEmpty else { return (0, total) }
    guard !weights.layers.isEmpty else { return (total * shareOnGPU, total * (1 - shareOnGPU)) }
    let table = Double(weights.byPart[.embedding] ?? 0)
    let layers = weights.layers
    let wanted = settings.layersOnGPU.flatMap { $0 >= 0 ? $0 : nil } ?? layers.count + 1
    let first = max(0, layers.count - wanted)
    var host = table
    for (index, layer) in layers.enumerated() {
      if index < first {
        host += Double(layer.bytes)
      } else if index < settings.layersOfExpertsOnCPU {
        host += Double(layer.experts)
      }
    }
    var gpu = total - host
    // Tensors outside of layers are on the device of the last layer.
    if wanted <= layers.count {
      let rest = total - table - layers.reduce(0) { $0 + Double($1.bytes) }
      gpu -= rest
      host += rest
    } else if weights.byPart[.output] == nil {
      // The token embeddings are also the output layer, and the GPU has a copy.
      gpu += table
    }
    return (max(0, gpu), host)
  }

  // MARK: Cache

  /// The KV cache; nil for an unsupported cache type.
  private var cache: MemoryTerm? {
    var sum = 0.0
    for group in facts.layers {
      guard let bytes = cacheOfLayer(group.kind) else { return nil }
      sum += Double(group.count) * bytes
    }
    let isLatent = facts.layers.contains { if case .latent = $0.kind { true } else { false } }
    return MemoryTerm(
      .kvPool, sum, isLatent ? .derived : .exact, spread: (0, isLatent ? 0.9 : 0),
      "layers x cells x heads x (key + value)",
      [
        input("ctx_size", context, isContextSet),
        input("parallel", slots, settings.slots != nil), .init("cells", cells, .launcher),
        .init("cache_type_k", settings.keyType, settings.keyType == "f16" ? .launcher : .profile),
        .init(
          "cache_type_v", settings.valueType, settings.valueType == "f16" ? .launcher : .profile),
      ], source: Self.source + "llama-kv-cache.cpp")
  }

  /// The states; nil for a model without states.
  private var states: MemoryTerm? {
    let sum = facts.layers.reduce(0.0) { $0 + Double($1.count) * stateOfLayer($1.kind) }
    guard sum > 0 else { return nil }
    return MemoryTerm(
      .recurrent, sum, .exact, "layers x (filter + state) x slots",
      [input("parallel", slots, settings.slots != nil)],
      source: Self.source + "llama-memory-recurrent.cpp")
  }

  // MARK: Computing

  private var compute: MemoryTerm {
    let batch = self.batch
    let hidden = Double(facts.hiddenSize ?? 0)
    let vocabulary = Double(facts.vocabulary ?? 0)
    let source = Self.source + "llama-context.cpp, graph_reserve"
    let inputs = [
      input("ubatch_size", Double(settings.microbatch), settings.microbatch != 512),
      input("ctx_size", context, isContextSet),
    ]
    // Earlier builds reserve space for the logits of every token in a batch.
    if let build = settings.build, build < Self.buildOfFewOutputs {
      return MemoryTerm(
        .compute, batch * (vocabulary + hidden) * 4, .derived, spread: (0.1, 0.5),
        "min(ubatch, ctx) x (vocabulary + hidden) x 4", inputs, source: source)
    }
    var elements = 0.0
    var least = 0.0
    var isKnown = facts.experts == nil
    var most = 0.0
    for group in facts.layers {
      guard case .attention(let attention, let reach) = group.kind else {
        isKnown = false
        let inner = Double(facts.feedForwardSize ?? 0)
        elements = max(elements, 4 * hidden + max(3 * inner, 6 * width(of: group.kind)))
        continue
      }
      let layer = self.elements(of: attention)
      least = max(least, layer.lowerBound)
      elements = max(elements, layer.upperBound)
      most = max(most, cells(of: reach))
    }
    var bytes = batch * 4 * elements
    // Attention masks, one for each reach, and the other inputs; with GPUs, they are in another
    // buffer.
    if cards.isEmpty { bytes += batch * (masks * 2 + 20 + 20 * Double(differentReaches.count)) }
    let heads = Double(facts.attentionHeads ?? 0)
    if settings.usesFlashAttention == false { bytes += batch * most * heads * 4 }
    // With at most two layers, the last one dominates, and it computes only the slots' tokens.
    let isSure =
      isKnown && !facts.isEstimated && settings.usesFlashAttention != false
      && facts.layers.reduce(0) { $0 + $1.count } > 2
    // GPUs expand a quantized cache to 16 bits for long texts: about 9 KiB per cell was observed.
    let isUnpacked = !cards.isEmpty && settings.keyType.contains("q") && cells > 16_384
    var extra = isUnpacked ? 10_240 * cells / max(1, bytes) : 0
    // Ollama's own engine also reserves logits and copies of them for every token of a batch.
    if settings.isOfOwnEngine { extra += 2.5 * batch * vocabulary * 4 / max(1, bytes) }
    let less = (elements - least) * batch * 4 / max(1, bytes)
    return MemoryTerm(
      .compute, bytes, .derived, spread: isSure ? (less + 0.01, 0.02 + extra) : (0.6, 2 + extra),
      cards.isEmpty
        ? "min(ubatch, ctx) x (4 x (5 hidden + max(3 feed-forward, 2 queries + keys and values)) + masks)"
        : "min(ubatch, ctx) x 4 x (4 hidden + max(3 feed-forward + queries, 2 queries + 2 keys))",
      inputs, source: source)
  }

  /// The tokens for which buffers are reserved: no more than fit into the context.
  private var batch: Double { min(Double(settings.microbatch), max(1, context)) }

  /// Returns the elements per token that a layer with attention holds at the same time, as a range
  /// up to the expected number.
  ///
  /// On the CPU, this was measured with 30 shapes of models (b11669): keys and values that are not
  /// wider than the hidden size fit into gaps.
  private func elements(of attention: Attention) -> ClosedRange<Double> {
    let hidden = Double(facts.hiddenSize ?? 0)
    let inner = Double(facts.feedForwardSize ?? 0)
    let queries = Double(facts.attentionHeads ?? 0) * Double(attention.keySize)
    let keys = Double(attention.keyValueHeads) * Double(attention.keySize)
    guard cards.isEmpty else {
      let all = 4 * hidden + max(3 * inner + queries, 2 * queries + 2 * keys)
      return all...all
    }
    let most = 2 * queries + (keys > hidden ? 2 * keys : 0)
    return 5 * hidden + max(3 * inner, queries)...5 * hidden + max(3 * inner, most)
  }

  /// Returns the elements per token in a layer without uncompressed keys and values.
  private func width(of kind: LayerKind) -> Double {
    let hidden = Double(facts.hiddenSize ?? 0)
    switch kind {
    case .latent(let latent):
      let numbers = latent.contentSize + latent.positionSize + latent.valueSize
      return Double(facts.attentionHeads ?? 0) * Double(numbers) / 2
    case .linear(let linear?):
      return Double(linear.keyHeads) * Double(linear.keySize)
        + Double(linear.valueHeads) * Double(linear.valueSize)
    case .recurrent(let space?): return Double(space.heads) * Double(space.headSize)
    case .convolution: return hidden
    case .linear(nil), .recurrent(nil): return 2 * hidden
    case .attention, .none: return 0
    }
  }

  /// The total cells of all masks.
  private var masks: Double { differentReaches.reduce(0) { $0 + cells(of: $1) } }

  private var differentReaches: [Reach] {
    facts.layers.reduce(into: []) { reaches, group in
      guard case .attention(_, let reach) = group.kind, !reaches.contains(reach) else { return }
      reaches.append(reach)
    }
  }

  /// The first build that reserves space only for the logits of the slots.
  static let buildOfFewOutputs = 11_300

  private var output: MemoryTerm {
    MemoryTerm(
      .output, slots * Double(facts.vocabulary ?? 0) * 4, .exact, "slots x vocabulary x 4",
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
