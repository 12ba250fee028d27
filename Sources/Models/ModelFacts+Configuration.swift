package import Values

extension ModelFacts {
  /// Reads the `config.json` of a model on the Hugging Face hub; nil if the file is not a JSON
  /// object.
  ///
  /// The keys are those of transformers' classes and of some individual models. Missing keys have
  /// their class's default values.
  package init?(configuration bytes: [UInt8]) {
    guard let value = JSONValue(parsing: bytes), case .object = value else { return nil }
    self.init(configuration: value)
  }

  /// Reads a decoded `config.json`.
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
    let tied = "tie_word_embeddings"
    // If the key is missing, the default of the language model's class applies.
    isTied =
      whole.value[tied]?.boolean ?? whole.value["share_input_output_layers"]?.boolean ?? text.value[
        tied]?.boolean ?? text.type.map { $0[tied] == 1 }
      ?? whole.flag(tied)
    dataType = text.word("dtype", "torch_dtype") ?? whole.word("dtype", "torch_dtype")
    quantization = whole.weightFormat ?? text.weightFormat
    vision = whole.vision
    vision?.tokensOfImage = whole.integer("mm_tokens_per_image", "image_seq_length")
    if vision != nil { modalities.append(.image) }
    if whole.part("audio_config") ?? whole.part("thinker_config")?.part("audio_config") != nil {
      modalities.append(.audio)
    }
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
    // DBRX has a separate section for experts.
    if let own = part("ffn_config"), let count = own.integer("moe_num_experts"), count > 1 {
      return Experts(
        count: count, active: own.integer("moe_top_k"), size: own.integer("ffn_hidden_size"),
        sharedSize: 0, leadingDenseLayers: 0)
    }
    let kinds = layerKinds
    if let kinds, !kinds.contains(where: \.hasExperts) { return nil }
    // Each name has a default in some class, so a name in the file has precedence.
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
      ?? integer("n_shared_experts", "num_shared_experts", "num_shared_expert").flatMap { number in
        size.flatMap { $0.times(number) }
      }
      // Llama 4 has one shared expert in each layer, but no key for it.
      ?? (isOf("llama4", "llama4_text") ? size : nil)
    return Experts(
      count: count,
      active: integer(
        "num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_topk", "moe_k",
        "top_k_experts"),
      size: size, sharedSize: shared ?? 0,
      leadingDenseLayers: integer("first_k_dense_replace", "moe_layer_start_index")
        ?? numbers("moe_layer_freq")?.prefix { $0 == 0 }.count ?? 0,
      interval: integer("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_freq") ?? 1,
      layerCount: kinds.map { $0.filter(\.hasExperts).count } ?? layersWithExperts)
  }

  /// The number of layers with experts if they alternate with other layers (Jamba); nil if the file
  /// does not define a period.
  private var layersWithExperts: Int? {
    guard let period = value["expert_layer_period"]?.wholeNumber, period > 0,
      let count = layerCount, count <= Self.layerLimit
    else { return nil }
    let offset = value["expert_layer_offset"]?.wholeNumber ?? 0
    return (0..<count).filter { $0 % period == offset }.count
  }

  /// The kind of each layer in Nemotron-H; nil for other models.
  private var layerKinds: [LayerWord]? {
    if let pattern = hybridPattern { return pattern.map { LayerWord(hasExperts: $0 == "E") } }
    guard isOf("nemotron_h"), let list = written(["layers_block_type"])?.list else { return nil }
    return list.map { LayerWord(hasExperts: $0.text == "moe") }
  }

  /// The feed-forward size of dense layers; nil if all layers have experts.
  var feedForwardSize: Int? {
    if experts != nil, integer("decoder_sparse_step") == 1, numbers("mlp_only_layers") ?? [] == [] {
      return nil
    }
    // In Mixtral and gpt-oss, the only size is that of experts. Llama 4 has layers without experts.
    if experts != nil, integer("moe_intermediate_size") == nil,
      integer("attention_chunk_size") == nil
    {
      return nil
    }
    // Half of it belongs to the gate (modeling_recurrent_gemma.py).
    if isOf("recurrent_gemma") { return integer("intermediate_size").map { $0 / 2 } }
    if isOf("lfm2"), let size = integer("block_ff_dim") { return adjusted(size) }
    let own = integer("intermediate_size", "ffn_dim", "d_ff", "ffn_hidden_size", "n_inner")
    // The default of GPT-2 is four times the hidden size.
    return own ?? (word("model_type") == "gpt2" ? hiddenSize.flatMap { $0.times(4) } : nil)
  }

  /// Returns two thirds of a size, multiplied and rounded up (transformers 5.24, modeling_lfm2.py,
  /// Lfm2MLP).
  private func adjusted(_ size: Int) -> Int? {
    guard flag("block_auto_adjust_ff_dim") ?? true else { return size }
    let factor = value["block_ffn_dim_multiplier"]?.number ?? 1
    let step = integer("block_multiple_of") ?? 256
    guard let twice = size.times(2), factor > 0, factor < 1000, step <= 1 << 20,
      let scaled = Int(exactly: (Double(twice / 3) * factor).rounded(.down)), scaled < 1 << 40
    else { return nil }
    return (scaled + step - 1) / step * step
  }

  /// `rope_scaling`, or `rope_parameters` in transformers 5, which can differ per layer kind.
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

  /// Returns the longest context in tokens that servers accept, including scaled positions (vLLM
  /// 0.33.0, config/model.py, `_get_and_verify_max_len`).
  func reachableContext(_ scaling: PositionScaling?) -> Int? {
    var longest = max(contextLength ?? 0, value["model_max_length"]?.wholeNumber ?? 0)
    // Gemma 3's length is already scaled, and so is that of the excluded kinds.
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

  /// Returns the number of rotated elements of a head; nil if all are rotated.
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
    // Groups with different numbers of bits have no common size.
    var isMixed = false
    if case .object(let groups)? = own["config_groups"] {
      isMixed = Set(groups.values.map { $0["weights"]?["num_bits"]?.wholeNumber }).count > 1
    }
    let excluded =
      own["modules_to_not_convert"] ?? own["ignored_layers"] ?? own["ignore"]
      ?? own["llm_int8_skip_modules"]
    var format = WeightFormat(
      method: method,
      bits: (own["bits"] ?? own["w_bit"] ?? weights?["num_bits"])?.wholeNumber
        ?? (own["load_in_4bit"] == .boolean(true)
          ? 4 : own["load_in_8bit"] == .boolean(true) ? 8 : nil),
      groupSize: (own["group_size"] ?? own["q_group_size"] ?? weights?["group_size"])?.wholeNumber,
      blockSize: own["weight_block_size"]?[0]?.wholeNumber,
      exclusions: excluded?.list?.prefix(10_000).compactMap(\.text) ?? [])
    format.isMixed = isMixed
    format.cacheType = cacheType(own, method: method)
    return format
  }

  /// Returns the format of keys and values that a quantization sets: `kv_cache_scheme` of
  /// compressed-tensors, or that or `kv_cache_quant_algo` of ModelOpt (vLLM,
  /// utils/torch_utils.py, get_kv_cache_quant_algo_string); nil for none.
  private func cacheType(_ own: JSONValue, method: String) -> String? {
    let inner = own["quantization"]
    let isPacked = method == "compressed-tensors"
    guard isPacked || method.hasPrefix("modelopt") else { return nil }
    if let scheme = inner?["kv_cache_scheme"] ?? own["kv_cache_scheme"], case .object = scheme {
      let isFloat8 = scheme["num_bits"]?.wholeNumber == 8 && scheme["type"]?.text == "float"
      return isFloat8 && (isPacked || scheme["dynamic"]?.boolean == false) ? "fp8" : "other"
    }
    guard !isPacked,
      let name = (inner?["kv_cache_quant_algo"] ?? own["kv_cache_quant_algo"])?.word
    else { return nil }
    return name.lowercased() == "fp8" ? "fp8" : "other"
  }

  /// The image encoder in `vision_config`.
  var vision: VisionEncoder? {
    guard
      let own = part("vision_config", "visual", "vision_tower_config")
        ?? part("thinker_config")?.part("vision_config")
    else { return nil }
    // In Qwen2-VL, `hidden_size` is the output size.
    let hidden =
      (own.value["embed_dim"] != nil ? own.integer("embed_dim") : nil)
      ?? own.integer("hidden_size", "width", "vt_hidden_size")
    return VisionEncoder(
      layers: own.integer("num_hidden_layers", "depth", "layers", "vt_num_hidden_layers"),
      hiddenSize: hidden,
      feedForwardSize: (own.value["mlp_ratio"] == nil
        ? own.integer("intermediate_size", "vt_intermediate_size") : nil)
        ?? own.value["mlp_ratio"]?.number.flatMap { ratio in
          hidden.flatMap { Int(exactly: (ratio * Double($0)).rounded(.down)) }
        },
      patchSize: own.integer("patch_size", "spatial_patch_size"),
      imageSize: own.integer("image_size"))
  }
}

/// A layer of Nemotron-H.
private struct LayerWord {
  let hasExperts: Bool
}
