package import Values

extension TextGenerationInference {
  package static let migrates = true

  /// From the README.md of huggingface/text-generation-inference and its last release, 3.3.7.
  package static let unmaintainedSince: String? = "December 2025"

  /// Returns the counterpart of a key of the section `tgi`, by its meaning.
  ///
  /// The keys of the other runtimes are options of their launchers: vLLM 0.31.0, SGLang 0.5.21 and
  /// llama.cpp b11347.
  package static func migrated(
    _ key: String, _ value: Value, to target: MigrationTarget
  ) -> Migrated {
    shared(key, value, target) ?? own(key, value, target)
      ?? .dropped(because: reasons[key] ?? "\(target.title) has no such setting")
  }

  private static let reasons = [
    "sharded": "'num_shard' sets the number of GPUs",
    "max_input_tokens": "there is a single limit for prompt and answer",
    "max_waiting_tokens": "waiting requests are admitted in each step",
    "max_client_batch_size": "clients send a separate request for each prompt",
    "max_best_of": "each answer is a separate request",
    "max_stop_sequences": "the number of stop sequences has no limit",
    "validation_workers": "the server's own threads read prompts",
    "disable_custom_kernels": "there are no custom kernels to disable",
    "attention": "the server chooses the attention itself",
    "disable_grammar_support": "guided generation is used only if a request asks for it",
    "enable_prefill_logprobs": "requests ask for them",
    "payload_limit": "the size of a request has no separate limit",
    "usage_stats": "there are no statistics that this setting controls",
    "json_output": "the server cannot write its log as JSON",
    "lora_adapters": "adapters with a revision have no counterpart; add them by hand",
    "otlp_service_name": "the variable 'OTEL_SERVICE_NAME' sets it",
    "watermark_gamma": "the server has no watermarks",
    "watermark_delta": "the server has no watermarks",
    "graceful_termination_timeout": "systemd's stop timeout sets it",
  ]

  /// Returns the counterpart of a key that several runtimes have.
  private static func shared(
    _ key: String, _ value: Value, _ target: MigrationTarget
  ) -> Migrated? {
    switch (key, target) {
    case ("num_shard", .vllm): .carried([.init("tensor_parallel_size", value)])
    case ("num_shard", .sglang): .carried([.init("tp_size", value)])
    case ("num_shard", .llamaCpp):
      .dropped(because: "llama.cpp splits a model over all of the instance's GPUs")
    case ("trust_remote_code", .vllm), ("trust_remote_code", .sglang):
      .carried([.init(key, value)])
    case ("kv_cache_dtype", .vllm), ("kv_cache_dtype", .sglang):
      .carried([.init(key, value == "fp8_e4m3fn" ? "fp8_e4m3" : value)])
    case ("kv_cache_dtype", .llamaCpp):
      .changed(
        [.init("cache_type_k", "q8_0"), .init("cache_type_v", "q8_0")],
        because: "llama.cpp has a different 8-bit format")
    case ("max_batch_prefill_tokens", .vllm): .carried([.init("max_num_batched_tokens", value)])
    case ("max_batch_prefill_tokens", .sglang): .carried([.init("max_prefill_tokens", value)])
    case ("max_batch_prefill_tokens", .llamaCpp): .carried([.init("batch_size", value)])
    case ("cuda_memory_fraction", .vllm):
      .changed(
        [.init("gpu_memory_utilization", value)],
        because: "vLLM uses all of it, and TGI left a tenth free")
    case ("cuda_memory_fraction", .sglang):
      .changed(
        [.init("mem_fraction_static", value)],
        because: "in SGLang it covers only weights and cache, and steps need memory in addition")
    case ("log_level", .vllm): .carried([.init("uvicorn_log_level", level(value))])
    case ("log_level", .sglang): .carried([.init("log_level", level(value))])
    default: nil
    }
  }

  /// Returns the counterpart of a key that differs in each runtime.
  private static func own(
    _ key: String, _ value: Value, _ target: MigrationTarget
  ) -> Migrated? {
    let isOff = value == .boolean(false) || value == .integer(0)
    switch (key, target) {
    case ("max_batch_total_tokens", .sglang):
      return .carried([.init("max_total_tokens", value)])
    case ("max_batch_total_tokens", _):
      return .dropped(because: "the share of the card's memory determines the size of the cache")
    case ("max_top_n_tokens", .vllm): return .carried([.init("max_logprobs", value)])
    case ("speculate", .vllm):
      return .changed(
        [
          .init(
            "speculative_config",
            .set(["method": "ngram", "num_speculative_tokens": value, "prompt_lookup_max": 4]))
        ], because: "vLLM guesses tokens from the prompt with its own method")
    case ("cuda_graphs", .vllm):
      return value == .list([.integer(0)])
        ? .carried([.init("enforce_eager", true)])
        : .carried([.init("cudagraph_capture_sizes", value)])
    case ("cuda_graphs", .sglang):
      return value == .list([.integer(0)])
        ? .carried([.init("disable_cuda_graph", true)])
        : .carried([.init("cuda_graph_bs_decode", value)])
    case ("prefix_caching", .vllm):
      return .carried([.init("enable_prefix_caching", .boolean(!isOff))])
    case ("prefix_caching", .sglang):
      return isOff
        ? .carried([.init("disable_radix_cache", true)])
        : .dropped(because: "SGLang caches common prompt prefixes by default")
    case ("prefill_chunking", .vllm):
      return .carried([.init("enable_chunked_prefill", .boolean(!isOff))])
    case ("prefill_chunking", .sglang):
      return isOff
        ? .carried([.init("chunked_prefill_size", -1)])
        : .dropped(because: "SGLang computes prompts in chunks by default")
    case ("lora_adapters", .vllm):
      guard let modules = adapters(value) else { return nil }
      return .carried([.init("enable_lora", true), .init("lora_modules", modules)])
    case ("cors_allow_origin", .vllm): return .carried([.init("allowed_origins", value)])
    case ("otlp_endpoint", .vllm): return .carried([.init("otlp_traces_endpoint", value)])
    default: return nil
    }
  }

  /// Returns `id` and `id=path` as `name=path` for vLLM; nil if there is an `id@revision`.
  private static func adapters(_ value: Value) -> Value? {
    guard case .list(let items) = value else { return nil }
    var modules: [Value] = []
    for item in items {
      guard case .text(let text) = item, !text.contains("@") else { return nil }
      let name = text.split(separator: "=").first ?? ""
      let plain = name.split(separator: "/").last ?? name
      modules.append(.text(text.contains("=") ? text : "\(plain)=\(text)"))
    }
    return .list(modules)
  }

  /// Returns the level of a filter such as `info,text_generation_router=debug`.
  private static func level(_ value: Value) -> Value {
    guard case .text(let text) = value else { return value }
    let words = text.lowercased().split { ",=".contains($0) }
    return words.lazy.compactMap { word -> Value? in
      switch word {
      case "trace", "debug", "info", "error": .text(String(word))
      case "warn", "warning": "warning"
      default: nil
      }
    }.first ?? "info"
  }
}
