package import Values

extension ModelFacts {
  /// What `config.json` of a model on the Hugging Face hub says; nil for a file that is none.
  ///
  /// Names are those of transformers' classes and of single models; what a file leaves out is what its
  /// class means by it.
  package init?(configuration bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), case .object = value else { return nil }
    self.init(configuration: value)
  }

  /// What an object says that is `config.json` decoded.
  package init(configuration value: JSONValue) {
    self.init()
    let whole = Configuration(value)
    let text = whole.text
    architecture = value["architectures"]?[0]?.word
    family = whole.word("model_type")
    hasOwnCode = value["auto_map"] != nil
    hiddenSize = text.hiddenSize
    attentionHeads = text.attentionHeads
    layerCount = text.layerCount
    layers = text.layers
    experts = text.experts
    feedForwardSize = text.feedForwardSize
    contextLength = text.contextLength
    positionScaling = text.positionScaling
    rotatedSize = text.rotatedSize(of: headSize)
    reachableContext = text.reachableContext(positionScaling)
    vocabulary = text.integer("vocab_size", "padded_vocab_size")
    isTied =
      whole.flag("tie_word_embeddings") ?? text.flag("tie_word_embeddings")
      ?? ((text.type ?? whole.type) == nil ? nil : false)
    dataType = text.word("dtype", "torch_dtype") ?? whole.word("dtype", "torch_dtype")
    quantization = whole.weightFormat ?? text.weightFormat
    vision = whole.vision
    vision?.tokensOfImage = whole.integer("mm_tokens_per_image", "image_seq_length")
    if vision != nil { modalities.append(.image) }
    if whole.part("audio_config") != nil { modalities.append(.audio) }
    if value["video_token_id"]?.wholeNumber != nil { modalities.append(.video) }
    isClassifier =
      architecture.map { name in
        ["ForSequenceClassification", "ForTokenClassification", "RewardModel"].contains {
          name.hasSuffix($0)
        }
      } ?? false
  }
}

extension Configuration {
  var experts: Experts? {
    let counts = [
      "num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts", "num_moe_experts",
    ]
    // Every name has a meaning of its own in some class, so a written one goes first.
    let named = counts.lazy.compactMap { value[$0]?.wholeNumber }.first
    guard let count = named ?? counts.lazy.compactMap({ type?[$0] }).first, count > 1 else {
      return nil
    }
    let size =
      integer("moe_intermediate_size", "expert_ffn_hidden_size", "moe_ffn_hidden_size")
      ?? integer("intermediate_size", "ffn_hidden_size")
    let shared: Int? =
      integer(
        "shared_expert_intermediate_size", "shared_intermediate_size",
        "moe_shared_expert_intermediate_size")
      ?? integer("n_shared_experts", "num_shared_experts").flatMap { number in
        size.flatMap { $0.times(number) }
      }
      // Llama 4 has one in each layer, and no key that says so.
      ?? (integer("attention_chunk_size") == nil ? nil : size)
    return Experts(
      count: count,
      active: integer(
        "num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_topk", "moe_k",
        "top_k_experts"),
      size: size, sharedSize: shared ?? 0,
      leadingDenseLayers: integer("first_k_dense_replace", "moe_layer_start_index") ?? 0,
      interval: integer("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_freq") ?? 1)
  }

  /// Nil where all layers have experts, each of its own size.
  var feedForwardSize: Int? {
    if experts != nil, integer("decoder_sparse_step") == 1, numbers("mlp_only_layers") ?? [] == [] {
      return nil
    }
    // Of Mixtral and gpt-oss the one size is that of experts; Llama 4 has layers without.
    if experts != nil, integer("moe_intermediate_size") == nil,
      integer("attention_chunk_size") == nil
    {
      return nil
    }
    let own = integer("intermediate_size", "ffn_dim", "d_ff", "ffn_hidden_size", "n_inner")
    // GPT-2's is four times the hidden size where it is not said.
    return own ?? (word("model_type") == "gpt2" ? hiddenSize.flatMap { $0.times(4) } : nil)
  }

