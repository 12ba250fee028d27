import Foundation
import TestSupport
import Testing
import Values

/// What `amm plan` derives from the layers of a model and from the build of its server.
struct PlanModelTests {
  let home: TemporaryFolder
  static let mebibyte = Double(1 << 20)

  init() throws {
    home = try TemporaryFolder()
    try home.write(PlanTests.configuration, to: "models/demo/config.json")
  }

  private func plan(_ words: [String]) throws -> JSONValue {
    let found = try Program.run(
      Program.amm, ["plan"] + words + ["--json"], environment: ["HOME": home.url.path])
    return try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
  }

  /// Plans a GGUF file with llama.cpp on an H100.
  private func plan(
    _ file: GGUFFile, _ build: String, context: Int = 8192, _ settings: String...
  ) throws -> JSONValue {
    let path = home.file("models/a.gguf")
    try file.write(to: path)
    return try plan(
      [
        path.path, "--runtime", "llama-cpp", "--release", build, "--gpu", "H100", "--context",
        "\(context)", "--set", "max_batch_size=1",
      ] + settings.flatMap { ["--set", $0] })
  }

  private func mebibytes(_ plan: JSONValue, _ term: String, _ key: String = "bytes") -> Double {
    (plan["terms"]?[term]?[key]?.number ?? -1) / Self.mebibyte
  }

  // MARK: Layers

  static let latent = [
    (key: "attention.kv_lora_rank", value: 512), (key: "attention.key_length", value: 192),
    (key: "attention.value_length", value: 128), (key: "rope.dimension_count", value: 64),
  ]

  /// llama.cpp, src/llama-hparams.cpp, is_mla: only files with both lengths keep compressed keys.
  @Test func `an older file of DeepSeek V2 keeps whole keys and values`() throws {
    let older = try plan(
      GGUFFile(layers: 4, architecture: "deepseek2", further: Self.latent), "b11347")
    // 4 layers, 8192 cells, 8 heads of 192 and 128 elements, 2 bytes.
    #expect(mebibytes(older, "kv_pool") == 160, "\(older)")
    #expect(older["terms"]?["kv_pool"]?["certainty"]?.text == "exact")
    let lengths = [
      (key: "attention.key_length_mla", value: 192),
      (key: "attention.value_length_mla", value: 128),
    ]
    let newer = try plan(
      GGUFFile(layers: 4, architecture: "deepseek2", further: Self.latent + lengths), "b11347")
    #expect(mebibytes(newer, "kv_pool") == 36)
  }

  @Test func `a family with files of both layouts has a range if no file was read`() throws {
    try home.write(
      """
      {"architectures": ["DeepseekV2ForCausalLM"], "model_type": "deepseek_v2", "hidden_size": 2048, \
      "num_hidden_layers": 27, "num_attention_heads": 16, "num_key_value_heads": 16, \
      "intermediate_size": 10944, "vocab_size": 102400, "max_position_embeddings": 163840, \
      "kv_lora_rank": 512, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128}
      """, to: "models/deepseek/config.json")
    let found = try plan([
      home.file("models/deepseek").path, "--runtime", "ollama", "--gpu", "H100", "--context",
      "16384",
    ])
    #expect(mebibytes(found, "kv_pool") == 486)
    #expect(mebibytes(found, "kv_pool", "high") == 4320, "\(found)")
  }

  /// Six layers of Gemma 4: the first four have keys and values, and the fourth sees everything.
  static func shared(_ architecture: String = "gemma4") -> GGUFFile {
    GGUFFile(
      layers: 6, architecture: architecture,
      further: [
        (key: "attention.shared_kv_layers", value: 2),
        (key: "attention.sliding_window", value: 512),
      ], lists: [(key: "attention.sliding_window_pattern", values: [1, 1, 1, 0, 1, 0])])
  }

