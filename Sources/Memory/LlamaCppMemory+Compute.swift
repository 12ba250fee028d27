import Models

/// The buffer for computing a batch.
extension LlamaCppMemory {
  // MARK: Computing

  /// The buffer on each GPU, or in main memory, for the model and for its draft.
  var compute: MemoryTerm {
    var buffer = bufferOfModel
    if draftLayers > 0 {
      let draft = bufferOfDraft
      buffer.usual += draft.usual
      buffer.range =
        buffer.range.lowerBound + draft.range.lowerBound...buffer.range.upperBound
        + draft.range.upperBound
      buffer.isMeasured = true
    }
    let few =
      cards.isEmpty
      ? "min(ubatch, ctx) x (4 x (5 hidden + max(3 feed-forward, 2 queries + keys and values)) + masks)"
      : "min(ubatch, ctx) x 4 x (4 hidden + max(3 feed-forward + queries, 2 queries + 2 keys))"
    return MemoryTerm(
      .compute, buffer.usual, buffer.isMeasured ? .measured : .derived, range: buffer.range,
      isOfManyOutputs ? "min(ubatch, ctx) x (vocabulary + hidden) x 4" : few,
      [
        input("ubatch_size", Double(settings.microbatch), settings.microbatch != 512),
        input("ctx_size", context, isContextSet),
      ], source: Self.source + "llama-context.cpp, graph_reserve")
  }

  /// A buffer's usual bytes, their range, and whether the range is from observations.
  private struct Buffer {
    var usual: Double
    var range: ClosedRange<Double>
    var isMeasured = false
  }

  // MARK: Builds

  /// The builds of which logs may show room for the logits of every token in a batch; the builds
  /// before them certainly reserve it.
  private static let buildsOfManyOutputs = 9_000..<11_300
  /// The build between the last log with the logits of every token and the first without.
  private static let likelyBuildOfFewOutputs = 9_500
  /// The builds in which flash attention became the default.
  private static let buildsOfFlashAttention = 6_200..<6_500

  private var isOfManyOutputs: Bool {
    settings.build.map { $0 < Self.likelyBuildOfFewOutputs } ?? false
  }

  /// Whether attention certainly, or possibly, computes all scores in one step.
  private var keepsScores: (certainly: Bool, possibly: Bool) {
    if let isOn = settings.usesFlashAttention { return (!isOn, !isOn) }
    guard let build = settings.build else { return (false, false) }
    let builds = Self.buildsOfFlashAttention
    return (build < builds.lowerBound, build < builds.upperBound)
  }

  // MARK: Sizes

  private var bufferOfModel: Buffer {
    let few = bufferOfFewOutputs
    guard let build = settings.build, build < Self.buildsOfManyOutputs.upperBound else {
      return few
    }
    let hidden = Double(facts.hiddenSize ?? 0)
    let logits = batch * (Double(facts.vocabulary ?? 0) + hidden) * 4
    let scores = batch * (longestReach * (Double(facts.attentionHeads ?? 0) + 1) + 4 * hidden) * 4
    let keeps = keepsScores
    let many = max(logits, keeps.certainly ? scores : 0)
    let most =
      max(logits, keeps.possibly ? scores : 0) * 1.5 + (isUnpacked ? 10_240 * cells : 0)
    if build < Self.buildsOfManyOutputs.lowerBound {
      return Buffer(
        usual: many, range: (keeps.certainly ? 0.6 : 0.9) * many...max(many, most))
    }
    return Buffer(
      usual: isOfManyOutputs ? many : few.usual,
      range: min(few.range.lowerBound, 0.9 * many)...max(few.range.upperBound, most),
      isMeasured: true)
  }

  /// The buffer of the context that drafts with one layer of the model.
  private var bufferOfDraft: Buffer {
    let hidden = Double(facts.hiddenSize ?? 0)
    let layer = batch * 4 * (4 * hidden + 3 * Double(facts.feedForwardSize ?? 0))
    let logits = batch * (Double(facts.vocabulary ?? 0) + hidden) * 4
    guard let build = settings.build, build < Self.buildsOfManyOutputs.upperBound else {
      return Buffer(usual: layer, range: layer * 0.5...layer * 2)
    }
    let usual = isOfManyOutputs ? logits : layer
    return Buffer(
      usual: usual, range: min(layer * 0.5, logits * 0.9)...max(layer * 2, logits * 1.5))
  }

  /// GPUs expand a quantized cache to 16 bits for long texts: about 9 KiB per cell was observed.
  private var isUnpacked: Bool {
    !cards.isEmpty && settings.keyType.contains("q") && cells > 16_384
  }

  /// The cells of the layer that reaches farthest.
  private var longestReach: Double {
    facts.layers.reduce(0) { most, group in
      switch group.kind {
      case .attention(_, let reach): max(most, cells(of: reach))
      case .latent: max(most, cells)
      default: most
      }
    }
  }

  /// The families whose buffers the formula gives: compared with the server's log (b11669).
  private static let known: Set = [
    "llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3", "gemma3_text", "phi3", "olmo2",
  ]

  /// The buffer of builds that reserve space only for the logits of the slots.
  private var bufferOfFewOutputs: Buffer {
    let batch = self.batch
    let hidden = Double(facts.hiddenSize ?? 0)
    var elements = 0.0
    var least = 0.0
    var isDense = facts.experts == nil
    for group in facts.layers {
      guard case .attention(let attention, _) = group.kind else {
        isDense = false
        let inner = Double(facts.feedForwardSize ?? 0)
        elements = max(elements, 4 * hidden + max(3 * inner, 6 * width(of: group.kind)))
        continue
      }
      let layer = self.elements(of: attention)
      least = max(least, layer.lowerBound)
      elements = max(elements, layer.upperBound)
    }
    var bytes = batch * 4 * elements
    // Attention masks, one for each reach, and the other inputs; with GPUs, they are in another
    // buffer.
    if cards.isEmpty { bytes += batch * (masks * 2 + 20 + 20 * Double(differentReaches.count)) }
    let keepsScores = settings.usesFlashAttention == false
    if keepsScores { bytes += batch * longestReach * Double(facts.attentionHeads ?? 0) * 4 }
    var extra = isUnpacked ? 10_240 * cells : 0
    // Ollama's own engine also reserves logits and copies of them for every token of a batch.
    if settings.isOfOwnEngine { extra += 2.5 * batch * Double(facts.vocabulary ?? 0) * 4 }
    // With at most two layers, the last one dominates, and it computes only the slots' tokens.
    let isLong = facts.layers.reduce(0) { $0 + $1.count } > 2
    guard isDense, isLong, !facts.isEstimated, !keepsScores else {
      return Buffer(usual: bytes, range: bytes * 0.4...bytes * 3 + extra, isMeasured: true)
    }
    if isPartlyOnGPU || !facts.isOf(Self.known) {
      return Buffer(usual: bytes, range: bytes * 0.7...bytes * 1.4 + extra, isMeasured: true)
    }
    let less = (elements - least) * batch * 4
    return Buffer(usual: bytes, range: bytes * 0.99 - less...bytes * 1.02 + extra)
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
      // Some logs show no room for the queries.
      let rest = 2 * queries + 2 * keys
      return 4 * hidden + max(3 * inner, rest)...4 * hidden + max(3 * inner + queries, rest)
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
}
