import Foundation
import TestSupport
import Testing
import Values

/// Where `amm plan` is unsure, or refuses, and why.
struct PlanLimitsTests {
  let home: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
    try home.write(PlanTests.configuration, to: "models/demo/config.json")
  }

  private var model: String { home.file("models/demo").path }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words, environment: ["HOME": home.url.path, "HF_HUB_OFFLINE": "1"])
  }

  private func profile(_ text: String) throws -> String {
    try home.write("version: 1\ninstances: {main: {port: 8080}}\n", to: "w/instances.yaml")
    try home.write(text, to: "w/profiles/demo.yaml")
    return home.file("w").path
  }

  @Test func `more requests than fit at the same time do not fit`() throws {
    func plan(_ count: String, _ more: String...) throws -> Finished {
      try Program.run(
        Program.amm,
        [
          "plan", model, "--runtime", "vllm", "--release", "0.31.0", "--gpu", "RTX 4090",
          "--context", "8192", "--concurrency", count,
        ] + more)
    }
    let few = try plan("2").output
    #expect(few.contains("fits: ") && !few.contains("at the same time"))
    let many = try plan("50").output
    #expect(many.contains("does not fit: at least") && !many.contains("  fits: "))
    #expect(many.contains("The missing memory is for 50 requests of 8192 tokens"))
    let value = try #require(JSONValue(parsing: Array(try plan("50", "--json").output.utf8)))
    #expect(value["verdict"]?.text == "fails")
  }

  @Test func `a server that does not start beside another one is not said to fit`() throws {
    let folder = Repository.file("Tests/Corpus/rejected-workspaces/memory-shared").path
    let shown = try amm("plan", "--workspace", folder).output
    #expect(shown.contains("does not start beside the others: it needs 11.8 GiB"))
    #expect(shown.contains("help: set 'gpu_memory_utilization: 0.44' for 'two'"))
    let plan = try #require(
      JSONValue(parsing: Array(try amm("plan", "--workspace", folder, "--json").output.utf8)))
    let plans = try #require(plan["plans"]?.list)
    #expect(plans.map { $0["beside_others"]?.text } == [nil, "fails"])
    #expect(plan["cards"]?.list?.first?["helps"]?.list?.count == 1)
  }

  @Test func `the largest file that fits is found, and what is not counted is named`() throws {
    func profile(_ arguments: String) throws -> String {
      try self.profile(
        """
        name: demo
        source: {type: huggingface, model_id: nobody/unheard-of-GGUF}
        container: {runtime: llama-cpp}
        model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128, context_length: 131072}
        parameters: {context_length: 8192}
        llama_cpp: {quant: Q8_0}
        arguments: [\(arguments)]

        """)
    }
    let folder = try profile("--fit, \"off\"")
    let found = try amm("plan", "demo", "--memory", "8GiB", "--solve", "--workspace", folder)
    // 8.03 thousand million numbers of 8.5 bits are 7.9 GiB, of 5.7 bits 5.3 GiB; keys and values take 1 GiB.
    #expect(found.output.contains("unsure: between 3."), "\(found.output)")
    let type = try #require(found.output.firstMatch(of: /'quant: (\w+)' is the largest file/))
    #expect(type.output.1 == "Q4_K_M", "\(type.output.1)")
    let large = try amm(
      "plan", "demo", "--memory", "24GiB", "--solve", "--json", "--workspace", folder)
    let plan = try #require(JSONValue(parsing: Array(large.output.utf8)))
    #expect(plan["solved"]?["quant"]?.text == "Q8_0")
    #expect(plan["solved"]?["context_length"]?.number ?? 0 > 30_000)
    // What is not counted leaves nothing certain.
    let more = try profile("--lora, /models/a.gguf, --fit, \"off\"")
    let unsure = try amm("plan", "demo", "--memory", "24GiB", "--solve", "--workspace", more)
    #expect(unsure.output.contains("The effect of '--lora' is not counted."))
    #expect(!unsure.output.contains("certainly fits"), "\(unsure.output)")
  }

  /// The launcher takes words beside numbers there, so that a number is a text.
  @Test func `layers that stay in main memory are not counted on the GPU`() throws {
    func weights(_ layers: Int) throws -> (gpu: Double, host: Double) {
      let folder = try profile(
        """
        name: demo
        source: {type: huggingface, model_id: nobody/unheard-of-GGUF}
        container: {runtime: llama-cpp}
        model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128}
        parameters: {context_length: 8192}
        llama_cpp: {n_gpu_layers: \(layers)}

        """)
      let found = try amm("plan", "demo", "--gpu", "RTX 4090", "--json", "--workspace", folder)
      let plan = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
      // What is in main memory alone has its place among the terms, too.
      let term = plan["terms"]?["weights"]
      return (
        term?["place"]?.text == "gpu" ? term?["bytes"]?.number ?? 0 : 0,
        plan["host_terms"]?["weights"]?["bytes"]?.number ?? 0
      )
    }
    let (all, none) = try weights(99)
    #expect(all > 4e9 && none == 0)
    let (half, rest) = try weights(16)
    #expect(half == (all / 2).rounded() && rest == (all / 2).rounded())
    let (nothing, everything) = try weights(0)
    #expect(everything == all && nothing == 0)
  }

  /// What no formula knows: the answer is "unsure", a refusal, or a range as wide as what is not known.
  @Test(
    arguments: [
      ("an unknown family", "\"model_type\": \"llama\"", "\"model_type\": \"zzz9\"", "vllm", []),
      ("an unknown class", "LlamaForCausalLM", "ZzzForCausalLM", "vllm", []),
      ("a class that went", "LlamaForCausalLM", "T5ForConditionalGeneration", "vllm", []),
      ("two halves", "\"model_type\": \"llama\"", "\"model_type\": \"t5\"", "tgi", []),
      (
        "groups of several kinds", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"compressed-tensors\", \"config_groups\": {\"group_0\": {\"weights\": {\"num_bits\": 8}}, \"group_1\": {\"weights\": {\"num_bits\": 4}}}}, \"vocab_size\"",
        "vllm", []
      ),
      (
        "layers that stay in 16 bits", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"awq\", \"bits\": 4, \"group_size\": 128, \"modules_to_not_convert\": [\"model.layers.0\"]}, \"vocab_size\"",
        "vllm", []
      ),
      (
        "a format without a size", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"quark\", \"export\": {}}, \"vocab_size\"",
        "vllm",
        []
      ),
      (
        "a format that nobody knows", "\"vocab_size\"",
        "\"quantization_config\": {\"quant_method\": \"zzz\"}, \"vocab_size\"", "sglang", []
      ),
      ("adapters", "", "", "vllm", ["enable_lora=true"]),
      ("adapters of SGLang", "", "", "sglang", ["lora_paths=[/models/a]"]),
      (
        "a draft", "", "", "vllm",
        ["speculative_config={model: org/draft, num_speculative_tokens: 3}"]
      ),
      (
        "a part that guesses", "", "", "vllm",
        ["speculative_config={method: eagle3, model: org/eagle}"]
      ),
      ("a draft of SGLang", "", "", "sglang", ["speculative_algorithm=EAGLE3"]),
      ("blocks by hand", "", "", "vllm", ["num_gpu_blocks_override=100"]),
      ("a share that leaves nothing", "", "", "vllm", ["gpu_memory_utilization=0.995"]),
      ("steps without room", "", "", "sglang", ["mem_fraction_static=0.97"]),
      ("a cache larger than the card", "", "", "vllm", ["kv_cache_memory_bytes=42949672960"]),
      ("a cache of another attention", "", "", "vllm", ["kv_cache_dtype=fp8_ds_mla"]),
      ("a context that the model has not", "", "", "vllm", ["max_model_len=400000"]),
      ("heads that do not divide", "", "", "vllm", ["tensor_parallel_size=3"]),
      ("copies", "", "", "vllm", ["data_parallel_size=2"]),
      ("attention by data", "", "", "sglang", ["enable_dp_attention=true"]),
    ] as [(String, String, String, String, [String])])
  func `what cannot be predicted is no certain figure`(
    what: String, old: String, new: String, runtime: String, settings: [String]
  ) throws {
    let text =
      old.isEmpty ? PlanTests.configuration : PlanTests.configuration.replacing(old, with: new)
    try home.write(text, to: "models/odd/config.json")
    var words = ["plan", home.file("models/odd").path, "--runtime", runtime, "--json"]
    words += ["--gpu", "RTX 4090", "--gpus", "1", "--context", "2048"]
    if settings.first?.hasPrefix("max_model_len") == true { words.removeLast(2) }
    for setting in settings { words += ["--set", setting] }
    let found = try Program.run(Program.amm, words, environment: ["HOME": home.url.path])
    #expect(found.status == 0, "\(what): \(found.errors)")
    let plan = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(what)")
    // What fits all the same has weights that may be a fifth more than they are thought to be.
    let weights = plan["terms"]?["weights"]
    let (usual, high) = (weights?["bytes"]?.number ?? 1, weights?["high"]?.number ?? 0)
    #expect(
      plan["verdict"]?.text != "fits" || high >= usual * 1.2,
      "\(what) is said to fit: \(found.output)")
  }

  /// The pattern that people mostly use is counted, any other is named.
  @Test(arguments: [
    (#"\.ffn_.*_exps\.=CPU"#, true), ("exps=CPU", true),
    (#"blk\..*\.ffn_.*_exps\.weight=CPU"#, true),
    (#"blk\.[0-9]\.ffn_.*_exps\.=CPU"#, false), ("ffn_.*=CPU", false), ("exps=CUDA1", false),
  ])
  func `experts that are moved by a pattern are counted`(pattern: String, isCounted: Bool) throws {
    let found = try amm(
      "plan", model, "--runtime", "llama-cpp", "--gpu", "L4", "--set",
      "override_tensor='\(pattern)'",
      "--json")
    let plan = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
    let notes = plan["notes"]?.list?.compactMap(\.text) ?? []
    #expect(
      notes.contains("The effect of '--override-tensor' is not counted.") == !isCounted, "\(notes)")
  }

  /// vLLM 0.31.0: without the manager of several kinds, windows count as whole contexts.
  @Test(arguments: [
    ("vllm", "disable_hybrid_kv_cache_manager=true", "--disable-hybrid-kv-cache-manager", true),
    ("vllm", "disable_hybrid_kv_cache_manager=true", "--disable-hybrid-kv-cache-manager", false),
    ("vllm", "language_model_only=true", "--language-model-only", false),
    ("vllm", "prefill_context_parallel_size=2", "--prefill-context-parallel-size", true),
    ("tgi", "max_batch_total_tokens=9000", "--max-batch-total-tokens", true),
  ])
  func `an option that changes the cache is not passed over`(
    runtime: String, setting: String, option: String, matters: Bool
  ) throws {
    let windows = option.contains("hybrid") && matters
    try home.write(
      windows
        ? PlanTests.configuration.replacing(
          #""model_type": "llama""#,
          with: #""model_type": "gemma3_text", "sliding_window": 512, "sliding_window_pattern": 2"#)
        : PlanTests.configuration, to: "models/demo/config.json")
    let found = try amm(
      "plan", model, "--runtime", runtime, "--gpu", "H100", "--set", setting, "--json")
    let plan = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
    let notes = plan["notes"]?.list?.compactMap(\.text) ?? []
    #expect(notes.contains("The effect of '\(option)' is not counted.") == matters, "\(notes)")
    #expect(!matters || plan["verdict"]?.text != "fits")
  }

  @Test func `what cannot be split is not called fitting`() throws {
    let folder = try profile(
      """
      name: demo
      source: {type: local, path: ~/models/demo}
      container: {runtime: vllm}
      arguments: [--tensor-parallel-size, "3"]

      """)
    let found = try amm("plan", "demo", "--gpu", "H100", "--workspace", folder)
    #expect(
      found.output.contains("does not start: 32 attention heads cannot be split over 3 GPUs"),
      "\(found.output)")
    #expect(found.output.contains("3 x H100"))
    let one = try amm(
      "plan", "demo", "--gpu", "H100", "--gpus", "1", "--json", "--workspace", folder)
    let plan = try #require(JSONValue(parsing: Array(one.output.utf8)))
    #expect(plan["verdict"]?.text == "fails")
    #expect(plan["reason"]?.text == "it needs 3 GPUs, but only 1 available")
  }

  /// More GPUs than an Int counts, by arguments that no field limits.
  @Test(arguments: ["vllm", "sglang", "tgi"])
  func `no number of GPUs ends in a signal`(runtime: String) throws {
    let most = String(Int.max)
    let options =
      switch runtime {
      case "vllm": "[--tensor-parallel-size, \"\(most)\", --pipeline-parallel-size, \"\(most)\"]"
      case "sglang": "[--tp-size, \"\(most)\", --pp-size, \"\(most)\"]"
      default: "[--num-shard, \"\(most)\"]"
      }
    try home.write(
      """
      name: demo
      source: {type: local, path: ~/models/demo}
      container: {runtime: \(runtime)}
      arguments: \(options)

      """, to: "w/profiles/demo.yaml")
    try home.write("version: 1\ninstances: {main: {port: 8080}}\n", to: "w/instances.yaml")
    let found = try amm("plan", "demo", "--gpu", "L4", "--workspace", home.file("w").path)
    #expect([0, 1].contains(found.status), "\(found.status): \(found.errors)")
  }

  /// Numbers that no model has end in no signal and no nonsense.
  @Test(arguments: [
    "9007199254740992", "1", "0", "-1", "1e300", "null", "\"x\"", "[]",
  ])
  func `odd numbers end in words`(number: String) throws {
    let keys = [
      "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
      "intermediate_size", "vocab_size", "max_position_embeddings",
    ]
    for key in keys {
      let text = PlanTests.configuration.replacing(
        try Regex("\"\(key)\": [0-9]+"), with: "\"\(key)\": \(number)")
      try home.write(text, to: "models/odd/config.json")
      for runtime in ["vllm", "sglang", "tgi", "tei", "llama-cpp", "ollama"] {
        let found = try amm(
          "plan", home.file("models/odd").path, "--runtime", runtime, "--gpu", "L4", "--json")
        #expect([0, 1].contains(found.status), "\(key): \(number), \(runtime): \(found.errors)")
        if found.status == 0 {
          #expect(JSONValue(parsing: Array(found.output.utf8))?["verdict"] != nil)
        }
      }
    }
  }
}