  @Test(arguments: ["llama-cpp", "ollama"])
  func `layers that share keys and values have none`(runtime: String) throws {
    let path = home.file("models/a.gguf")
    try Self.shared().write(to: path)
    let found = try plan([
      path.path, "--runtime", runtime, "--gpu", "H100", "--context", "8192",
      "--set", runtime == "ollama" ? "num_parallel=1" : "max_batch_size=1",
    ])
    // 8 heads of 128 elements, keys and values, 2 bytes: 4096 bytes for each cell.
    #expect(mebibytes(found, "kv_pool") == 32 + 3 * 4, "\(found)")
  }

  /// llama.cpp, src/llama-model.cpp: `i_gpu_start` counts the output layer, in newer builds.
  @Test(arguments: [
    // The last two layers and the output; the last layer that has a cache is the fourth.
    ("b11347", 3, 0.0), ("b11347", 4, 32), ("b7000", 3, 32), ("b7000", 2, 0), ("b11347", 7, 44),
  ])
  func `the last layers are on the GPU, each with its own cache`(
    build: String, layers: Int, cache: Double
  ) throws {
    let found = try plan(Self.shared(), build, "n_gpu_layers=\(layers)")
    let host = (found["host_terms"]?["kv_pool"]?["bytes"]?.number ?? 0) / Self.mebibyte
    // What is in main memory alone has its place among the terms, too.
    let isOnGPU = found["terms"]?["kv_pool"]?["place"]?.text == "gpu"
    #expect((isOnGPU ? mebibytes(found, "kv_pool") : 0) == cache, "\(found)")
    #expect(host == 44 - cache)
    let table = 4096.0 * 32000 / 32 * 34
    let layer = 4096.0 * (4096 + 14336) / 32 * 34
    let isNew = build != "b7000"
    let expected =
      layers > 6
      ? 6 * layer + table : isNew ? Double(layers - 1) * layer + table : Double(layers) * layer
    #expect(found["terms"]?["weights"]?["bytes"]?.number == expected)
  }

  @Test func `a build between both rules has a range`() throws {
    let found = try plan(Self.shared(), "b7400", "n_gpu_layers=3")
    #expect(mebibytes(found, "kv_pool") == 0 && mebibytes(found, "kv_pool", "high") == 32)
    #expect(found["terms"]?["weights"]?["certainty"]?.text == "derived")
  }

  // MARK: Drafts

  @Test func `the context of a draft is counted`() throws {
    let file = GGUFFile(layers: 9, further: [(key: "nextn_predict_layers", value: 1)])
    let plain = try plan(file, "b11347")
    let draft = try plan(file, "b11347", "spec_type=draft-mtp")
    // 8 layers, and one of the draft.
    #expect(mebibytes(plain, "kv_pool") == 8 * 32 && mebibytes(draft, "kv_pool") == 9 * 32)
    #expect(mebibytes(draft, "compute") > mebibytes(plain, "compute") * 1.5)
    #expect(draft["terms"]?["compute"]?["certainty"]?.text == "measured")
    let packed = try plan(
      file, "b11347", "spec_type=draft-mtp", "cache_type_k=q8_0", "cache_type_v=q8_0")
    #expect(mebibytes(packed, "kv_pool", "low") == 9 * 17)
    #expect(mebibytes(packed, "kv_pool", "high") == 8 * 17 + 32)
    // A model without such layers, and other drafts.
    for kind in ["draft-mtp", "draft-eagle3"] {
      let other = try plan(GGUFFile(layers: 8), "b11347", "spec_type=\(kind)")
      #expect(other["verdict"]?.text == "unsure", "\(other)")
    }
    let guessed = try plan(GGUFFile(layers: 8), "b11347", "spec_type=ngram-mod")
    #expect(guessed["verdict"]?.text == "fits")
  }

  // MARK: Computing

