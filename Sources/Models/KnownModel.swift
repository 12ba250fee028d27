import Values

/// What a model's own files say of it; nil for what they do not.
package struct KnownModel: Sendable, Equatable {
  /// `LlamaForCausalLM` on the hub, `llama` in a GGUF file.
  package var architecture: String?
  /// How many numbers its weights are.
  package var parameters: Int?
  /// How many blocks of attention and what follows it.
  package var layers: Int?
  /// Numbers of a token between layers.
  package var hiddenSize: Int?
  /// Heads of a layer's attention.
  package var attentionHeads: Int?
  /// Fewer than `attentionHeads` in grouped attention.
  package var keyValueHeads: Int?
  /// Numbers that one head works on.
  package var headSize: Int?
  /// Tokens that it was trained for.
  package var contextLength: Int?
  /// Tokens back to which attention reaches in layers that do not see everything.
  package var slidingWindow: Int?
  /// Tokens that it knows.
  package var vocabulary: Int?
  /// Experts of a layer; nil for a dense model.
  package var experts: Int?
  /// Of them, so many compute a token.
  package var activeExperts: Int?
  /// How the weights are stored: `fp8`, `awq`, `gptq`.
  package var quantization: String?
  /// `bfloat16`, `float16`, `float32`.
  package var dataType: String?

  package init() {}
}

extension KnownModel {
  /// What `config.json` of a model on the Hugging Face hub says (transformers, configuration_utils.py, and
  /// the configurations of single models); nil for a file that is none.
  package init?(configuration text: [UInt8]) {
    guard let value = JSONValue(parsing: text), case .object = value else { return nil }
    self.init()
    // A model of several kinds of input keeps its language model's below a key of its own.
    let nested = ["text_config", "llm_config", "language_config", "thinker_config"].lazy
      .compactMap { value[$0] }.first
    let texts = nested.flatMap { $0["text_config"] } ?? nested
    func integer(_ names: String...) -> Int? {
      for name in names {
        let found = texts?[name] ?? value[name]
        if let number = found?.wholeNumber, number > 0 { return number }
      }
      return nil
    }
    architecture = value["architectures"]?[0]?.text
    layers = integer("num_hidden_layers", "n_layer", "num_layers", "n_layers")
    hiddenSize = integer("hidden_size", "n_embd", "d_model")
    attentionHeads = integer("num_attention_heads", "n_head", "n_heads", "num_heads")
    keyValueHeads =
      integer("num_key_value_heads", "num_kv_heads", "n_head_kv", "multi_query_group_num")
      ?? attentionHeads
    headSize = integer("head_dim", "kv_channels") ?? evenHeadSize
    contextLength = integer(
      "max_position_embeddings", "n_positions", "seq_length", "max_sequence_length", "n_ctx",
      "max_seq_len")
    // Configurations of Qwen 2 name a window and switch it off.
    let usesWindow = (texts?["use_sliding_window"] ?? value["use_sliding_window"])?.flag ?? true
    slidingWindow = usesWindow ? integer("sliding_window", "sliding_window_size") : nil
    if let slidingWindow, let contextLength, slidingWindow >= contextLength {
      self.slidingWindow = nil
    }
    vocabulary = integer("vocab_size", "padded_vocab_size")
    experts = integer("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts")
    activeExperts = integer(
      "num_experts_per_tok", "num_experts_per_token", "moe_topk", "experts_per_token", "moe_k")
    let method = (value["quantization_config"] ?? texts?["quantization_config"])?["quant_method"]
    quantization = method?.text
    dataType =
      (value["dtype"] ?? value["torch_dtype"] ?? texts?["dtype"] ?? texts?["torch_dtype"])?
      .text
  }

  /// What the head of a GGUF file says (ggml, docs/gguf.md, "Standardized key-value pairs").
  package init(_ header: GGUFHeader) {
    self.init()
    guard case .text(let name)? = header.metadata["general.architecture"] else { return }
    architecture = name
    func integer(_ key: String) -> Int? {
      if case .integer(let number)? = header.metadata[name + "." + key], number > 0 {
        number
      } else {
        nil
      }
    }
    layers = integer("block_count")
    hiddenSize = integer("embedding_length")
    // A list where layers differ: no number holds for all.
    attentionHeads = integer("attention.head_count")
    keyValueHeads = integer("attention.head_count_kv")
    headSize = integer("attention.key_length") ?? evenHeadSize
    contextLength = integer("context_length")
    slidingWindow = integer("attention.sliding_window")
    vocabulary = integer("vocab_size")
    if vocabulary == nil, case .list(let count)? = header.metadata["tokenizer.ggml.tokens"] {
      vocabulary = count
    }
    experts = integer("expert_count")
    activeExperts = integer("expert_used_count")
    guard header.isWhole else { return }
    var count = 0
    for tensor in header.tensors {
      var size = 1
      for dimension in tensor.shape {
        let (product, isTooLarge) = size.multipliedReportingOverflow(by: dimension)
        guard !isTooLarge else { return }
        size = product
      }
      let (sum, isTooLarge) = count.addingReportingOverflow(size)
      guard !isTooLarge else { return }
      count = sum
    }
    parameters = count > 0 ? count : nil
  }
}

extension KnownModel {
  /// The size of heads that share a layer's numbers evenly; nil where they do not.
  private var evenHeadSize: Int? {
    guard let hiddenSize, let attentionHeads, hiddenSize % attentionHeads == 0 else { return nil }
    return hiddenSize / attentionHeads
  }
}

extension JSONValue {
  /// Whether it is `true` or `false`; nil for others.
  fileprivate var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }
}
