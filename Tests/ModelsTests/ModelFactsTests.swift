import Deployments
import Diagnostics
import Profiles
import Testing

@testable import Models

/// What configurations of models on the hub say, by the names that each kind has.
struct ModelFactsTests {
  /// A configuration's values, and what is meant: layers, heads, heads of keys and values, head size,
  /// context, window, experts.
  static let configurations: [(name: String, json: String, facts: [Int?])] = [
    (
      "Llama 3.1 8B",
      #"{"architectures": ["LlamaForCausalLM"], "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32, "num_key_value_heads": 8, "max_position_embeddings": 131072, "vocab_size": 128256, "torch_dtype": "bfloat16"}"#,
      [32, 32, 8, 128, 131072, nil, nil]
    ),
    (
      "GPT-2", #"{"n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024}"#,
      [12, 12, 12, 64, 1024, nil, nil]
    ),
    (
      "Qwen 2.5, whose window is off",
      #"{"num_hidden_layers": 28, "hidden_size": 3584, "num_attention_heads": 28, "num_key_value_heads": 4, "max_position_embeddings": 32768, "sliding_window": 131072, "use_sliding_window": false}"#,
      [28, 28, 4, 128, 32768, nil, nil]
    ),
    (
      "Gemma 3, images too",
      #"{"architectures": ["Gemma3ForConditionalGeneration"], "text_config": {"num_hidden_layers": 34, "hidden_size": 2560, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "max_position_embeddings": 131072, "sliding_window": 1024}, "vision_config": {"num_hidden_layers": 27, "num_attention_heads": 16}}"#,
      [34, 8, 4, 256, 131072, 1024, nil]
    ),
    (
      "Qwen 3 30B-A3B",
      #"{"num_hidden_layers": 48, "hidden_size": 2048, "num_attention_heads": 32, "num_key_value_heads": 4, "head_dim": 128, "max_position_embeddings": 40960, "num_experts": 128, "num_experts_per_tok": 8}"#,
      [48, 32, 4, 128, 40960, nil, 128]
    ),
    (
      "Falcon",
      #"{"num_hidden_layers": 60, "hidden_size": 8192, "num_attention_heads": 128, "num_kv_heads": 8}"#,
      [60, 128, 8, 64, nil, nil, nil]
    ),
  ]