  @Test func `the buffer for computing follows from the build`() throws {
    let file = GGUFFile(layers: 8, words: 32000)
    // 512 tokens, scores of 32768 cells and 32 heads with a mask, 4 times 4096 elements.
    let older = try plan(file, "b4400", context: 32768, "flash_attn=off")
    #expect(mebibytes(older, "compute") == 2048 + 64 + 32, "\(older)")
    let between = try plan(file, "b9849", context: 32768)
    let newer = try plan(file, "b11347", context: 32768)
    #expect(mebibytes(between, "compute") == mebibytes(newer, "compute"))
    let logits = 512.0 * (32000 + 4096) * 4 / Self.mebibyte
    #expect(mebibytes(between, "compute", "high") >= max(logits, mebibytes(newer, "compute")))
  }

  @Test(arguments: [("llama", "derived"), ("cohere2", "measured"), ("gptneox", "measured")])
  func `a family that was not compared has a range`(family: String, certainty: String) throws {
    let found = try plan(GGUFFile(layers: 8, architecture: family), "b11347")
    #expect(found["terms"]?["compute"]?["certainty"]?.text == certainty)
    let isWide = mebibytes(found, "compute", "high") > mebibytes(found, "compute") * 1.25
    #expect(isWide == (certainty == "measured"))
  }

  // MARK: Requests

  private func served(_ runtime: String, _ words: String...) throws -> JSONValue {
    try plan(
      [home.file("models/demo").path, "--runtime", runtime, "--gpu", "RTX 4090"] + words)
  }

  @Test func `SGLang does not fit a request that is longer than its pool`() throws {
    let whole = try served("sglang", "--context", "65536", "--solve")
    #expect(whole["verdict"]?.text == "fails", "\(whole)")
    #expect(whole["reason"]?.text?.hasPrefix("a request of 65536 tokens does not fit") == true)
    let solved = try #require(whole["solved"]?["context_length"]?.wholeNumber)
    let longest = try #require(whole["longest_request_low"]?.wholeNumber)
    #expect(solved > 0 && solved <= longest, "\(solved), \(longest)")
    #expect(try served("sglang", "--context", "\(solved)")["verdict"]?.text == "fits")
  }

  @Test(arguments: ["vllm", "sglang", "tgi"])
  func `a solution holds for the number of requests`(runtime: String) throws {
    func solved(_ count: Int) throws -> Int? {
      try served(runtime, "--concurrency", "\(count)", "--solve")["solved"]?["context_length"]?
        .wholeNumber
    }
    let one = try #require(try solved(1))
    let four = try #require(try solved(4))
    #expect(four > 0 && four <= one / 3, "\(one), \(four)")
    let words = ["--concurrency", "4", "--context"]
    func verdict(_ tokens: Int) throws -> String? {
      try served(runtime, words[0], words[1], words[2], "\(tokens)")["verdict"]?.text
    }
    #expect(try verdict(four) == "fits")
    #expect(try verdict(four * 4) != "fits")
  }

  @Test func `what is missing is missing for all requests`() throws {
    func missing(_ count: Int) throws -> Double {
      let found = try served("vllm", "--context", "100000", "--concurrency", "\(count)")
      return try #require(found["missing"]?.number, "\(found)")
    }
    // 32 layers, 8 heads of 128 elements, keys and values, 2 bytes: 128 KiB for each token.
    let more = try missing(8) - missing(1)
    #expect(abs(more / (7 * 100_000 * 131_072) - 1) < 0.01, "\(more)")
  }

  // MARK: vLLM

