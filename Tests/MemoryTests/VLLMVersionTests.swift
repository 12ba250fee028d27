import Foundation
import Models
import TestSupport
import Testing
import Values

@testable import Memory

/// What changed between versions of vLLM, by their sources and by logs.
struct VLLMVersionTests {
  private static func facts(_ model: String, _ quantization: JSONValue? = nil) throws -> ModelFacts
  {
    let data = try Data(contentsOf: Repository.file("Tests/ModelsTests/configurations.json"))
    let all = try #require(JSONValue(parsing: Array(data)))
    guard case .object(var members)? = all[model]?["config"] else {
      throw VLLMVersionError.noConfiguration
    }
    if let quantization { members["quantization_config"] = quantization }
    return ModelFacts(configuration: .object(members))
  }

  private static func memory(
    _ model: String, _ version: (Int, Int), of facts: ModelFacts? = nil,
    _ change: (inout VLLMSettings) -> Void = { _ in }
  ) throws -> VLLMMemory {
    var settings = VLLMSettings()
    settings.release = ServerRelease(0, version.0, version.1)
    change(&settings)
    return try VLLMMemory(
      facts ?? Self.facts(model), settings,
      on: GPU(card: Card.named("A100 80GB"), memory: 80 << 30))
  }

  /// config/cache.py, CacheConfig.gpu_memory_utilization: 0.9 in 0.19.1, 0.92 in 0.20.0.
  @Test func `the default share is that of the version`() throws {
    #expect(try Self.memory("Qwen/Qwen3-8B", (19, 1)).share == 0.9)
    #expect(try Self.memory("Qwen/Qwen3-8B", (20, 0)).share == 0.92)
    #expect(try Self.memory("Qwen/Qwen3-8B", (31, 0)).share == 0.92)
    #expect(try Self.memory("Qwen/Qwen3-8B", (19, 1)) { $0.share = 0.5 }.share == 0.5)
  }

  /// Which runner serves a model by default (config/vllm.py, use_v2_model_runner).
  static let runners: [(model: String, minor: Int, isNew: Bool)] = [
    ("Qwen/Qwen3-8B", 21, false), ("Qwen/Qwen3-8B", 22, true),
    ("meta-llama/Llama-3.1-8B-Instruct", 22, false),
    ("meta-llama/Llama-3.1-8B-Instruct", 23, true),
    ("Qwen/Qwen2.5-7B-Instruct", 24, false), ("Qwen/Qwen2.5-7B-Instruct", 25, true),
    ("Qwen/Qwen1.5-MoE-A2.7B", 23, false), ("Qwen/Qwen1.5-MoE-A2.7B", 24, true),
    ("Qwen/Qwen3-30B-A3B", 28, false), ("Qwen/Qwen3-30B-A3B", 29, true),
    ("Qwen/Qwen3.6-27B", 28, false), ("Qwen/Qwen3.6-27B", 29, true),
  ]

  @Test(arguments: runners) func `the newer runner serves more and more models`(
    _ row: (model: String, minor: Int, isNew: Bool)
  ) throws {
    let memory = try Self.memory(row.model, (row.minor, 0))
    #expect(memory.usesNewRunner == row.isNew)
    // envs.py of 0.20.0: VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS is on; the newer runner estimates
    // nothing before 0.29 (v1/worker/gpu/model_runner.py, profile_cudagraph_memory).
    #expect(memory.countsGraphs == (!row.isNew || row.minor >= 29))
  }