  /// `rope_scaling`, or `rope_parameters` of transformers 5, perhaps one for each kind of layer.
  var positionScaling: PositionScaling? {
    guard var scaling = written(["rope_scaling", "rope_parameters"]), case .object = scaling else {
      return nil
    }
    if scaling["rope_type"] == nil, scaling["type"] == nil, let full = scaling["full_attention"] {
      scaling = full
    }
    guard let kind = scaling["rope_type"]?.word ?? scaling["type"]?.word, kind != "default",
      kind != "mrope"
    else { return nil }
    return PositionScaling(
      kind: kind, factor: scaling["factor"]?.number,
      original: (scaling["original_max_position_embeddings"]
        ?? value["original_max_position_embeddings"])?.wholeNumber)
  }

  /// Tokens that servers take for the longest text, where scaled positions reach further than the file
  /// says (vLLM 0.33.0, config/model.py, `_get_and_verify_max_len`).
  func reachableContext(_ scaling: PositionScaling?) -> Int? {
    var longest = max(contextLength ?? 0, value["model_max_length"]?.wholeNumber ?? 0)
    // Gemma 3's number is scaled already; so are those of the other kinds.
    if let scaling, let factor = scaling.factor, factor > 1, factor < 1_000_000,
      !["llama3", "longrope", "su"].contains(scaling.kind),
      value["model_type"]?.text?.hasPrefix("gemma3") != true
    {
      let base = scaling.kind == "yarn" ? scaling.original ?? contextLength : contextLength
      let reached = base.flatMap { Int(exactly: (Double($0) * factor).rounded(.down)) }
      longest = max(longest, min(reached ?? 0, 1 << 40))
    }
    return longest > 0 ? longest : nil
  }

  /// Numbers of a head that are rotated; nil for all of them.
  func rotatedSize(of headSize: Int?) -> Int? {
    let share =
      value["partial_rotary_factor"] ?? value["rope_parameters"]?["partial_rotary_factor"]
      ?? value["rotary_pct"]
    guard let share = share?.number, share > 0, share < 1, let headSize else { return nil }
    return Int(exactly: (share * Double(headSize)).rounded(.down))
  }

  /// `quantization_config` (transformers, quantizers; compressed-tensors).
  var weightFormat: WeightFormat? {
    guard let own = value["quantization_config"] ?? value["compression_config"],
      let method = own["quant_method"]?.word ?? own["quantization_type"]?.word
    else { return nil }
    let weights = own["config_groups"]?["group_0"]?["weights"]
    let excluded =
      own["modules_to_not_convert"] ?? own["ignored_layers"] ?? own["ignore"]
      ?? own["llm_int8_skip_modules"]
    return WeightFormat(
      method: method,
      bits: (own["bits"] ?? own["w_bit"] ?? weights?["num_bits"])?.wholeNumber
        ?? (own["load_in_4bit"] == .boolean(true)
          ? 4 : own["load_in_8bit"] == .boolean(true) ? 8 : nil),
      groupSize: (own["group_size"] ?? own["q_group_size"] ?? weights?["group_size"])?.wholeNumber,
      blockSize: own["weight_block_size"]?[0]?.wholeNumber,
      exclusions: excluded?.list?.prefix(10_000).compactMap(\.text) ?? [])
  }

  /// The encoder of images below `vision_config`.
  var vision: VisionEncoder? {
    guard
      let own = part("vision_config", "visual", "vision_tower_config")
        ?? part("thinker_config")?.part("vision_config")
    else { return nil }
    let hidden = own.integer("hidden_size", "embed_dim", "width", "vt_hidden_size")
    return VisionEncoder(
      layers: own.integer("num_hidden_layers", "depth", "layers", "vt_num_hidden_layers"),
      hiddenSize: hidden,
      feedForwardSize: own.integer("intermediate_size", "vt_intermediate_size")
        ?? own.value["mlp_ratio"]?.number.flatMap { ratio in
          hidden.flatMap { Int(exactly: (ratio * Double($0)).rounded(.down)) }
        },
      patchSize: own.integer("patch_size", "spatial_patch_size"),
      imageSize: own.integer("image_size"))
  }
}
