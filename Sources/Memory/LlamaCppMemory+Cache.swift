import Models

/// The cache and the states of layers, on GPUs and in main memory.
extension LlamaCppMemory {
  /// A term's bytes on all GPUs and in main memory.
  struct Placed {
    var gpu: MemoryTerm?
    var host: MemoryTerm?
  }

  /// Divides bytes between GPUs and main memory.
  ///
  /// - Parameters:
  ///   - all: The bytes of all layers.
  ///   - onGPU: The bytes of the layers on GPUs.
  ///   - spread: How far the bytes can be below and above, as fractions.
  private func placed(
    _ all: Double, _ onGPU: (usual: Double, range: ClosedRange<Double>),
    spread: (low: Double, high: Double),
    _ term: (Double, ClosedRange<Double>) -> MemoryTerm
  ) -> Placed {
    func scaled(_ range: ClosedRange<Double>) -> ClosedRange<Double> {
      max(0, range.lowerBound * (1 - spread.low))...max(0, range.upperBound * (1 + spread.high))
    }
    let rest = max(0, all - onGPU.range.upperBound)...max(0, all - onGPU.range.lowerBound)
    let isOnGPU = settings.offloadsCache && usesGPU
    let hasGPUPart = onGPU.range.upperBound > 0 || all == 0 && isOnGPU
    let hasHostPart = rest.upperBound > 0 || all == 0 && !isOnGPU
    return Placed(
      gpu: hasGPUPart ? term(onGPU.usual, scaled(onGPU.range)) : nil,
      host: hasHostPart ? term(max(0, all - onGPU.usual), scaled(rest)) : nil)
  }

  private static let nothing = (usual: 0.0, range: 0.0...0.0)

  /// The KV cache of the model and of its draft; nil for an unsupported cache type.
  var cache: Placed? {
    guard let types = cacheTypes else { return nil }
    func size(_ kind: LayerKind) -> Double { cacheOfLayer(kind, types) }
    let all = facts.layers.reduce(0) { $0 + Double($1.count) * size($1.kind) }
    let latent = facts.layers.lazy.compactMap { group in
      if case .latent(let latent) = group.kind { latent } else { nil }
    }.first
    let draft = draftCache(types)
    let isOnGPU = settings.offloadsCache && usesGPU
    var onGPU = isOnGPU ? bytesOnGPU(size) : Self.nothing
    if isOnGPU {
      // The layers that predict tokens are the last ones.
      onGPU.usual += draft.usual
      onGPU.range =
        onGPU.range.lowerBound + draft.range.lowerBound...onGPU.range.upperBound
        + draft.range.upperBound
    }
    let hasRange = onGPU.range.lowerBound < onGPU.range.upperBound || draft.isRange
    let more = latent.map { max(0.9, mostOfLatent($0, types)) } ?? 0
    return placed(all + draft.usual, onGPU, spread: (0, more)) { bytes, range in
      MemoryTerm(
        .kvPool, bytes, latent != nil || hasRange ? .derived : .exact, range: range,
        "layers x cells x heads x (key + value)", cacheInputs,
        source: Self.source + "llama-kv-cache.cpp")
    }
  }

  private var cacheInputs: [MemoryTerm.Input] {
    let (key, value) = (settings.keyType, settings.valueType)
    return [
      input("ctx_size", context, isContextSet),
      input("parallel", slots, settings.slots != nil), .init("cells", cells, .launcher),
      .init("cache_type_k", key, key == "f16" ? .launcher : .profile),
      .init("cache_type_v", value, value == "f16" ? .launcher : .profile),
    ]
  }

  /// Whether the model's file may have a layout for which llama.cpp keeps uncompressed keys and
  /// values: files of these families from before April 2025 (src/llama-hparams.cpp, is_mla).
  var mayKeepWholeKeys: Bool {
    facts.format == .configuration && facts.isOf(["deepseek_v2", "deepseek_v3"])
  }

  /// Returns how much more a layer's cache takes in the largest case, as a fraction.
  private func mostOfLatent(
    _ latent: LatentAttention, _ types: (key: Double, value: Double)
  ) -> Double {
    guard mayKeepWholeKeys, let heads = facts.attentionHeads else { return 0 }
    let keys = Double(latent.contentSize + latent.positionSize) * types.key
    let whole = Double(heads) * (keys + Double(latent.valueSize) * types.value)
    return whole / (Double(latent.rank + latent.positionSize) * types.key) - 1
  }

  // MARK: Drafts

  /// The number of the model's own layers that draft tokens; 0 if they are not used.
  var draftLayers: Double {
    settings.draftTokens > 0 ? Double(facts.predictionLayers ?? 0) : 0
  }

  /// Returns the cache of the draft's context, which has as many cells as the model's
  /// (tools/server/server-context.cpp).
  ///
  /// Builds differ in whether its type is `--spec-draft-type-k` or that of the model's cache.
  private func draftCache(
    _ types: (key: Double, value: Double)
  ) -> (usual: Double, range: ClosedRange<Double>, isRange: Bool) {
    guard draftLayers > 0, let kind = kindOfDraft else { return (0, 0...0, false) }
    func size(_ key: String?, _ value: String?) -> Double {
      let own = (
        key: Self.bytes(of: key ?? "f16") ?? 2, value: Self.bytes(of: value ?? "f16") ?? 2
      )
      return draftLayers * cacheOfLayer(kind, own)
    }
    let usual = size(settings.draftKeyType, settings.draftValueType)
    let other = draftLayers * cacheOfLayer(kind, types)
    guard settings.draftKeyType == nil || settings.draftValueType == nil else {
      return (usual, usual...usual, false)
    }
    return (usual, min(usual, other)...max(usual, other), usual != other)
  }

  /// The kind of the layers that predict tokens: the model's full attention.
  var kindOfDraft: LayerKind? {
    facts.layers.first { group in
      switch group.kind {
      case .attention(_, .full), .latent: true
      default: false
      }
    }?.kind
  }

  // MARK: States

  /// The build of the earliest log with copies of the states for drafts.
  private static let buildOfCopies = 9849

  /// The states; nil for a model without states.
  var states: Placed? {
    let all = facts.layers.reduce(0.0) { $0 + Double($1.count) * stateOfLayer($1.kind) }
    guard all > 0 else { return nil }
    let onGPU = settings.offloadsCache && usesGPU ? bytesOnGPU(stateOfLayer) : Self.nothing
    let isOlder = settings.build.map { $0 < Self.buildOfCopies } ?? false
    let copies = 1 + Double(settings.draftTokens)
    let less = isOlder ? 1 - 1 / copies : 0
    let hasRange = less > 0 || onGPU.range.lowerBound < onGPU.range.upperBound
    return placed(all, onGPU, spread: (less, 0)) { bytes, range in
      MemoryTerm(
        .recurrent, bytes, hasRange ? .derived : .exact, range: range,
        "layers x (filter + state) x slots", [input("parallel", slots, settings.slots != nil)],
        source: Self.source + "llama-memory-recurrent.cpp")
    }
  }
}
