import Values

/// Reads the kind of each layer from the various forms that configurations use.
extension Configuration {
  /// The largest number of layers that a model can have.
  static let layerLimit = 10_000

  /// The kinds of layers; empty if the configuration does not define heads or sizes.
  var layers: [LayerGroup] {
    guard let count = layerCount, count <= Self.layerLimit else { return [] }
    var groups: [LayerGroup] = []
    // The last layers of Gemma 3n use the keys and values of an earlier layer.
    let shared = min(count, integer("num_kv_shared_layers") ?? 0)
    // The layers of Hunyuan share keys and values in runs (`use_cla`).
    let run = flag("use_cla") == true ? integer("cla_share_factor") ?? 1 : 1
    let heads = headsOfLayers(count)
    if value["block_configs"] != nil, heads == nil { return [] }
    // Each kind is created once: a model has many layers but only a few kinds.
    var known: [(letter: Letter, heads: Int?, kind: LayerKind)] = []
    for (index, written) in letters(count).enumerated() {
      let letter = index < count - shared && index % run == 0 ? written : "X"
      let own = heads?[index]
      let found = known.first { $0.letter == letter && $0.heads == own }?.kind
      guard let kind = found ?? kind(of: letter, heads: own) else { return [] }
      if found == nil { known.append((letter, own, kind)) }
      let number = attentionsOfLayer
      if let index = groups.firstIndex(where: { $0.kind == kind }) {
        groups[index].count += number
      } else {
        groups.append(LayerGroup(kind: kind, count: number))
      }
    }
    // Each layer of Falcon H1 has attention and a state (transformers 5.24, modeling_falcon_h1.py).
    if isOf("falcon_h1") { groups.append(LayerGroup(kind: .recurrent(stateSpace), count: count)) }
    return groups
  }

  /// Each layer of LongCat Flash has two attention blocks (vLLM 0.33.0, longcat_flash.py).
  private var attentionsOfLayer: Int { isOf("longcat_flash") ? 2 : 1 }

  /// Returns the number of KV heads of each layer if the file lists them per layer: 0 for a layer
  /// without attention, nil if the file has no such list.
  private func headsOfLayers(_ count: Int) -> [Int]? {
    // OpenELM.
    if let list = numbers("num_kv_heads"), list.count == count { return list }
    // DeciLM 7B.
    if let list = numbers("num_key_value_heads_per_layer"), list.count == count { return list }
    // DeciLM: the number of query heads that share a KV head.
    guard let blocks = value["block_configs"]?.list, blocks.count == count,
      let all = attentionHeads
    else { return nil }
    var heads: [Int] = []
    for block in blocks {
      guard let attention = block["attention"] else { return nil }
      if attention["no_op"]?.boolean == true || attention["replace_with_linear"]?.boolean == true {
        heads.append(0)
      } else if let group = attention["n_heads_in_group"]?.wholeNumber, group > 0 {
        heads.append(max(1, all / group))
      } else {
        return nil
      }
    }
    return heads
  }

  /// The number of layers.
  var layerCount: Int? {
    if let list = written(["layers_block_type", "layer_types"])?.list,
      value["num_hidden_layers"] == nil
    {
      return list.isEmpty ? nil : list.count
    }
    return integer(
      "num_hidden_layers", "n_layer", "num_layers", "n_layers", "num_transformer_layers")
  }

  /// A layer's kind: `F` full attention, `S` sliding window, `C` chunked attention, `L` linear
  /// attention, `M` state space, `K` convolution, `X` no attention and no state.
  private typealias Letter = Character

  private func letters(_ count: Int) -> [Letter] {
    if let own = written(count) { return own }
    if let pattern = type?.layers, usesWindow != false || !pattern.contains("S"),
      let own = repeated(Array(pattern), count)
    {
      return own
    }
    guard usesWindow ?? true, window != nil else { return Array(repeating: "F", count: count) }
    // The layers before this one have full attention (transformers, configuration_qwen2.py).
    let full = value["max_window_layers"]?.wholeNumber ?? 0
    return (0..<count).map { $0 < full ? "F" : "S" }
  }

