import Models

/// The sizes of a model that writes, as formulas use them.
struct Shape {
  let facts: ModelFacts
  /// Numbers of a token between layers.
  let hidden: Double
  let layers: Double
  let heads: Double
  let vocabulary: Double
  /// Numbers within a dense layer's feed-forward part; 0 where all of it is experts.
  let inner: Double

  /// - Throws: ``MissingFacts``.
  init(_ facts: ModelFacts) throws(MissingFacts) {
    var missing: [String] = []
    func size(_ value: Int?, _ name: String) -> Double {
      if let value { return Double(value) }
      missing.append(name)
      return 0
    }
    self.facts = facts
    hidden = size(facts.hiddenSize, "its hidden size")
    layers = size(facts.layerCount, "how many layers it has")
    heads = size(facts.attentionHeads, "its heads of attention")
    vocabulary = size(facts.vocabulary, "its vocabulary")
    inner = Double(facts.feedForwardSize ?? 0)
    if facts.feedForwardSize == nil, facts.experts == nil {
      missing.append("its feed-forward size")
    }
    if facts.layers.isEmpty { missing.append("its kinds of layers") }
    guard missing.isEmpty else { throw MissingFacts(names: missing) }
  }

  /// Whether the shapes of all of its matrices are known: of families whose weights were compared with what
  /// servers said, or with their files.
  var isKnown: Bool {
    !facts.isEstimated
      && facts.isOf([
        "llama", "mistral", "mixtral", "qwen2", "qwen2_moe", "qwen3", "qwen3_moe", "qwen3_next",
        "qwen3_5", "qwen3_5_text", "qwen3_5_moe", "qwen3_5_moe_text", "gemma", "gemma2", "gemma3",
        "gemma3_text", "gpt_oss", "deepseek_v2", "deepseek_v3", "kimi_vl", "kimi_k2", "llama4",
        "llama4_text", "mistral3", "phi", "phi3", "granite", "llava_next", "opt", "lfm2", "olmo2",
        "olmo3", "glm4", "glm4_moe", "smollm3", "cohere", "cohere2", "qwen2_vl", "qwen2_5_vl",
        "qwen3_vl", "qwen3_vl_moe", "starcoder2", "stablelm", "ministral3", "nemotron", "bert",
        "roberta", "xlm-roberta", "mimo", "minimax_m2", "exaone4", "seed_oss", "ernie4_5",
      ])
  }

  /// Matrices of a dense feed-forward part.
  var matrices: Double { facts.gatesFeedForward ? 3 : 2 }

  /// What a layer with attention computes queries with; nil for a model without such.
  var attention: Attention? {
    for group in facts.layers {
      if case .attention(let attention, _) = group.kind { return attention }
    }
    return nil
  }

  /// Its compressed attention; nil for a model without.
  var latent: LatentAttention? {
    for group in facts.layers { if case .latent(let latent) = group.kind { return latent } }
    return nil
  }

  /// Layers with a feed-forward part: all, but for models that have layers of nothing else.
  var innerLayers: Double {
    guard facts.isOf(["nemotron_h"]) else { return layers }
    return facts.layers.reduce(0) { $1.kind == .none ? $0 + Double($1.count) : $0 }
  }

  /// Layers with experts.
  var expertLayers: Double {
    guard let experts = facts.experts else { return 0 }
    if let count = experts.layerCount { return Double(count) }
    let rest = max(0, layers - Double(experts.leadingDenseLayers))
    return Bytes.quotient(rest, Double(max(1, experts.interval)))
  }
}

/// Heads of keys and values that one of several GPUs keeps: at least one.
func headsOfPart(_ heads: Int, _ parts: Double) -> Double {
  max(1, Bytes.quotient(Double(heads), parts))
}
