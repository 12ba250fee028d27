package import Models

/// The sizes of a generative model, as used in formulas.
struct Shape {
  let facts: ModelFacts
  /// The hidden size: elements per token between layers.
  let hidden: Double
  let layers: Double
  let heads: Double
  let vocabulary: Double
  /// The feed-forward size of a dense layer; 0 if all layers have experts.
  let inner: Double

  /// Reads the sizes from a model's facts.
  ///
  /// - Throws: ``MissingFacts``.
  init(_ facts: ModelFacts) throws(MissingFacts) {
    var missing: [String] = []
    func size(_ value: Int?, _ name: String) -> Double {
      if let value { return Double(value) }
      missing.append(name)
      return 0
    }
    self.facts = facts
    hidden = size(facts.hiddenSize, "the hidden size")
    layers = size(facts.layerCount, "the number of layers")
    heads = size(facts.attentionHeads, "the number of attention heads")
    vocabulary = size(facts.vocabulary, "the vocabulary size")
    inner = Double(facts.feedForwardSize ?? 0)
    if facts.feedForwardSize == nil, facts.experts == nil {
      missing.append("the feed-forward size")
    }
    if facts.layers.isEmpty { missing.append("the kinds of layers") }
    guard missing.isEmpty else { throw MissingFacts(names: missing) }
  }

  /// Whether the shapes of all matrices are known.
  var isKnown: Bool { facts.hasKnownShapes }

  /// The number of matrices in a dense feed-forward block.
  var matrices: Double { facts.gatesFeedForward ? 3 : 2 }

  /// The attention of the first attention layer; nil for a model without one.
  var attention: Attention? {
    for group in facts.layers {
      if case .attention(let attention, _) = group.kind { return attention }
    }
    return nil
  }

  /// The compressed attention; nil for a model without it.
  var latent: LatentAttention? {
    for group in facts.layers { if case .latent(let latent) = group.kind { return latent } }
    return nil
  }

  /// The number of layers with a feed-forward block: all layers, except in Nemotron-H, where only
  /// layers without attention or a state have one.
  var innerLayers: Double {
    guard facts.isOf(["nemotron_h"]) else { return layers }
    return facts.layers.reduce(0) { $1.kind == .none ? $0 + Double($1.count) : $0 }
  }

  /// The number of layers with experts.
  var expertLayers: Double {
    guard let experts = facts.experts else { return 0 }
    if let count = experts.layerCount { return Double(count) }
    let rest = max(0, layers - Double(experts.leadingDenseLayers))
    return Bytes.quotient(rest, Double(max(1, experts.interval)))
  }
}

/// Returns the number of KV heads on one of several GPUs, at least one.
func headsOfPart(_ heads: Int, _ parts: Double) -> Double {
  max(1, Bytes.quotient(Double(heads), parts))
}

extension ModelFacts {
  /// Whether the shapes of all matrices are known: the family's weights were compared with servers'
  /// reports or with the files.
  package var hasKnownShapes: Bool {
    !isEstimated
      && isOf([
        "llama", "mistral", "mixtral", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "qwen3_next",
        "qwen3_5", "qwen3_5_text", "qwen3_5_moe", "qwen3_5_moe_text", "gemma", "gemma2", "gemma3",
        "gemma3_text", "gpt_oss", "deepseek_v2", "deepseek_v3", "kimi_vl", "kimi_k2", "llama4",
        "llama4_text", "mistral3", "phi", "phi3", "granite", "llava_next", "opt", "lfm2", "olmo2",
        "olmo3", "glm4", "glm4_moe", "smollm3", "cohere", "cohere2", "qwen2_vl", "qwen2_5_vl",
        "qwen3_vl", "qwen3_vl_moe", "starcoder2", "stablelm", "ministral3", "nemotron", "bert",
        "roberta", "xlm-roberta", "mimo", "minimax_m2", "exaone4", "seed_oss", "ernie4_5",
      ])
  }
}

extension MemoryEstimate {
  /// Notes that the sizes of matrices are not all known.
  mutating func note(_ shape: Shape) {
    if !shape.isKnown, shape.facts.weights == nil {
      notes.append(
        "The shapes of this family are partly unknown: 'amm lock' reads the sizes of the files.")
    }
  }
}