  /// Returns the layer kinds that the file defines in one of the supported forms.
  private func written(_ count: Int) -> [Letter]? {
    if let list = written(["layer_types", "layers_block_type"])?.list {
      let letters = list.map { $0.text.flatMap { Self.letters[$0] } ?? "F" }
      return repeated(letters, count)
    }
    if let pattern = hybridPattern {
      return repeated(pattern.map { $0 == "M" ? "M" : $0 == "*" ? "F" : "X" }, count)
    }
    if let text = word("sliding_window_pattern") {
      // EXAONE: L is local, G is global.
      return repeated(text.map { $0 == "L" ? "S" : "F" }, count)
    }
    if let pattern = numbers("hybrid_layer_pattern") {
      return repeated(pattern.map { $0 == 0 ? "F" : "S" }, count)
    }
    if let kinds = numbers("attn_type_list") {
      return repeated(kinds.map { $0 == 0 ? "L" : "F" }, count)
    }
    if let ropes = numbers("no_rope_layers"), ropes.count == count, chunk != nil {
      return ropes.map { $0 == 0 ? "F" : "C" }
    }
    for (key, other) in [("full_attn_idxs", "K"), ("attn_layer_indices", "M")] as [(String, Letter)]
    {
      guard let full = numbers(key).map(Set.init) else { continue }
      return (0..<count).map { full.contains($0) ? "F" : other }
    }
    if let linear = value["linear_attn_config"], let full = linear["full_attn_layers"]?.list {
      // Layer numbers start at 1 (Kimi Linear).
      let places = Set(full.compactMap(\.wholeNumber))
      return (0..<count).map { places.contains($0 + 1) ? "F" : "L" }
    }
    if let size = value["layer_group_size"]?.wholeNumber, size > 1 {
      // Ring: the last layer of a group and all layers after the last full group have full
      // attention.
      return (0..<count).map { ($0 + 1) % size == 0 || $0 >= count / size * size ? "F" : "L" }
    }
    for (key, other) in [
      ("full_attention_interval", "L"), ("sliding_window_pattern", "S"),
      ("_sliding_window_pattern", "S"), ("no_rope_layer_interval", "C"),
    ] as [(String, Letter)] {
      guard let interval = value[key]?.wholeNumber, interval > 0 else { continue }
      guard other != "S" || (window != nil && usesWindow != false), other != "C" || chunk != nil
      else {
        continue
      }
      return (0..<count).map { ($0 + 1) % interval == 0 ? "F" : other }
    }
    if let period = value["attn_layer_period"]?.wholeNumber, period > 0 {
      let offset = value["attn_layer_offset"]?.wholeNumber ?? 0
      return (0..<count).map { $0 % period == offset ? "F" : "M" }
    }
    return nil
  }

  /// The layer kinds of Nemotron-H: `M` state space, `*` attention, `-` feed-forward, `E` experts.
  var hybridPattern: [Character]? {
    guard let text = written(["hybrid_override_pattern"])?.text,
      (1...Self.layerLimit).contains(text.utf8.count)
    else { return nil }
    return Array(text)
  }

  private func repeated(_ letters: [Letter], _ count: Int) -> [Letter]? {
    letters.isEmpty ? nil : (0..<count).map { letters[$0 % letters.count] }
  }

  private static let letters: [String: Letter] = [
    "full_attention": "F", "attention": "F", "sliding_attention": "S", "chunked_attention": "C",
    "linear_attention": "L", "mamba": "M", "mamba2": "M", "recurrent": "M", "hybrid": "F",
    "conv": "K", "short_conv": "K", "mlp": "X", "moe": "X",
  ]

