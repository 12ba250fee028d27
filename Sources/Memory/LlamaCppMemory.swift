package import Models

/// The llama.cpp server settings that affect memory; nil for the launcher's default.
package struct LlamaCppSettings: Sendable, Equatable {
  /// The build number, such as 11669 for `b11669`; nil if it is not known.
  package var build: Int?
  /// `--ctx-size`: the total tokens of all slots; nil or 0 for the model's context length.
  package var context: Int?
  /// Whether the launcher sets the context, and not the profile.
  package var hasDefaultContext = false
  /// `--parallel`; nil for four slots with a shared cache.
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
  /// `--flash-attn`; nil for automatic detection.
  package var usesFlashAttention: Bool?
  /// `--swa-full`.
  package var keepsWholeWindows = false
  /// `--n-gpu-layers`; nil for all layers.
  package var layersOnGPU: Int?
  /// `--n-cpu-moe`: the number of layers whose experts stay in main memory.
  package var layersOfExpertsOnCPU = 0
  /// Whether the cache is on the same device as the layers.
  package var offloadsCache = true
  /// The number of speculative tokens per step, predicted by the model's own layers.
  package var draftTokens = 0
  /// `--spec-draft-type-k`; nil if it is not set.
  package var draftKeyType: String?
  /// `--spec-draft-type-v`; nil if it is not set.
  package var draftValueType: String?
  /// `--cache-ram` in MiB; negative for no limit.
  package var promptCache = 8192
  /// Bytes of the image encoder.
  package var projector: Int?
  /// The window cells as chosen by another program: Ollama, before it ran this server.
  package var keptWindow: Int?
  /// Whether Ollama's own engine runs the model, as before 0.30, instead of llama.cpp's server.
  package var isOfOwnEngine = false

  package init() {}
}

/// The memory of the llama.cpp server (b11669, src/llama-kv-cache.cpp, llama-memory-recurrent.cpp,
/// llama-context.cpp).
package struct LlamaCppMemory {
  let facts: ModelFacts
  let settings: LlamaCppSettings
  /// Bytes of each GPU; empty for a server without GPUs.
  let cards: [Int]

  /// Creates an estimate's inputs.
  ///
  /// - Throws: ``MissingFacts``.
  package init(
    _ facts: ModelFacts, _ settings: LlamaCppSettings, on cards: [Int]
  ) throws(MissingFacts) {
    var missing: [String] = []
    if facts.layers.isEmpty { missing.append("the kinds of layers") }
    if facts.hiddenSize == nil { missing.append("the hidden size") }
    guard missing.isEmpty else { throw MissingFacts(names: missing) }
    self.facts = facts
    self.settings = settings
    self.cards = cards
  }

  // MARK: Slots

  /// The number of slots; the default is four (tools/server/server-context.cpp).
  var slots: Double { Double(max(1, settings.slots ?? 4)) }

  var isUnified: Bool { settings.isUnified ?? (settings.slots == nil) }

  /// Whether the profile sets the context.
  var isContextSet: Bool { settings.context != nil && !settings.hasDefaultContext }

  /// The total tokens of all slots.
  var context: Double {
    if let context = settings.context, context > 0 { return Double(context) }
    return Double(facts.reachableContext ?? facts.contextLength ?? 4096)
  }

  /// The number of separate caches.
  var streams: Double { isUnified || slots == 1 ? 1 : slots }

  /// The cells of each stream, a multiple of 256.
  var cells: Double {
    Bytes.up(
      streams == 1 ? context : Bytes.quotient(context, slots), to: LlamaCppMemory.step)
  }

  static let step = 256.0

  /// Returns the cells of a sliding-window layer (llama-kv-cache-iswa.cpp).
  func cells(ofWindow window: Double) -> Double {
    if let kept = settings.keptWindow {
      return min(cells, Double(kept) + Double(settings.microbatch))
    }
    guard !settings.keepsWholeWindows else { return cells }
    let needed = window * (isUnified ? slots : 1) + Double(settings.microbatch)
    return Bytes.up(min(cells, needed), to: Self.step)
  }

  /// Returns the cells of a layer with the given reach.
  func cells(of reach: Reach) -> Double {
    switch reach {
    case .full: cells
    case .sliding(let window), .chunked(let window): cells(ofWindow: Double(window))
    }
  }

  // MARK: Types

  /// Returns the bytes per element of a ggml type; nil if a cache cannot have that type.
  static func bytes(of type: String) -> Double? {
    [
      "f32": 4, "f16": 2, "bf16": 2, "q8_0": 34.0 / 32, "q4_0": 18.0 / 32, "q4_1": 20.0 / 32,
      "iq4_nl": 18.0 / 32, "q5_0": 22.0 / 32, "q5_1": 24.0 / 32,
    ][type]
  }

  // MARK: Parts

  /// The bytes per element of keys and of values; nil for an unsupported cache type.
  var cacheTypes: (key: Double, value: Double)? {
    guard let key = Self.bytes(of: settings.keyType), let value = Self.bytes(of: settings.valueType)
    else { return nil }
    return (key, value)
  }

  /// Returns the cache bytes of a layer.
  ///
  /// - Parameter types: The bytes per element of keys and of values.
  func cacheOfLayer(_ kind: LayerKind, _ types: (key: Double, value: Double)) -> Double {
    let (key, value) = types
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

  /// Returns the bytes of a layer's 32-bit state for all slots.
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
}
