package import Values

extension ModelFacts {
  /// The facts as an object, without unknown ones.
  package var value: Value { asValue }

  /// Returns the names of the facts that differ, in the order in which they are written.
  package static func differing(_ one: ModelFacts?, _ other: ModelFacts?) -> [String] {
    facts.filter { fact in
      one.flatMap { fact.value($0) } != other.flatMap { fact.value($0) }
    }.map(\.name)
  }

  /// Reads what ``value`` wrote; nil for anything else.
  package init?(_ value: JSONValue) { self.init(facts: value) }
}

extension ModelFacts: FactTable {
  static var unknown: ModelFacts { ModelFacts() }

  static let facts: [FactField<ModelFacts>] = [
    FactField(
      name: "format", isRequired: true, value: { .text($0.format.rawValue) },
      take: { root, value in
        guard let format = value.text.flatMap(Format.init) else { return false }
        root.format = format
        return true
      }),
    .word("architecture", \.architecture), .word("family", \.family),
    .count("parameters", \.parameters),
    .count("hidden_size", \.hiddenSize), .count("feed_forward_size", \.feedForwardSize),
    .count("attention_heads", \.attentionHeads), .count("rotated_size", \.rotatedSize),
    .count("layer_count", \.layerCount),
    FactField(
      name: "layers", value: { $0.layers.isEmpty ? nil : .list($0.layers.map(\.value)) },
      take: { root, value in
        let groups = value.list?.map(LayerGroup.init) ?? []
        guard !groups.isEmpty, groups.allSatisfy({ $0 != nil }) else { return false }
        root.layers = groups.compactMap { $0 }
        return true
      }),
    .word("layer_order", \.layerOrder), .count("prediction_layers", \.predictionLayers),
    .part("experts", \.experts), .count("context_length", \.contextLength),
    .count("reachable_context", \.reachableContext), .part("position_scaling", \.positionScaling),
    .count("vocabulary", \.vocabulary), .flag("tied", \.isTied), .word("data_type", \.dataType),
    .part("quantization", \.quantization), .part("weights", \.weights),
    .part("vision", \.vision),
    .choices("modalities", \.modalities), .word("pooling", \.pooling),
    .mark("classifier", \.isClassifier), .mark("part", \.isPart), .mark("own_code", \.hasOwnCode),
    .part("template", \.template), .part("sampling", \.sampling),
  ]
}

extension Experts: FactTable {
  static var unknown: Experts {
    Experts(count: 0, active: nil, size: nil, sharedSize: 0, leadingDenseLayers: 0)
  }

  static let facts: [FactField<Experts>] = [
    .needed("count", \.count), .count("active", \.active), .count("size", \.size),
    .needed("shared_size", \.sharedSize), .needed("leading_dense_layers", \.leadingDenseLayers),
    FactField(
      name: "interval", value: { $0.interval == 1 ? nil : .integer($0.interval) },
      take: { root, value in
        root.interval = value.wholeNumber ?? 0
        return root.interval > 1
      }),
    .count("layers", \.layerCount),
  ]
}

extension PositionScaling: FactTable {
  static var unknown: PositionScaling { PositionScaling(kind: "") }

  static let facts: [FactField<PositionScaling>] = [
    .neededWord("kind", \.kind), .number("factor", \.factor), .count("original", \.original),
  ]
}

extension WeightFormat: FactTable {
  static var unknown: WeightFormat { WeightFormat(method: "") }

  static let facts: [FactField<WeightFormat>] = [
    .neededWord("method", \.method), .count("bits", \.bits), .count("group_size", \.groupSize),
    .count("block_size", \.blockSize), .names("exclusions", \.exclusions),
    .mark("mixed", \.isMixed), .word("cache_type", \.cacheType),
  ]
}

extension VisionEncoder: FactTable {
  static var unknown: VisionEncoder { VisionEncoder() }

  static let facts: [FactField<VisionEncoder>] = [
    .count("layers", \.layers), .count("hidden_size", \.hiddenSize),
    .count("feed_forward_size", \.feedForwardSize), .count("patch_size", \.patchSize),
    .count("image_size", \.imageSize), .count("tokens_of_image", \.tokensOfImage),
  ]
}

extension ChatTemplate: FactTable {
  static var unknown: ChatTemplate { ChatTemplate("") }

  static let facts: [FactField<ChatTemplate>] = [
    .mark("tools", \.hasTools), .mark("thinking", \.canThink),
  ]
}

extension GenerationDefaults: FactTable {
  static var unknown: GenerationDefaults { GenerationDefaults() }

  static let facts: [FactField<GenerationDefaults>] = [
    .number("temperature", \.temperature), .number("top_p", \.topP), .count("top_k", \.topK),
    .number("repetition_penalty", \.repetitionPenalty),
  ]
}

// MARK: Weights

extension WeightSizes: FactTable {
  static var unknown: WeightSizes { WeightSizes() }

  static let facts: [FactField<WeightSizes>] =
    Part.allCases.map { part in
      FactField(
        name: part.rawValue, value: { $0.byPart[part].map(Value.integer) },
        take: { root, value in
          guard let bytes = value.wholeNumber, bytes > 0,
            let sum = root.total.plus(bytes), sum <= limit
          else { return false }
          root.byPart[part] = bytes
          return true
        })
    } + [
      FactField(
        name: "layers",
        value: { $0.layers.isEmpty ? nil : .list($0.runs.map(\.asValue)) },
        take: { root, value in
          for item in value.list ?? [] {
            guard let run = WeightRun(facts: item), run.isPossible,
              run.count <= Configuration.layerLimit - root.layers.count
            else { return false }
            root.layers += Array(repeating: run.layer, count: run.count)
          }
          return !root.layers.isEmpty
        })
    ]

