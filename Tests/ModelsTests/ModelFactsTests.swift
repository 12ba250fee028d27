import Deployments
import Diagnostics
import Models
import Profiles
import Testing

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

  @Test func `its author knows better`() {
    var known = ModelFacts()
    known.contextLength = 4096
    let said = Self.profile("parameters: {context_length: 8192}\nmodel: {context_length: 8192}")
    #expect(Profile.read(said) { _ in known }.diagnostics.isEmpty)
  }
}
