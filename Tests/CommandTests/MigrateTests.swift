import Foundation
import TestSupport
import Testing
import Values

/// Profiles of TGI in the forms in which people write them, as profiles of other runtimes.
struct MigrateTests {
  let home: TemporaryFolder

  init() throws {
    home = try TemporaryFolder()
    try home.write("version: 1\ninstances: {main: {port: 8080}}\n", to: "w/instances.yaml")
  }

  private func amm(_ words: String...) throws -> Finished {
    try Program.run(
      Program.amm, words + ["--workspace", home.file("w").path],
      environment: ["HOME": home.url.path])
  }

  /// What stands below the name, the source and the runtime.
  private func write(_ rest: String, image: String? = nil) throws {
    let container = image.map { "{runtime: tgi, image: \"\($0)\"}" } ?? "{runtime: tgi}"
    try home.write(
      """
      # What the whole is for.
      name: demo
      source: {type: huggingface, model_id: org/model, revision: main}
      container: \(container)
      \(rest)

      """, to: "w/profiles/chat/demo.yaml")
  }

  /// What stands in a profile, and what must stand in the new one, by target; the first of each pair is the key.
  static let forms: [(rest: String, vllm: [String], sglang: [String])] = [
    (
      "parameters: {max_total_tokens: 4096}", ["{context_length: 4096}"], ["{context_length: 4096}"]
    ),
    (
      "parameters: {max_input_length: 3072, max_total_tokens: 4096}", ["{context_length: 4096}"],
      ["{context_length: 4096}"]
    ),
    (
      "parameters:\n  max_total_tokens: 4096   # as long as our texts\n  dtype: bfloat16",
      ["  context_length: 4096   # as long as our texts", "  dtype: bfloat16"],
      ["  context_length: 4096   # as long as our texts"]
    ),
    ("parameters: {quantization: awq}", ["{quantization: awq}"], ["{quantization: awq}"]),
    ("parameters: {quantization: eetq}", ["{quantization: fp8}"], ["{quantization: fp8}"]),
    (
      "parameters: {quantization: bitsandbytes-nf4}", ["{quantization: fp8}"],
      ["{quantization: bitsandbytes-nf4}"]
    ),
    ("tgi: {num_shard: 2}", ["vllm: {tensor_parallel_size: 2}"], ["sglang: {tp_size: 2}"]),
    (
      "tgi:\n  # Two cards.\n  num_shard: 2\n  max_batch_prefill_tokens: 4096",
      ["vllm:\n  # Two cards.\n  tensor_parallel_size: 2\n  max_num_batched_tokens: 4096"],
      ["sglang:\n  # Two cards.\n  tp_size: 2\n  max_prefill_tokens: 4096"]
    ),
    (
      "tgi: {max_best_of: 4, num_shard: 2, watermark_gamma: 0.5}",
      ["vllm: {tensor_parallel_size: 2}"], ["sglang: {tp_size: 2}"]
    ),
    (
      "tgi:\n  cuda_memory_fraction: 0.8", ["  gpu_memory_utilization: 0.8"],
      ["  mem_fraction_static: 0.8"]
    ),
    ("tgi:\n  cuda_graphs: [0]", ["  enforce_eager: true"], ["  disable_cuda_graph: true"]),
    (
      "tgi:\n  cuda_graphs:\n    - 1\n    - 8\n  trust_remote_code: false",
      ["  cudagraph_capture_sizes: [1, 8]\n  trust_remote_code: false"],
      ["  cuda_graph_bs_decode: [1, 8]\n  trust_remote_code: false"]
    ),
    (
      "tgi: {prefix_caching: false}", ["{enable_prefix_caching: false}"],
      ["{disable_radix_cache: true}"]
    ),
    (
      "tgi: {lora_adapters: [org/first, second=/models/second]}",
      ["{enable_lora: true, lora_modules: [\"first=org/first\", \"second=/models/second\"]}"], []
    ),
    (
      "tgi: {kv_cache_dtype: fp8_e5m2}", ["{kv_cache_dtype: fp8_e5m2}"],
      ["{kv_cache_dtype: fp8_e5m2}"]
    ),
    (
      "environment: {NUM_SHARD: \"2\", NCCL_DEBUG: INFO}",
      ["num_shard: 2", "NCCL_DEBUG: INFO"], ["num_shard: 2", "NCCL_DEBUG: INFO"]
    ),
    (
      "arguments: [--max-batch-prefill-tokens, \"2048\"]", ["max_num_batched_tokens: 2048"],
      ["max_prefill_tokens: 2048"]
    ),
    (
      "performance:\n  waiting_served_ratio: 1.2\n  max_concurrent_requests: 64",
      ["  # vLLM admits waiting requests in each step:\n  # waiting_served_ratio: 1.2\n"],
      ["  # SGLang has no such setting:\n  # waiting_served_ratio: 1.2\n"]
    ),
    (
      "tgi:\n  cors_allow_origin: [\"https://a.example\"]",
      ["  allowed_origins: [\"https://a.example\"]"], ["# tgi:\n"]
    ),
    (
      "tgi: {speculate: 3}",
      [
        "{speculative_config: {\"method\": \"ngram\", \"num_speculative_tokens\": 3, \"prompt_lookup_max\": 4}}"
      ], []
    ),
    (
      "notes: |\n  tgi: is a word here\n\ntags: [a, b]", ["  tgi: is a word here\n"],
      ["tags: [a, b]"]
    ),
  ]