  /// - Parameter heads: The number of KV heads, if the file lists it for this layer.
  private func kind(of letter: Letter, heads: Int?) -> LayerKind? {
    if let heads, letter == "F" {
      guard heads > 0 else { return LayerKind.none }
      guard let even = attention(heads: heads) else { return nil }
      return .attention(even, .full)
    }
    return switch letter {
    case "L": linear.map { .linear($0) } ?? stateSpace.map { .recurrent($0) } ?? .linear(nil)
    case "M": .recurrent(stateSpace)
    case "K": .convolution(taps: integer("conv_L_cache"))
    case "X": LayerKind.none
    case "S":
      window.flatMap { window in
        attention(isSliding: true).map { .attention($0, reach(window)) }
      }
    case "C": chunk.flatMap { chunk in attention().map { .attention($0, .chunked(chunk)) } }
    default: latent.map(LayerKind.latent) ?? attention().map { .attention($0, .full) }
    }
  }

  /// Returns full reach for a window that is at least as long as the context length.
  private func reach(_ window: Int) -> Reach {
    contextLength.map { window >= $0 } ?? false ? .full : .sliding(window)
  }

  /// The context length in tokens that the model was trained for.
  var contextLength: Int? {
    let written = integer(
      "max_position_embeddings", "n_positions", "seq_length", "max_sequence_length", "n_ctx",
      "max_seq_len", "max_target_positions", "max_context_length", "max_position_embedding")
    // RoBERTa's first position follows the padding position, which is 1.
    let isOffset = isOf("roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "mpnet")
    return written.map { isOffset && $0 > 2 ? $0 - 2 : $0 }
  }

  /// The size of the sliding window in tokens.
  private var window: Int? {
    integer("sliding_window", "sliding_window_size", "local_attention")
      // configuration_modernbert.py.
      ?? (isOf("modernbert", "modernbert-decoder") ? 128 : nil)
  }

  /// The chunk size in tokens; attention does not cross a chunk's boundary.
  private var chunk: Int? { integer("attention_chunk_size") }

  /// Whether the window is used: most Qwen configurations define a window and disable it.
  private var usesWindow: Bool? {
    if let flag = flag("use_sliding_window") { return flag }
    return value["model_type"]?.text?.hasPrefix("qwen") == true ? false : nil
  }

  /// The number of attention heads.
  var attentionHeads: Int? { integer("num_attention_heads", "n_head", "n_heads", "num_heads") }

  private func attention(isSliding: Bool = false, heads: Int? = nil) -> Attention? {
    guard let all = heads ?? keyValueHeads ?? attentionHeads else { return nil }
    let size = integer("head_dim", "kv_channels") ?? evenHeadSize
    let isGlobal = !isSliding
    let own =
      heads != nil
      ? nil : integer(isSliding ? "swa_num_key_value_heads" : "num_global_key_value_heads")
    let ownSize = isSliding ? integer("swa_head_dim") : isGlobal ? integer("global_head_dim") : nil
    guard let key = ownSize ?? size else { return nil }
    let value = (isSliding ? integer("swa_v_head_dim") : nil) ?? integer("v_head_dim") ?? key
    return Attention(keyValueHeads: own ?? all, keySize: key, valueSize: value)
  }

  private var keyValueHeads: Int? {
    // The first Falcon models share a single KV head.
    if flag("multi_query") == true, flag("new_decoder_architecture") != true { return 1 }
    return integer(
      "num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num",
      "num_attention_groups") ?? value["attn_config"]?["kv_n_heads"]?.wholeNumber
  }

  /// The hidden size divided by the number of heads; nil if it is not divisible.
  var evenHeadSize: Int? {
    guard let size = hiddenSize, let heads = attentionHeads, size % heads == 0 else { return nil }
    return size / heads
  }

  /// The hidden size: elements per token between layers.
  var hiddenSize: Int? { integer("hidden_size", "n_embd", "n_embed", "d_model", "model_dim") }

  private var latent: LatentAttention? {
    guard let rank = integer("kv_lora_rank"), let position = integer("qk_rope_head_dim"),
      let content = integer("qk_nope_head_dim"), let value = integer("v_head_dim")
    else { return nil }
    return LatentAttention(
      rank: rank, queryRank: integer("q_lora_rank"), positionSize: position, contentSize: content,
      valueSize: value)
  }
}
