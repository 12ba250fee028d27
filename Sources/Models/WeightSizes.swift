/// Bytes of a model's weights, by what they are for.
package struct WeightSizes: Sendable, Equatable {
  /// What a tensor is for, by its name.
  package enum Part: String, Sendable, CaseIterable {
    case embedding, output, attention
    case feedForward = "feed_forward"
    case experts, state, norm, vision, audio, other
  }

  /// What one layer weighs.
  package struct Layer: Sendable, Equatable {
    /// Of all its tensors.
    package var bytes = 0
    /// Of them, those of experts, of which a few compute each token.
    package var experts = 0
  }

  /// By part; those without any are left out.
  package internal(set) var byPart: [Part: Int] = [:]
  /// Of each layer, in their order.
  package internal(set) var layers: [Layer] = []
  /// Of all tensors.
  package var total: Int { byPart.values.reduce(0, +) }

  /// More than that no disk has, and a double holds it exactly.
  static let limit = 1 << 53

  init() {}

  /// Of named tensors and their bytes; nil where they are more than any disk has.
  package init?(_ tensors: some Sequence<(name: String, bytes: Int)>) {
    var total = 0
    for (name, bytes) in tensors {
      guard bytes >= 0, let sum = total.plus(bytes), sum <= Self.limit else { return nil }
      total = sum
      guard bytes > 0 else { continue }
      // What is less than the whole is never too large.
      let (part, layer) = Self.place(of: name)
      byPart[part, default: 0] += bytes
      guard let layer, (0..<Configuration.layerLimit).contains(layer) else { continue }
      let missing = max(0, layer + 1 - layers.count)
      layers += Array(repeating: Layer(), count: missing)
      layers[layer].bytes += bytes
      if part == .experts { layers[layer].experts += bytes }
    }
  }

  /// Of files whose heads nobody read: so many bytes, for whatever they are; nil for none, and for more than
  /// any disk has.
  package init?(ofAll bytes: Int) {
    guard bytes > 0, bytes <= Self.limit else { return nil }
    byPart = [.other: bytes]
  }

  /// Of all safetensors files of a model; nil for none.
  package init?(_ headers: [SafetensorsHeader]) {
    guard !headers.isEmpty else { return nil }
    self.init(headers.lazy.flatMap(\.tensors).map { (name: $0.key, bytes: $0.value.place.count) })
  }

  /// Of a GGUF file and the parts that follow it; nil for none, for one that is cut off before its last
  /// tensor, and for a tensor of a type that amm does not know.
  package init?(_ headers: [GGUFHeader]) {
    guard !headers.isEmpty, headers.allSatisfy(\.isWhole) else { return nil }
    var sizes: [(name: String, bytes: Int)] = []
    for tensor in headers.lazy.flatMap(\.tensors) {
      guard let bytes = tensor.bytes else { return nil }
      sizes.append((name: tensor.name, bytes: bytes))
    }
    self.init(sizes)
  }

  /// What a tensor is for and in which layer, by the parts of its name.
  static func place(of name: String) -> (part: Part, layer: Int?) {
    let words = name.split(separator: ".").map { $0.lowercased() }
    var layer: Int?
    for (index, word) in words.enumerated().dropFirst()
    where ["blk", "layers", "h", "layer", "blocks"].contains(words[index - 1]) {
      layer = layer ?? Int(word)
    }
    func has(_ parts: [String]) -> Bool {
      words.contains { word in parts.contains { word.hasPrefix($0) } }
    }
    if has(["visual", "vision", "vit", "mm", "multi_modal_projector"]) || words.first == "v" {
      return (.vision, nil)
    }
    if has(["audio"]) || words.first == "a" { return (.audio, nil) }
    let part: Part =
      if has(["lm_head", "embed_out"]) || words.first == "output" {
        .output
      } else if layer == nil,
        has([
          "token_embd", "embed_tokens", "wte", "wpe", "embed_positions",
          "word_embeddings", "position_embeddings", "token_type_embeddings", "tok_embeddings",
        ])
      {
        .embedding
      } else if has(["experts"]) || words.contains(where: { $0.hasSuffix("_exps") }) {
        .experts
      } else if has(["ssm_", "linear_attn", "mamba", "mixer", "shortconv", "conv"]) {
        .state
      } else if words.contains(where: {
        $0.hasSuffix("norm") || $0.hasPrefix("layernorm") || $0.hasPrefix("ln_")
      })
        || words.suffix(2).contains(where: { $0.contains("norm") })
      {
        .norm
      } else if has(["self_attn", "attn_", "attn", "attention", "self_attention"]) {
        .attention
      } else if has(["mlp", "ffn", "feed_forward", "intermediate", "fc1", "fc2"])
        || layer != nil && has(["output"])
      {
        .feedForward
      } else {
        .other
      }
    return (part, layer)
  }
}
