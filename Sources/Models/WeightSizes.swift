/// Bytes of a model's weights, by what they are for.
package struct WeightSizes: Sendable, Equatable {
  /// What a tensor is for, by its name.
  package enum Part: String, Sendable, CaseIterable {
    case embedding, output, attention, feedForward, experts, state, norm, vision, audio, other
  }

  /// By part; those without any are left out.
  package private(set) var byPart: [Part: Int] = [:]
  /// Of each layer, by its number.
  package private(set) var byLayer: [Int: Int] = [:]
  /// Of all tensors.
  package private(set) var total = 0

  /// Of named tensors and their bytes; nil where they are more than an Int has.
  package init?(_ tensors: some Sequence<(name: String, bytes: Int)>) {
    for (name, bytes) in tensors {
      guard bytes >= 0, let sum = total.plus(bytes) else { return nil }
      total = sum
      // What is less than the whole is never too large.
      let (part, layer) = Self.place(of: name)
      byPart[part, default: 0] += bytes
      if let layer { byLayer[layer, default: 0] += bytes }
    }
  }

  /// Of a safetensors file.
  package init?(_ header: SafetensorsHeader) {
    self.init(header.tensors.map { (name: $0.key, bytes: $0.value.place.count) })
  }

  /// Of a GGUF file; nil where one of its tensors is of a type that amm does not know.
  package init?(_ header: GGUFHeader) {
    let sizes = header.tensors.map { (name: $0.name, bytes: $0.bytes) }
    guard sizes.allSatisfy({ $0.bytes != nil }) else { return nil }
    self.init(sizes.map { (name: $0.name, bytes: $0.bytes ?? 0) })
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
