import Testing
import Values

@testable import Models

/// The small files of a model, beside its configuration and its weights.
struct ModelPartTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `an index names its files`() throws {
    let index = try #require(
      SafetensorsIndex(
        Self.bytes(
          #"{"metadata": {"total_size": 42}, "weight_map": {"a": "m-2.safetensors", "b": "m-1.safetensors", "c": "m-2.safetensors"}}"#
        )))
    #expect(index.files == ["m-1.safetensors", "m-2.safetensors"] && index.totalSize == 42)
  }

  @Test(arguments: ["../x", "a/b", "", "..", "/etc/passwd", "a\u{0}b"])
  func `an index names files beside it alone`(name: String) {
    let text = #"{"weight_map": {"a": "\#(name == "a\u{0}b" ? "a\\u0000b" : name)"}}"#
    #expect(SafetensorsIndex(Self.bytes(text)) == nil)
  }

  @Test func `what a model is sampled with`() throws {
    let text = #"{"do_sample": true, "temperature": 0.6, "top_p": 0.95, "top_k": 20}"#
    let defaults = try #require(GenerationDefaults(Self.bytes(text)))
    #expect(defaults.temperature == 0.6 && defaults.topP == 0.95 && defaults.topK == 20)
    let greedy = try #require(GenerationDefaults(Self.bytes(#"{"do_sample": false, "top_k": 1}"#)))
    #expect(greedy.topK == nil)
    #expect(GenerationDefaults(Self.bytes("[]")) == nil)
  }

  @Test func `a template tells tools and thinking`() throws {
    let one = #"{"chat_template": "{% if tools %}{{ tools }}{% endif %}"}"#
    #expect(try #require(ChatTemplate(tokenizer: Self.bytes(one))).hasTools)
    let several =
      #"{"chat_template": [{"name": "default", "template": "{{ enable_thinking }}"}]}"#
    let template = try #require(ChatTemplate(tokenizer: Self.bytes(several)))
    #expect(template.canThink && !template.hasTools)
    #expect(ChatTemplate(tokenizer: Self.bytes(#"{"model_max_length": 512}"#)) == nil)
  }

  @Test func `a pooling is named`() {
    #expect(Pooling.mode(Self.bytes(#"{"pooling_mode_cls_token": true}"#)) == "cls")
    #expect(Pooling.mode(Self.bytes(#"{"pooling_mode_mean_tokens": false}"#)) == nil)
    let modules = #"[{"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]"#
    #expect(Pooling.isEmbedding(modules: Self.bytes(modules)))
    #expect(!Pooling.isEmbedding(modules: Self.bytes("{}")))
  }

  @Test func `a manifest names its layers`() throws {
    let digest = "sha256:" + String(repeating: "0a", count: 32)
    func manifest(_ digest: String, _ size: String = "7") -> OllamaManifest? {
      OllamaManifest(
        Self.bytes(
          #"{"config": {"mediaType": "c", "digest": "\#(digest)", "size": \#(size)}, "layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "\#(digest)", "size": \#(size)}]}"#
        ))
    }
    let whole = try #require(manifest(digest))
    #expect(whole.layers.count == 2 && whole.model?.size == 7)
    for wrong in ["md5:00", digest + "0", digest.uppercased(), "sha256:../../x"] {
      #expect(manifest(wrong) == nil)
    }
    #expect(manifest(digest, "-1") == nil && manifest(digest, "1e300") == nil)
  }

  /// By names as the hub and llama.cpp have them.
  @Test(
    arguments: [
      ("model.layers.3.self_attn.q_proj.weight", WeightSizes.Part.attention, 3),
      ("model.layers.3.mlp.gate_proj.weight", .feedForward, 3),
      ("model.layers.3.mlp.experts.7.up_proj.weight", .experts, 3),
      ("model.layers.3.input_layernorm.weight", .norm, 3),
      ("model.layers.3.linear_attn.in_proj_qkvz.weight", .state, 3),
      ("model.embed_tokens.weight", .embedding, nil), ("lm_head.weight", .output, nil),
      ("visual.blocks.0.attn.qkv.weight", .vision, nil), ("token_embd.weight", .embedding, nil),
      ("output.weight", .output, nil), ("output_norm.weight", .norm, nil),
      ("blk.11.attn_output.weight", .attention, 11), ("blk.11.ffn_down_exps.weight", .experts, 11),
      ("blk.11.ffn_gate.weight", .feedForward, 11), ("blk.11.attn_norm.weight", .norm, 11),
      ("blk.11.ssm_out.weight", .state, 11), ("v.blk.0.attn_q.weight", .vision, nil),
      ("encoder.layer.2.attention.self.query.weight", .attention, 2),
      ("encoder.layer.2.output.dense.weight", .feedForward, 2),
      ("transformer.h.5.attn.c_attn.weight", .attention, 5),
      ("per_layer_token_embd.weight", .lookup, nil),
      ("model.language_model.embed_tokens_per_layer.weight", .lookup, nil),
      ("position_embd.weight", .lookup, nil), ("token_types.weight", .lookup, nil),
    ] as [(String, WeightSizes.Part, Int?)])
  func `a tensor's name tells what it is for`(name: String, part: WeightSizes.Part, layer: Int?) {
    let place = WeightSizes.place(of: name)
    #expect(place.part == part && place.layer == layer)
  }

  @Test func `sizes add up`() throws {
    func sizes(_ tensors: (String, Int)...) -> WeightSizes? {
      WeightSizes(tensors.map { (name: $0.0, bytes: $0.1) })
    }
    let found = try #require(
      sizes(("blk.0.attn_q.weight", 4), ("blk.0.ffn_up.weight", 6), ("output.weight", 5)))
    #expect(found.total == 15 && found.byPart[.output] == 5)
    #expect(found.layers == [WeightSizes.Layer(bytes: 10)])
    #expect(sizes(("a", 1 << 53), ("b", 1)) == nil && sizes(("a", -1)) == nil)
    #expect(sizes(("blk.9999999999.x", 1), ("blk.20000.x", 1))?.layers == [])
  }

  @Test func `sizes are written in runs of layers, and read again`() throws {
    var facts = ModelFacts()
    facts.weights = WeightSizes(
      (0..<40).flatMap { layer in
        [
          (name: "blk.\(layer).attn_q.weight", bytes: layer < 10 ? 4 : 6),
          (name: "blk.\(layer).ffn_up_exps.weight", bytes: layer == 3 ? 0 : 8),
        ]
      } + [(name: "output.weight", bytes: 7)])
    let text = JSON.line(facts.value)
    #expect(text.contains(#"{"count": 3, "bytes": 12, "experts": 8}"#))
    #expect(try ModelFacts(#require(JSONValue(parsing: Array(text.utf8)))) == facts)
    for wrong in [
      #"{"layers": []}"#, #"{"layers": [{"count": 10001, "bytes": 1}]}"#, #"{"norm": 0}"#,
      #"{"layers": [{"count": 1, "bytes": 1, "experts": 2}]}"#, #"{"bias": 1}"#,
      #"{"layers": [{"count": 6000, "bytes": 1}, {"count": 6000, "bytes": 2}]}"#,
      #"{"norm": 9007199254740992, "output": 1}"#,
    ] {
      let text = #"{"format": "gguf", "weights": "# + wrong + "}"
      #expect(ModelFacts(try #require(JSONValue(parsing: Array(text.utf8)))) == nil, "\(wrong)")
    }
  }
}