  /// vLLM 0.19, model_executor/layers/attention/attention.py: the files' format replaces `auto`.
  @Test(arguments: [
    (
      #"{"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 8}}}, "kv_cache_scheme": {"num_bits": 8, "type": "float"}}"#,
      true
    ),
    (
      #"{"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_scheme": {"dynamic": false, "num_bits": 8, "type": "float"}}"#,
      true
    ),
    (
      #"{"quant_method": "modelopt", "quant_algo": "FP8", "quantization": {"kv_cache_quant_algo": "FP8"}}"#,
      true
    ),
    (
      #"{"quant_method": "compressed-tensors", "config_groups": {"group_0": {"weights": {"num_bits": 8}}}}"#,
      false
    ),
  ])
  func `the files set the format of keys and values`(quantization: String, isSet: Bool) throws {
    let whole = PlanTests.configuration.trimmingCharacters(in: .whitespacesAndNewlines)
    try home.write(
      whole.dropLast() + ", \"quantization_config\": \(quantization)}",
      to: "models/packed/config.json")
    func tokens(_ release: String, _ settings: String...) throws -> (Double, Double) {
      let found = try plan(
        [
          home.file("models/packed").path, "--runtime", "vllm", "--release", release, "--gpu", "L4",
          "--context", "4096",
        ] + settings.flatMap { ["--set", $0] })
      let usual = try #require(found["kv_tokens"]?.number, "\(found)")
      return (usual, found["kv_tokens_high"]?.number ?? 0)
    }
    let auto = try tokens("0.31.0")
    let small = try tokens("0.31.0", "kv_cache_dtype=fp8")
    #expect((auto == small) == isSet)
    // It is not known which earlier versions do so.
    let older = try tokens("0.11.0")
    #expect((older.1 > older.0 * 1.8) == isSet, "\(older)")
  }

  /// vLLM 0.6 and 0.7, engine/arg_utils.py, use_long_context.
  @Test(arguments: [(29000, "29000"), (35000, "2048"), (45000, "2048")])
  func `long prompts are split by default`(context: Int, tokens: String) throws {
    let found = try served("vllm", "--release", "0.6.4", "--context", "\(context)")
    let inputs = found["terms"]?["activation"]?["inputs"]?.list ?? []
    let input = inputs.first { $0["name"]?.text == "max_num_batched_tokens" }
    #expect(input?["value"]?.text == tokens, "\(inputs)")
    #expect(found["verdict"]?.text != "fails" || context == 29000)
  }

  // MARK: Workspaces

  private func workspace(_ host: String, instances: String) throws -> String {
    try home.write("version: 1\n\(host)\n\(instances)\n", to: "w/instances.yaml")
    try home.write(
      """
      name: demo
      source: {type: local, path: ~/models/demo}
      container: {runtime: vllm}
      parameters: {context_length: 60000}

      """, to: "w/profiles/demo.yaml")
    for name in ["a", "b"] {
      try? FileManager.default.removeItem(at: home.file("w/active/\(name).yaml"))
      try home.link("w/active/\(name).yaml", to: "../profiles/demo.yaml")
    }
    return home.file("w").path
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(Program.amm, words, environment: ["HOME": home.url.path])
  }

  @Test func `a size with a fraction is accepted, and an error of the file is told`() throws {
    let instances = "instances: {a: {port: 8080, gpus: [nvidia.com/gpu=0]}}"
    func host(_ memory: String) -> String {
      "host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: \(memory)}]}"
    }
    let known = try amm(
      "plan", "a", "--workspace", try workspace(host("23.6 GiB"), instances: instances))
    #expect(known.output.contains("RTX 4090 of 23.6 GiB"), "\(known.errors)")
    let broken = try amm(
      "plan", "a", "--workspace", try workspace(host("big"), instances: instances))
    #expect(broken.status == 1 && !broken.output.contains("the GPU is unknown"))
    #expect(broken.errors.contains("instances.yaml") && broken.errors.contains("'big'"))
  }

  @Test func `a larger share is no help on a shared card`() throws {
    let host = "host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}"
    func helps(_ instances: String) throws -> String {
      try amm("plan", "a", "--workspace", try workspace(host, instances: instances)).output
    }
    let one = "a: {port: 8080, gpus: [nvidia.com/gpu=0]}"
    let other = "b: {port: 8081, gpus: [nvidia.com/gpu=0]}"
    let single = try helps("instances: {\(one)}")
    #expect(single.contains("helps most"), "\(single)")
    let shared = try helps("instances: {\(one), \(other)}")
    #expect(!shared.contains("gpu_memory_utilization: 0.95"), "\(shared)")
  }
}