  @Test(arguments: forms.indices, ["vllm", "sglang"])
  func `each setting is carried over, changed or told`(index: Int, target: String) throws {
    let form = Self.forms[index]
    try write(form.rest)
    let found = try amm("migrate", "demo", "--to", target)
    #expect(found.status == 0, "\(form.rest): \(found.output)\(found.errors)")
    let text = try home.read("w/profiles/chat/demo-\(target).yaml")
    for wanted in target == "vllm" ? form.vllm : form.sglang {
      #expect(text.contains(wanted), "\(form.rest): \(text)")
    }
    #expect(text.hasPrefix("# What the whole is for.\nname: demo-\(target)\n"))
    #expect(text.contains("runtime: \(target)"))
    // Nothing of it is left to mend; that a repository is of AWQ, its name would have to say.
    let file = home.file("w/profiles/chat/demo-\(target).yaml").path
    let isNamed = !form.rest.contains("awq")
    let checked = try isNamed ? amm("validate", "--strict", file) : amm("validate", file)
    #expect(checked.status == 0, "\(text)\(checked.output)\(checked.errors)")
    let shown = try amm("info", "chat/demo-\(target)", "--json")
    #expect(JSONValue(parsing: Array(shown.output.utf8))?["launch"]?["image"] != nil)
  }

  @Test func `an image and its options stay behind, with the reason`() throws {
    try write(
      "environment: {ROPE_FACTOR: \"2.0\", MY_OWN: a}\ntgi:\n  max_stop_sequences: 8",
      image: "ghcr.io/huggingface/text-generation-inference:3.3.6")
    let found = try amm("migrate", "chat/demo", "--to", "vllm", "--json")
    let made = try #require(JSONValue(parsing: Array(found.output.utf8)), "\(found.errors)")
    let steps = made["steps"]?.list ?? []
    let keys = steps.compactMap { $0["key"]?.text }
    #expect(keys.contains("container.image") && keys.contains("tgi.max_stop_sequences"))
    #expect(steps.allSatisfy { $0["outcome"]?.text != "dropped" || $0["because"]?.text != nil })
    let text = try #require(made["text"]?.text)
    #expect(text.contains("MY_OWN: a") && !text.contains("ROPE_FACTOR:"), "\(text)")
    #expect(
      text.contains("# the number of stop sequences has no limit:\n  # max_stop_sequences: 8"))
    #expect(made["valid"]?.boolean == true)
  }

  @Test func `lines end as they did, and marks count letters`() throws {
    let lines = [
      "---", "# Größe ☃", "name: \"demo\"", "description: \"Größe ☃\"",
      "source: {type: huggingface, model_id: org/model}", "container: {runtime: 'tgi'} # früh",
      "parameters: {\"max_total_tokens\": 4096, dtype: float16} # ☃", "tgi:",
      "    cuda_graphs: [1,", "      2]", "    lora_adapters:", "    - org/a", "    # between",
      "    - org/b@main", "    log_level: \"info,router=debug\"", "notes: |", "  tgi: last", "",
    ]
    try home.write(lines.joined(separator: "\r\n"), to: "w/profiles/chat/demo.yaml")
    let found = try amm("migrate", "demo", "--to", "vllm")
    #expect(found.status == 0, "\(found.output)\(found.errors)")
    let text = try home.read("w/profiles/chat/demo-vllm.yaml")
    for wanted in [
      "# Größe ☃\r\nname: demo-vllm\r\n", "container: {runtime: vllm} # früh\r\n",
      "parameters: {context_length: 4096, dtype: float16} # ☃\r\nvllm:\r\n",
      "    cudagraph_capture_sizes: [1, 2]", "    # - org/b@main\r\n",
      "    uvicorn_log_level: info",
      "notes: |\r\n  tgi: last",
    ] {
      #expect(text.contains(wanted), "\(wanted): \(text)")
    }
  }

  @Test func `llama.cpp wants another repository`() throws {
    try write(
      "parameters: {quantization: awq, max_total_tokens: 4096}\ntgi: {kv_cache_dtype: fp8_e4m3fn}")
    let bare = try amm("migrate", "demo", "--to", "llama-cpp", "--dry-run")
    #expect(bare.output.contains("the GGUF file ('quant') determines the quantization"))
    let found = try amm("migrate", "demo", "--to", "llama-cpp", "--model", "org/model-GGUF")
    #expect(found.status == 0, "\(found.errors)")
    let text = try home.read("w/profiles/chat/demo-llama-cpp.yaml")
    #expect(text.contains("model_id: org/model-GGUF") && !text.contains("revision:"), "\(text)")
    #expect(text.contains("llama_cpp: {cache_type_k: q8_0, cache_type_v: q8_0}"))
    #expect(text.contains("parameters: {context_length: 4096}"))
  }

  @Test func `nothing is overwritten, and only TGI's profiles move`() throws {
    try write("tgi: {num_shard: 1}")
    #expect(try amm("migrate", "demo", "--to", "vllm", "--as", "mine/other").status == 0)
    #expect(try home.read("w/profiles/mine/other.yaml").contains("name: other\n"))
    let again = try amm("migrate", "demo", "--to", "vllm", "--as", "mine/other")
    #expect(again.status == 1 && again.errors.contains("already exists"))
    let moved = try amm("migrate", "mine/other", "--to", "sglang")
    #expect(moved.status == 1 && moved.errors.contains("amm cannot migrate"))
    for path in ["../out", "a//b", ".hidden", "-x/y", "a/b/c/d"] {
      #expect(try amm("migrate", "demo", "--to", "vllm", "--as=\(path)").status == 64, "\(path)")
    }
    #expect(try amm("migrate", "demo", "--to", "tgi").status == 64)
  }
}