  /// 0.22 and 0.23: only weights that are not quantized; from text, drafts are of the older runner.
  @Test func `the newer runner does not serve everything`() throws {
    let packed = try #require(
      JSONValue(parsing: Array(#"{"quant_method": "awq", "bits": 4, "group_size": 128}"#.utf8)))
    let facts = try Self.facts("Qwen/Qwen3-8B", packed)
    #expect(try !Self.memory("Qwen/Qwen3-8B", (23, 0), of: facts).usesNewRunner)
    #expect(try Self.memory("Qwen/Qwen3-8B", (24, 0), of: facts).usesNewRunner)
    #expect(try !Self.memory("Qwen/Qwen3-8B", (25, 0)) { $0.draftsFromText = true }.usesNewRunner)
    #expect(try !Self.memory("Qwen/Qwen3-8B", (19, 1)).countsGraphs)
    #expect(try Self.memory("Qwen/Qwen3-8B", (20, 0)).countsGraphs)
  }

  /// "GPU KV cache size" of models with states, beside the given "Available KV cache memory".
  struct Pool: CustomTestStringConvertible, Sendable {
    let model: String
    let version: (Int, Int)
    let gibibytes: Double
    let context: Int
    var type = "auto"
    var drafts = 0
    var keepsPrefixes: Bool?
    let tokens: Int
    /// The public log.
    let source: String
    /// In percent: the pool is given with two decimals.
    var tolerance = 0.1
    var testDescription: String { source }
  }

  static let pools: [Pool] = [
    // Two states per request, as prefixes are kept by default (config/model.py).
    Pool(
      model: "Qwen/Qwen3.6-27B", version: (27, 0), gibibytes: 31.24, context: 8192,
      tokens: 314_187, source: "public-code-index 69059284633"),
    Pool(
      model: "Qwen/Qwen3.6-27B", version: (28, 0), gibibytes: 19.54, context: 262_144,
      tokens: 313_650, source: "public-code-index 60894101463"),
    // A state more for each draft (v1/kv_cache_interface.py, MambaSpec), and the length of a
    // request times the requests (v1/core/kv_cache_utils.py of 0.20.1).
    Pool(
      model: "Qwen/Qwen3.6-35B-A3B", version: (20, 2), gibibytes: 64.69, context: 262_144,
      type: "fp8", drafts: 3, keepsPrefixes: true, tokens: 5_463_232,
      source: "public-code-index 56730870618"),
  ]

  @Test(arguments: pools) func `a pool has as many tokens as in the log`(_ pool: Pool) throws {
    let memory = try Self.memory(pool.model, pool.version) {
      $0.cacheBytes = Int(pool.gibibytes * Double(1 << 30))
      $0.context = pool.context
      $0.cacheType = pool.type
      $0.draftTokens = pool.drafts
      $0.keepsPrefixes = pool.keepsPrefixes
    }
    let tokens = try #require(memory.estimate.capacity?.tokens)
    let error = abs(Double(tokens) / Double(pool.tokens) - 1) * 100
    #expect(error <= pool.tolerance, "\(tokens) instead of \(pool.tokens)")
  }

  /// Before 0.26, prefixes are not kept by default: one state per request.
  @Test func `models with states keep prefixes by default from 0_26`() throws {
    #expect(try !Self.memory("Qwen/Qwen3.6-27B", (25, 1)).keepsPrefixes)
    #expect(try Self.memory("Qwen/Qwen3.6-27B", (26, 0)).keepsPrefixes)
    #expect(
      try !Self.memory("Qwen/Qwen3.6-27B", (26, 0)) { $0.keepsPrefixes = false }.keepsPrefixes)
  }

  /// mamba_cache_mode is "all" for these before 0.28, else "align" (model_executor/models/config.py).
  @Test func `some families keep a state for each block of a prompt`() throws {
    let configuration = try #require(
      JSONValue(
        parsing: Array(
          """
          {"model_type": "falcon_h1", "num_hidden_layers": 36, "hidden_size": 2048,
           "num_attention_heads": 8, "num_key_value_heads": 2, "head_dim": 128,
           "vocab_size": 65537, "intermediate_size": 4096, "mamba_d_ssm": 3072,
           "mamba_n_heads": 48, "mamba_d_head": 64, "mamba_n_groups": 1, "mamba_d_state": 256,
           "mamba_d_conv": 4, "max_position_embeddings": 131072}
          """.utf8)))
    let facts = ModelFacts(configuration: configuration)
    func memory(_ minor: Int, _ keepsPrefixes: Bool?) throws -> VLLMMemory {
      try Self.memory("", (minor, 0), of: facts) {
        $0.cacheBytes = 20 << 30
        $0.context = 32_768
        $0.keepsPrefixes = keepsPrefixes
      }
    }
    #expect(try memory(27, nil).keepsStateOfBlock && !memory(27, false).keepsStateOfBlock)
    #expect(try !memory(25, nil).keepsStateOfBlock && memory(25, true).keepsStateOfBlock)
    #expect(try !memory(28, nil).keepsStateOfBlock)
    let all = try #require(try memory(27, nil).estimate.capacity?.tokens)
    let aligned = try #require(try memory(28, nil).estimate.capacity?.tokens)
    #expect(all < aligned)
  }

  /// Qwen2.5-0.5B on a 4090 of 23.99 GiB: 20.52 GiB (public-code-index 61815222665).
  ///
  /// The older runner's sampler would take 0.3 GiB more.
  @Test func `the newer runner copies logits less often`() throws {
    let facts = try Self.facts("Qwen/Qwen2.5-0.5B-Instruct")
    var settings = VLLMSettings()
    settings.release = ServerRelease(0, 27, 1)
    settings.batchedTokens = 8192
    let memory = try VLLMMemory(
      facts, settings,
      on: GPU(card: Card.named("RTX 4090"), memory: Int(23.99 * Double(1 << 30))))
    let pool = try #require(memory.estimate[.kvPool])
    #expect(abs(Double(pool.bytes) / Double(1 << 30) - 20.52) < 0.1)
  }

  /// "Estimated CUDA graph memory: 0.26 GiB" for two requests and 30 layers (vLLM 0.20.2,
  /// public-code-index 56816929356).
  @Test func `a few graphs may need more than their share of many`() throws {
    func graphs(_ isEager: Bool) throws -> MemoryTerm {
      try Self.memory("Qwen/Qwen3-8B", (20, 2)) {
        $0.sequences = 2
        $0.isEager = isEager
      }.graphs
    }
    #expect(try graphs(false).range.contains(Int(0.26 * Double(1 << 30))))
    #expect(try graphs(true).range.upperBound == 0)
  }
}

private enum VLLMVersionError: Error { case noConfiguration }