  /// The layers, with consecutive layers of the same size merged.
  private var runs: [WeightRun] {
    var runs: [WeightRun] = []
    for layer in layers {
      if runs.last?.layer == layer {
        runs[runs.count - 1].count += 1
      } else {
        runs.append(WeightRun(layer: layer, count: 1))
      }
    }
    return runs
  }
}

/// Consecutive layers of the same size.
private struct WeightRun: FactTable {
  var layer = WeightSizes.Layer()
  var count = 0

  var isPossible: Bool { count > 0 && 0...layer.bytes ~= layer.experts && layer.bytes <= 1 << 53 }

  /// Bytes of experts; nil for a layer without experts.
  private var experts: Int? {
    get { layer.experts == 0 ? nil : layer.experts }
    set { layer.experts = newValue ?? 0 }
  }

  static var unknown: WeightRun { WeightRun() }

  static let facts: [FactField<WeightRun>] = [
    .needed("count", \.count), .needed("bytes", \.layer.bytes), .count("experts", \.experts),
  ]
}

// MARK: Layers

extension LayerGroup {
  fileprivate var value: Value { LayerText(self).asValue }

  fileprivate init?(_ value: JSONValue) {
    guard let text = LayerText(facts: value), let group = text.group else { return nil }
    self = group
  }
}

/// The JSON form of a group of layers, with all numbers in one object.
private struct LayerText: FactTable, Equatable {
  var kind = ""
  var count = 0
  var window: Int?
  var chunk: Int?
  var heads: Int?
  var keyHeads: Int?
  var keySize: Int?
  var valueSize: Int?
  var rank: Int?
  var queryRank: Int?
  var positionSize: Int?
  var headSize: Int?
  var stateSize: Int?
  var groups: Int?
  var taps: Int?

  static var unknown: LayerText { LayerText() }

  static let facts: [FactField<LayerText>] = [
    .neededWord("kind", \.kind), .needed("count", \.count), .count("window", \.window),
    .count("chunk", \.chunk), .count("heads", \.heads), .count("key_heads", \.keyHeads),
    .count("key_size", \.keySize), .count("value_size", \.valueSize), .count("rank", \.rank),
    .count("query_rank", \.queryRank), .count("position_size", \.positionSize),
    .count("head_size", \.headSize), .count("state_size", \.stateSize), .count("groups", \.groups),
    .count("taps", \.taps),
  ]

  init() {}

  init(_ group: LayerGroup) {
    count = group.count
    switch group.kind {
    case .attention(let attention, let reach):
      kind = "attention"
      (heads, keySize, valueSize) = (
        attention.keyValueHeads, attention.keySize, attention.valueSize
      )
      switch reach {
      case .full: break
      case .sliding(let tokens): window = tokens
      case .chunked(let tokens): chunk = tokens
      }
    case .latent(let latent):
      kind = "latent"
      (rank, queryRank, positionSize) = (latent.rank, latent.queryRank, latent.positionSize)
      (keySize, valueSize) = (latent.contentSize, latent.valueSize)
    case .linear(let linear):
      kind = "linear"
      guard let linear else { return }
      (heads, keyHeads, keySize) = (linear.valueHeads, linear.keyHeads, linear.keySize)
      (valueSize, taps) = (linear.valueSize, linear.taps)
    case .recurrent(let space):
      kind = "recurrent"
      guard let space else { return }
      (heads, headSize, stateSize) = (space.heads, space.headSize, space.stateSize)
      (groups, taps) = (space.groups, space.taps)
    case .convolution(let number):
      kind = "convolution"
      taps = number
    case .none: kind = "none"
    }
  }

  /// The group; nil for an unknown kind or for numbers that do not belong to the kind.
  var group: LayerGroup? {
    guard let layer, (1...Configuration.layerLimit).contains(count) else { return nil }
    let group = LayerGroup(kind: layer, count: count)
    return LayerText(group) == self ? group : nil
  }

  private var layer: LayerKind? {
    switch kind {
    case "attention":
      guard let heads, let keySize, let valueSize else { return nil }
      let reach = window.map(Reach.sliding) ?? chunk.map(Reach.chunked) ?? .full
      return .attention(
        Attention(keyValueHeads: heads, keySize: keySize, valueSize: valueSize), reach)
    case "latent":
      guard let rank, let positionSize, let keySize, let valueSize else { return nil }
      return .latent(
        LatentAttention(
          rank: rank, queryRank: queryRank, positionSize: positionSize, contentSize: keySize,
          valueSize: valueSize))
    case "linear":
      guard let heads, let keyHeads, let keySize, let valueSize else { return .linear(nil) }
      return .linear(
        LinearAttention(
          keyHeads: keyHeads, valueHeads: heads, keySize: keySize, valueSize: valueSize,
          taps: taps))
    case "recurrent":
      guard let heads, let headSize, let stateSize, let groups else { return .recurrent(nil) }
      return .recurrent(
        StateSpace(
          heads: heads, headSize: headSize, stateSize: stateSize, groups: groups, taps: taps))
    case "convolution": return .convolution(taps: taps)
    case "none": return LayerKind.none
    default: return nil
    }
  }
}
