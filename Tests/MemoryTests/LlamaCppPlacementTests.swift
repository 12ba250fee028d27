import Foundation
import Models
import TestSupport
import Testing
import Values

@testable import Memory

/// Where llama.cpp's server puts weights and caches.
struct LlamaCppPlacementTests {
  static let mebibyte = 1 << 20

  /// By llama.cpp b11669.
  ///
  /// src/llama-arch.cpp: LLM_TENSOR_PER_LAYER_TOKEN_EMBD and other tables of
  /// LLM_TENSOR_LAYER_INPUT get a buffer of the CPU. A log with Gemma 3n lists it as CPU_Mapped
  /// (github.com/ggml-org/llama.cpp/issues/14430).
  @Test func `tables that inputs are looked up in stay in main memory`() throws {
    let sizes = [
      ("token_embd.weight", 400), ("per_layer_token_embd.weight", 1848),
      ("per_layer_model_proj.weight", 30), ("output_norm.weight", 1),
      ("blk.0.attn_q.weight", 60), ("blk.1.attn_q.weight", 60),
    ]
    var facts = ModelFacts(
      ModelFigures(
        parameters: 1_300_000_000, layers: 2, attentionHeads: 8, keyValueHeads: 2, headSize: 256,
        contextLength: 32_768))
    facts.hiddenSize = 2048
    facts.weights = WeightSizes(sizes.map { (name: $0.0, bytes: $0.1 * Self.mebibyte) })
    var settings = LlamaCppSettings()
    settings.build = 11_669
    let estimate = try LlamaCppMemory(facts, settings, on: [24 << 30]).estimate
    let gpu = estimate[.weights]?.bytes
    let host = estimate.host.first { $0.name == MemoryTerm.Name.weights }?.bytes
    // The output layer uses the token embeddings, which are copied to the GPU.
    #expect(gpu == 551 * Self.mebibyte)
    #expect(host == 2248 * Self.mebibyte)
  }

  /// Qwen3-Coder-30B with 131072 tokens on two equal cards: 6400 MiB and 5888 MiB of keys and values
  /// (public-code-index 60391774530): 48 layers and the output layer are 25 and 24 parts.
  @Test func `the fullest of several cards has a layer more`() throws {
    let data = try Data(contentsOf: Repository.file("Tests/ModelsTests/configurations.json"))
    let all = try #require(JSONValue(parsing: Array(data)))
    let configuration = try #require(all["Qwen/Qwen3-30B-A3B"]?["config"])
    var settings = LlamaCppSettings()
    settings.build = 11_669
    settings.context = 131_072
    settings.slots = 1
    func cache(_ cards: Int) throws -> MemoryTerm {
      try #require(
        try LlamaCppMemory(
          ModelFacts(configuration: configuration), settings,
          on: Array(repeating: 32 << 30, count: cards)
        ).estimate[.kvPool])
    }
    #expect(try cache(1).bytes == 12_288 * Self.mebibyte && cache(1).certainty == .exact)
    let fullest = try cache(2)
    #expect(fullest.bytes == 6400 * Self.mebibyte && fullest.certainty == .derived)
    #expect(fullest.range.lowerBound == 5888 * Self.mebibyte)
    #expect(fullest.range.upperBound == 6400 * Self.mebibyte)
  }
}