  @Test(arguments: configurations)
  func `a configuration says what it says`(
    _ asked: (name: String, json: String, facts: [Int?])
  ) throws {
    let model = try #require(ModelFacts(configuration: Array(asked.json.utf8)))
    #expect(
      [
        model.layerCount, model.attentionHeads, model.keyValueHeads, model.headSize,
        model.contextLength, model.slidingWindow, model.experts?.count,
      ] == asked.facts)
  }

  @Test(arguments: ["", "[]", "1", "{", #""text""#])
  func `what is no configuration is none`(text: String) {
    #expect(ModelFacts(configuration: Array(text.utf8)) == nil)
  }

  @Test func `a number that is none is not taken`() throws {
    let text =
      #"{"num_hidden_layers": -1, "hidden_size": 1e300, "num_attention_heads": 2.5, "vocab_size": "9"}"#
    #expect(try #require(ModelFacts(configuration: Array(text.utf8))) == ModelFacts())
  }

  private static func profile(_ more: String) -> SourceFile {
    SourceFile(
      path: "p.yaml",
      text: """
        name: mine
        source: {type: local, path: /srv/model}
        container: {runtime: vllm}
        \(more)

        """)
  }

  /// A rule that asks what the model is fires without `model:`, and says where it knows it from.
  @Test func `what a model's files say is checked where its author says nothing`() throws {
    var known = ModelFacts()
    known.contextLength = 4096
    known.attentionHeads = 6
    let large = Self.profile("parameters: {context_length: 8192}")
    let refused = Profile.read(large) { $0.text == "/srv/model" ? known : nil }
    let diagnostic = try #require(refused.diagnostics.first)
    #expect(diagnostic.rule.code == "context-exceeds-model")
    #expect(diagnostic.notes.first?.location.range?.start.line == 2)
    #expect(Profile.read(large).diagnostics.isEmpty)
    let sharded = Profile.read(Self.profile("parameters: {num_shard: 4}")) { _ in known }
    #expect(sharded.diagnostics.map(\.rule.code) == ["heads-not-divisible"])
  }

  /// vLLM 0.33.0, config/model.py, `_get_and_verify_max_len`.
  @Test(
    arguments: [
      (
        #"{"max_position_embeddings": 32768, "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}}"#,
        131072
      ),
      (
        #"{"max_position_embeddings": 4096, "rope_scaling": {"type": "linear", "factor": 4}}"#,
        16384
      ),
      (
        #"{"max_position_embeddings": 131072, "rope_scaling": {"rope_type": "llama3", "factor": 8.0}}"#,
        131072
      ),
      (
        #"{"model_type": "gemma3_text", "max_position_embeddings": 131072, "rope_scaling": {"rope_type": "linear", "factor": 8.0}}"#,
        131072
      ),
      (#"{"max_position_embeddings": 8192, "model_max_length": 131072}"#, 131072),
      (
        #"{"max_position_embeddings": 4096, "rope_scaling": {"type": "linear", "factor": 1e300}}"#,
        4096
      ),
    ] as [(String, Int)])
  func `positions reach as far as they are stretched`(text: String, tokens: Int) throws {
    #expect(try #require(ModelFacts(configuration: Array(text.utf8))).reachableContext == tokens)
  }

  /// Bytes of a token in layers that see everything, and of windows.
  @Test(
    arguments: [
      (
        "Phi 3 mini 128k, whose window is longer than its context",
        #"{"model_type": "phi3", "num_hidden_layers": 32, "num_attention_heads": 32, "hidden_size": 3072, "sliding_window": 262144, "max_position_embeddings": 131072}"#,
        384 << 10, 0
      ),
      (
        "Mistral 7B v0.1",
        #"{"model_type": "mistral", "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "hidden_size": 4096, "sliding_window": 4096, "max_position_embeddings": 32768}"#,
        0, 128 << 22
      ),
      (
        "BLOOM 7B",
        #"{"model_type": "bloom", "n_layer": 30, "n_head": 32, "n_embed": 4096}"#, 480 << 10, 0
      ),
      (
        "DBRX",
        #"{"n_layers": 40, "n_heads": 48, "d_model": 6144, "attn_config": {"kv_n_heads": 8}}"#,
        160 << 10, 0
      ),
      (
        "LongCat Flash, which attends twice in each layer",
        #"{"model_type": "longcat_flash", "num_layers": 28, "hidden_size": 6144, "num_attention_heads": 64, "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128}"#,
        63 << 10, 0
      ),
      (
        "Ring mini linear 2.0: every fifth layer keeps tokens",
        #"{"model_type": "bailing_moe_linear", "num_hidden_layers": 20, "layer_group_size": 5, "hidden_size": 2048, "num_attention_heads": 16, "num_key_value_heads": 4, "head_dim": 128}"#,
        8 << 10, 0
      ),
      (
        "Hunyuan Large: two layers share their keys and values",
        #"{"model_type": "hunyuan", "num_hidden_layers": 64, "hidden_size": 6400, "num_attention_heads": 80, "num_key_value_heads": 8, "attention_head_dim": 128, "head_dim": 128, "use_cla": true, "cla_share_factor": 2}"#,
        128 << 10, 0
      ),
      (
        "OpenELM 270M: heads layer by layer",
        #"{"model_type": "openelm", "num_transformer_layers": 16, "model_dim": 1280, "head_dim": 64, "num_kv_heads": [3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5]}"#,
        16128, 0
      ),
      (
        "a DeciLM of four layers, of which one attends to nothing",
        #"{"num_hidden_layers": 4, "num_attention_heads": 64, "hidden_size": 8192, "block_configs": [{"attention": {"n_heads_in_group": 8}}, {"attention": {"no_op": true, "n_heads_in_group": null}}, {"attention": {"replace_with_linear": true}}, {"attention": {"n_heads_in_group": 16}}]}"#,
        6 << 10, 0
      ),
    ] as [(String, String, Int, Int)])
  func `what a server keeps of a text is counted`(
    name: String, text: String, perToken: Int, windows: Int
  ) throws {
    let cache = try #require(ModelFacts(configuration: Array(text.utf8))?.cache)
    #expect(cache == ModelFacts.Cache(perToken: perToken, windows: windows))
  }

  /// What classes mean that are read by few rules: each a configuration and the facts that it gives.
  @Test func `odd configurations are read as their classes read them`() throws {
    func facts(_ text: String) throws -> ModelFacts {
      try #require(ModelFacts(configuration: Array(text.utf8)))
    }
    let hybrid = try facts(
      #"{"model_type": "nemotron_h", "num_hidden_layers": 6, "hidden_size": 4096, "hybrid_override_pattern": "M-M*-M", "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 21504}"#
    )
    #expect(hybrid.layers.map(\.count) == [3, 2, 1] && hybrid.experts == nil)
    #expect(hybrid.cache?.perToken == 4096 && hybrid.feedForwardSize == 21504)
    let experts = try facts(
      #"{"model_type": "nemotron_h", "num_hidden_layers": 4, "hidden_size": 2688, "hybrid_override_pattern": "MEM*", "n_routed_experts": 128, "moe_intermediate_size": 1856}"#
    )
    #expect(experts.experts?.count == 128 && experts.experts?.layerCount == 1)
    let both = try facts(
      #"{"model_type": "falcon_h1", "num_hidden_layers": 36, "hidden_size": 2560, "mamba_n_heads": 32, "mamba_d_head": 64, "mamba_d_state": 256}"#
    )
    #expect(both.layers.map(\.count) == [36, 36])
    let first = try facts(
      #"{"model_type": "mamba", "num_hidden_layers": 64, "hidden_size": 2560, "expand": 2, "state_size": 16, "conv_kernel": 4}"#
    )
    let space = StateSpace(heads: 5120, headSize: 1, stateSize: 16, groups: 0, taps: 4)
    #expect(first.layers == [LayerGroup(kind: .recurrent(space), count: 64)])
    let nested = try facts(
      #"{"model_type": "mistral3", "text_config": {"model_type": "mistral", "tie_word_embeddings": false}}"#
    )
    #expect(nested.isTied == false)
    #expect(
      try facts(#"{"model_type": "mistral3", "text_config": {"model_type": "mistral"}}"#).isTied
        == false)
    #expect(
      try facts(#"{"model_type": "lfm2", "block_ff_dim": 10240, "block_auto_adjust_ff_dim": true}"#)
        .feedForwardSize == 6912)
    let freed = try facts(
      #"{"model_type": "mimo_v2_flash", "attention_chunk_size": 128, "n_routed_experts": 256, "n_shared_experts": null, "moe_intermediate_size": 2048, "moe_layer_freq": [0, 1, 1]}"#
    )
    #expect(freed.experts?.sharedSize == 0 && freed.experts?.leadingDenseLayers == 1)
    let eye = try facts(
      #"{"model_type": "qwen2_vl", "vision_config": {"embed_dim": 1280, "hidden_size": 3584, "mlp_ratio": 4, "depth": 32}}"#
    )
    #expect(eye.vision?.hiddenSize == 1280 && eye.vision?.feedForwardSize == 5120)
    #expect(
      try facts(
        #"{"model_type": "dbrx", "ffn_config": {"moe_num_experts": 16, "moe_top_k": 4, "ffn_hidden_size": 10752}}"#
      )
      .experts?.size == 10752)
    #expect(try facts(#"{"model_type": "modernbert"}"#).layers.map(\.count) == [8, 14])
    #expect(
      try facts(#"{"model_type": "xlm-roberta", "max_position_embeddings": 8194}"#).contextLength
        == 8192)
  }

  @Test func `layers of many shapes are of none`() {
    let text =
      #"{"num_hidden_layers": 2, "num_attention_heads": 8, "hidden_size": 64, "block_configs": [{}, {}]}"#
    #expect(ModelFacts(configuration: Array(text.utf8))?.layers == [])
  }

  @Test func `its author knows better`() {
    var known = ModelFacts()
    known.contextLength = 4096
    let said = Self.profile("parameters: {context_length: 8192}\nmodel: {context_length: 8192}")
    #expect(Profile.read(said) { _ in known }.diagnostics.isEmpty)
  }
}
