package import Models

/// What llama.cpp's server is told that its memory depends on; nil for what is left to it.
package struct LlamaCppSettings: Sendable, Equatable {
  /// The number of its build: 11669 of `b11669`; nil for one that is not known.
  package var build: Int?
  /// `--ctx-size`: tokens of all slots together; nil and 0 for the model's own.
  package var context: Int?
  /// `--parallel`; nil for four that share one cache.
  package var slots: Int?
  /// `--kv-unified`.
  package var isUnified: Bool?
  /// `--cache-type-k`.
  package var keyType = "f16"
  /// `--cache-type-v`.
  package var valueType = "f16"
  /// `--batch-size`.
  package var batch = 2048
  /// `--ubatch-size`.
  package var microbatch = 512
  /// `--flash-attn`; nil for what it finds out.
  package var usesFlashAttention: Bool?
  /// `--swa-full`.
  package var keepsWholeWindows = false
  /// `--n-gpu-layers`; nil for all.
  package var layersOnGPU: Int?
  /// `--n-cpu-moe`: layers whose experts stay in main memory.
  package var layersOfExpertsOnCPU = 0
  /// Whether the cache is where the layers are.
  package var offloadsCache = true
  /// Tokens that are guessed at a time by the model's own layers.
  package var draftTokens = 0
  /// `--cache-ram`, in MiB; below zero for no limit.
  package var promptCache = 8192
  /// Bytes of an encoder of images.
  package var projector: Int?
  /// Cells of a window where another program decides it: Ollama before it ran this server.
  package var keptWindow: Int?

  package init() {}
}

/// The memory of llama.cpp's server (b11669, src/llama-kv-cache.cpp, llama-memory-recurrent.cpp,
/// llama-context.cpp).
package struct LlamaCppMemory {
  let facts: ModelFacts
  let settings: LlamaCppSettings
  /// Bytes of each GPU; empty for a server without.
  let cards: [Int]

  /// - Throws: ``MissingFacts``.
  package init(
    _ facts: ModelFacts, _ settings: LlamaCppSettings, on cards: [Int]
  ) throws(MissingFacts) {
    var missing: [String] = []
    if facts.layers.isEmpty { missing.append("its kinds of layers") }
    if facts.hiddenSize == nil { missing.append("its hidden size") }
    guard missing.isEmpty else { throw MissingFacts(names: missing) }
    self.facts = facts
    self.settings = settings
    self.cards = cards
  }

  // MARK: Slots

  /// tools/server/server-context.cpp: four that share one cache, where nothing is said.
  var slots: Double { Double(max(1, settings.slots ?? 4)) }

  var isUnified: Bool { settings.isUnified ?? (settings.slots == nil) }

  /// Tokens of all slots.
  var context: Double {
    if let context = settings.context, context > 0 { return Double(context) }
    return Double(facts.reachableContext ?? facts.contextLength ?? 4096)
  }

  /// Caches side by side.
  var streams: Double { isUnified || slots == 1 ? 1 : slots }

  /// Cells of each stream: whole steps of 256.
  var cells: Double {
    Bytes.up(
      streams == 1 ? context : Bytes.quotient(context, slots), to: LlamaCppMemory.step)
  }

  static let step = 256.0

  /// Cells of a layer that sees a window (llama-kv-cache-iswa.cpp).
  func cells(ofWindow window: Double) -> Double {
    if let kept = settings.keptWindow { return min(cells, Double(kept + settings.microbatch)) }
    guard !settings.keepsWholeWindows else { return cells }
    let needed = window * (isUnified ? slots : 1) + Double(settings.microbatch)
    return Bytes.up(min(cells, needed), to: Self.step)
  }

  /// Cells of a layer that sees so far.
  func cells(of reach: Reach) -> Double {
    switch reach {
    case .full: cells
    case .sliding(let window), .chunked(let window): cells(ofWindow: Double(window))
    }
  }

  // MARK: Types

  /// Bytes of a number, by ggml's name of the type; nil for one that a cache cannot have.
  static func bytes(of type: String) -> Double? {
    [
      "f32": 4, "f16": 2, "bf16": 2, "q8_0": 34.0 / 32, "q4_0": 18.0 / 32, "q4_1": 20.0 / 32,
      "iq4_nl": 18.0 / 32, "q5_0": 22.0 / 32, "q5_1": 24.0 / 32,
    ][type]
  }

  // MARK: Parts

  /// Bytes that each layer keeps of texts, in the order of ``ModelFacts/layers``; nil for a type that no
  /// cache has.
  func cacheOfLayer(_ kind: LayerKind) -> Double? {
    guard let key = Self.bytes(of: settings.keyType), let value = Self.bytes(of: settings.valueType)
    else { return nil }
    switch kind {
    case .attention(let attention, let reach):
      let heads = Double(attention.keyValueHeads)
      let row = heads * (Double(attention.keySize) * key + Double(attention.valueSize) * value)
      return cells(of: reach) * streams * row
    case .latent(let latent):
      // Values are a view of the keys.
      return cells * streams * Double(latent.rank + latent.positionSize) * key
    case .linear, .recurrent, .convolution, .none: return 0
    }
  }

  /// Bytes of a layer's state of all slots, in numbers of 32 bits.
  func stateOfLayer(_ kind: LayerKind) -> Double {
    let copies = slots * (1 + Double(settings.draftTokens)) * 4
    switch kind {
    case .linear(let linear?):
      let keys = Double(linear.keyHeads) * Double(linear.keySize)
      let values = Double(linear.valueHeads) * Double(linear.valueSize)
      let filter = max(0, Double(linear.taps ?? 1) - 1) * (2 * keys + values)
      return (filter + values * Double(linear.keySize)) * copies
    case .recurrent(let space?):
      let inner = Double(space.heads) * Double(space.headSize)
      let states = Double(space.stateSize)
      let width = inner + 2 * Double(space.groups) * states
      return (max(0, Double(space.taps ?? 1) - 1) * width + inner * states) * copies
    case .convolution(let taps?):
      return max(0, Double(taps) - 1) * Double(facts.hiddenSize ?? 0) * copies
    default: return 0
    }
  }

  /// How much of the layers is on GPUs, from the last one on (src/llama-model.cpp).
  var shareOnGPU: Double {
    guard !cards.isEmpty else { return 0 }
    guard let wanted = settings.layersOnGPU, wanted >= 0 else { return 1 }
    let layers = Double(max(1, facts.layerCount ?? facts.layers.map(\.count).reduce(0, +)))
    return min(1, Double(wanted) / layers)
  }
}
