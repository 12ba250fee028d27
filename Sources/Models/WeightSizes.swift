/// The sizes of a model's weights in bytes, by purpose.
package struct WeightSizes: Sendable, Equatable {
  /// The purpose of a tensor, derived from its name.
  package enum Part: String, Sendable, CaseIterable {
    case embedding, output, attention
    case feedForward = "feed_forward"
    case experts, state, norm, vision, audio, other
    /// Tables that only inputs are looked up in, other than the token embeddings.
    case lookup
  }

  /// The size of one layer.
  package struct Layer: Sendable, Equatable {
    /// Bytes of all tensors in the layer.
    package var bytes = 0
    /// Bytes of the experts among them.
    package var experts = 0
  }

  /// Bytes by part, without empty parts.
  package internal(set) var byPart: [Part: Int] = [:]
  /// The size of each layer, in order.
  package internal(set) var layers: [Layer] = []
  /// Bytes of all tensors.
  package var total: Int { byPart.values.reduce(0, +) }

  /// The largest total size: larger than any disk, and exact as a double.
  static let limit = 1 << 53

  init() {}

  /// Adds up named tensors and their bytes; nil if the total exceeds the limit.
  package init?(_ tensors: some Sequence<(name: String, bytes: Int)>) {
    var total = 0
    for (name, bytes) in tensors {
      guard bytes >= 0, let sum = total.plus(bytes), sum <= Self.limit else { return nil }
      total = sum
      guard bytes > 0 else { continue }
      // These sums cannot overflow, because they are at most the total.
      let (part, layer) = Self.place(of: name)
      byPart[part, default: 0] += bytes
      guard let layer, (0..<Configuration.layerLimit).contains(layer) else { continue }
      let missing = max(0, layer + 1 - layers.count)
      layers += Array(repeating: Layer(), count: missing)
      layers[layer].bytes += bytes
      if part == .experts { layers[layer].experts += bytes }
    }
  }

  /// Creates a total without parts, for files whose headers were not read; nil for 0 bytes or more
  /// than the limit.
  package init?(ofAll bytes: Int) {
    guard bytes > 0, bytes <= Self.limit else { return nil }
    byPart = [.other: bytes]
  }

  /// Reads the headers of all safetensors files of a model; nil for no headers.
  package init?(_ headers: [SafetensorsHeader]) {
    guard !headers.isEmpty else { return nil }
    self.init(headers.lazy.flatMap(\.tensors).map { (name: $0.key, bytes: $0.value.place.count) })
  }

  /// Reads the headers of all parts of a GGUF file; nil for no headers, for a header that is cut
  /// off, or for a tensor of an unknown type.
  package init?(_ headers: [GGUFHeader]) {
    guard !headers.isEmpty, headers.allSatisfy(\.isWhole) else { return nil }
    var sizes: [(name: String, bytes: Int)] = []
    for tensor in headers.lazy.flatMap(\.tensors) {
      guard let bytes = tensor.bytes else { return nil }
      sizes.append((name: tensor.name, bytes: bytes))
    }
    self.init(sizes)
  }

  /// Returns a tensor's purpose and layer, derived from its name.
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
      if layer == nil,
        has(["per_layer_token_embd", "embed_tokens_per_layer", "position_embd", "token_types"])
      {
        .lookup
      } else if has(["lm_head", "embed_out"]) || words.first == "output" {
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
