import Deployments
import Diagnostics
package import Schema
import Values
import YAML

extension TextGenerationInference {
  /// The words of `--kv-cache-dtype`.
  package enum KVCacheType: String, Sendable, CaseIterable {
    case fp8E4M3FN = "fp8_e4m3fn"
    case fp8E5M2 = "fp8_e5m2"
  }

  /// The words of `--rope-scaling`.
  package enum RopeScaling: String, Sendable, CaseIterable { case linear, dynamic }

  /// The words of `--usage-stats`.
  package enum UsageStatistics: String, Sendable, CaseIterable {
    case on, off
    case noStack = "no-stack"
  }

  /// The words of `ATTENTION`.
  package enum Attention: String, Sendable, CaseIterable {
    case paged, flashdecoding, flashinfer
    case flashdecodingIPEX = "flashdecoding-ipex"
  }

  /// `tgi`: the launcher's own options.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var sharded: Located<Bool>?
    var numShard: Located<Int>?
    var trustRemoteCode: Located<Bool>?
    var maxInputTokens: Located<Int>?
    var maxBatchPrefillTokens: Located<Int>?
    var maxBatchTotalTokens: Located<Int>?
    var maxWaitingTokens: Located<Int>?
    var maxClientBatchSize: Located<Int>?
    var maxBestOf: Located<Int>?
    var maxStopSequences: Located<Int>?
    var maxTopNTokens: Located<Int>?
    var validationWorkers: Located<Int>?
    var speculate: Located<Int>?
    var kvCacheDtype: Located<KVCacheType>?
    var cudaGraphs: Located<[Located<Int>]>?
    var cudaMemoryFraction: Located<Double>?
    var disableCustomKernels: Located<Bool>?
    package var attention: Located<Attention>?
    var prefixCaching: Located<Bool>?
    var prefillChunking: Located<Bool>?
    var ropeScaling: Located<RopeScaling>?
    var ropeFactor: Located<Double>?
    var loraAdapters: Located<[Located<String>]>?
    var tokenizerConfigPath: Located<String>?
    var disableGrammarSupport: Located<Bool>?
    var enablePrefillLogprobs: Located<Bool>?
    var watermarkGamma: Located<Double>?
    var watermarkDelta: Located<Double>?
    var payloadLimit: Located<Int>?
    var gracefulTerminationTimeout: Located<Int>?
    var corsAllowOrigin: Located<[Located<String>]>?
    var jsonOutput: Located<Bool>?
    var otlpEndpoint: Located<String>?
    var otlpServiceName: Located<String>?
    var usageStats: Located<UsageStatistics>?
    var logLevel: Located<String>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "sharded", \.sharded, .boolean, default: "as many GPUs as there are",
        to: .variable("SHARDED"), "Whether the model is split over several GPUs."),
      Field(
        "num_shard", \.numShard, .integer(1...64), unit: "GPUs", default: "the visible GPUs",
        to: .variable("NUM_SHARD"),
        "How many GPUs the model is split over; its attention heads must divide by it."),
      Field(
        "trust_remote_code", \.trustRemoteCode, .boolean, default: "false",
        to: .variable("TRUST_REMOTE_CODE"),
        "Whether code from the model's repository is run; pin 'revision' when it is."),
      Field(
        "max_input_tokens", \.maxInputTokens, .integer(1...10_000_000), unit: "tokens",
        to: .variable("MAX_INPUT_TOKENS"),
        "TGI's own name of 'parameters.max_input_length'; write one of the two."),
      Field(
        "max_batch_prefill_tokens", \.maxBatchPrefillTokens, .integer(1...100_000_000),
        unit: "tokens", to: .variable("MAX_BATCH_PREFILL_TOKENS"),
        "How many prompt tokens are computed at once."),
      Field(
        "max_batch_total_tokens", \.maxBatchTotalTokens, .integer(1...100_000_000),
        unit: "tokens", to: .variable("MAX_BATCH_TOTAL_TOKENS"),
        "How many tokens, prompts and answers, a batch may hold."),
      Field(
        "max_waiting_tokens", \.maxWaitingTokens, .integer(0...1_000_000), unit: "tokens",
        default: "20", to: .variable("MAX_WAITING_TOKENS"),
        "How many tokens are made before waiting requests interrupt a batch."),
      Field(
        "max_client_batch_size", \.maxClientBatchSize, .integer(1...100_000),
        unit: "prompts", default: "4", since: "2.0.1", to: .variable("MAX_CLIENT_BATCH_SIZE"),
        "How many prompts one request may hold."),
      Field(
        "max_best_of", \.maxBestOf, .integer(1...1000), default: "2",
        to: .variable("MAX_BEST_OF"), "The largest 'best_of' that a request may ask for."),
      Field(
        "max_stop_sequences", \.maxStopSequences, .integer(0...1000), default: "4",
        to: .variable("MAX_STOP_SEQUENCES"), "How many stop sequences a request may have."),
      Field(
        "max_top_n_tokens", \.maxTopNTokens, .integer(0...1000), default: "5",
        to: .variable("MAX_TOP_N_TOKENS"), "The largest 'top_n_tokens' of a request."),
      Field(
        "validation_workers", \.validationWorkers, .integer(1...1024), unit: "threads",
        default: "2", to: .variable("VALIDATION_WORKERS"),
        "Threads that tokenize and check requests."),
      Field(
        "speculate", \.speculate, .integer(1...64), unit: "tokens",
        to: .variable("SPECULATE"), "How many tokens are guessed ahead."),
      Field(
        "kv_cache_dtype", \.kvCacheDtype, .choice(), default: "the model's dtype",
        since: "2.4", to: .variable("KV_CACHE_DTYPE"), "The number format of the key-value cache."),
      Field(
        "cuda_graphs", \.cudaGraphs, .list(of: .integer(0...65536)),
        default: "1, 2, 4, 8, 16, 32", to: .variable("CUDA_GRAPHS"),
        "Batch sizes for which CUDA graphs are captured; [0] for none."),
      Field(
        "cuda_memory_fraction", \.cudaMemoryFraction, .number(0...1, aboveLower: true),
        default: "1", to: .variable("CUDA_MEMORY_FRACTION"),
        "The share of GPU memory the server may take; below 1 where two servers share a GPU."),
      Field(
        "disable_custom_kernels", \.disableCustomKernels, .boolean, default: "false",
        to: .variable("DISABLE_CUSTOM_KERNELS"), "Runs without TGI's own GPU code."),
      Field(
        "attention", \.attention, .choice(), default: "by GPU and model",
        since: "2.3", to: .variable("ATTENTION"), "The implementation of attention."),
      Field(
        "prefix_caching", \.prefixCaching, .flagDigit, default: "by model",
        since: "2.4", to: .variable("PREFIX_CACHING"),
        "Whether common beginnings of prompts are kept."),
      Field(
        "prefill_chunking", \.prefillChunking, .flagDigit, default: "true",
        since: "2.4", to: .variable("PREFILL_CHUNKING"),
        "Whether long prompts are computed in pieces."),
      Field(
        "rope_scaling", \.ropeScaling, .choice(), to: .variable("ROPE_SCALING"),
        "How positions beyond the trained context are scaled; goes with 'rope_factor'."),
      Field(
        "rope_factor", \.ropeFactor, .number(0...1000, aboveLower: true),
        to: .variable("ROPE_FACTOR"), "By how much the context is stretched."),
      Field(
        "lora_adapters", \.loraAdapters, .list(of: .adapter, distinct: true),
        since: "2.1", to: .variable("LORA_ADAPTERS"), "Adapters: 'id', 'id@revision' or 'id=path'."),
      Field(
        "tokenizer_config_path", \.tokenizerConfigPath, .text(),
        to: .variable("TOKENIZER_CONFIG_PATH"),
        "A tokenizer configuration in the container, for another chat template."),
      Field(
        "disable_grammar_support", \.disableGrammarSupport, .boolean, default: "false",
        to: .variable("DISABLE_GRAMMAR_SUPPORT"), "Refuses guided generation."),
      Field(
        "enable_prefill_logprobs", \.enablePrefillLogprobs, .boolean, default: "false",
        since: "3.0", to: .variable("ENABLE_PREFILL_LOGPROBS"),
        "Computes probabilities of prompt tokens."),
      Field(
        "watermark_gamma", \.watermarkGamma, .number(0...1, aboveLower: true),
        to: .variable("WATERMARK_GAMMA"), "The watermark's share of favoured tokens."),
      Field(
        "watermark_delta", \.watermarkDelta, .number(0...1000),
        to: .variable("WATERMARK_DELTA"), "How strongly the watermark favours them."),
      Field(
        "payload_limit", \.payloadLimit, .integer(1...Int(Int32.max)), unit: "bytes",
        default: "2000000", since: "2.4.1", to: .variable("PAYLOAD_LIMIT"), "The largest request."),
      Field(
        "graceful_termination_timeout", \.gracefulTerminationTimeout, .integer(0...3600),
        unit: "seconds", default: "90", since: "3.2.2",
        to: .variable("GRACEFUL_TERMINATION_TIMEOUT"),
        "How long requests under way may take when the server is stopped."),
      Field(
        "cors_allow_origin", \.corsAllowOrigin, .list(of: .origin, distinct: true),
        // launcher/src/main.rs has no delimiter for this list: a variable could hold only one of it.
        to: .repeated("--cors-allow-origin"), "Web origins that may call the server."),
      Field(
        "json_output", \.jsonOutput, .boolean, default: "false",
        to: .variable("JSON_OUTPUT"), "Writes the log as JSON."),
      Field(
        "otlp_endpoint", \.otlpEndpoint, .text(), to: .variable("OTLP_ENDPOINT"),
        "Where traces are sent."),
      Field(
        "otlp_service_name", \.otlpServiceName, .text(),
        default: "text-generation-inference.router", since: "2.1",
        to: .variable("OTLP_SERVICE_NAME"),
        "The name that traces carry."),
      Field(
        "usage_stats", \.usageStats, .choice(), default: "on", since: "2.3",
        to: .variable("USAGE_STATS"),
        "Whether the server reports anonymous statistics to Hugging Face."),
      Field(
        "log_level", \.logLevel, .text(), default: "info", to: .variable("LOG_LEVEL"),
        "What is logged: a level, or directives such as 'info,text_generation_router=debug'."),
    ])
  }
}

extension ValueType where Value == String {
  /// An adapter of `lora_adapters`; its check says what the pattern alone cannot.
  fileprivate static let adapter = ValueType(
    name: commaFree.name,
    schema: [
      .init("type", "string"),
      .init("pattern", "^\\s*[^\\s,@=][^,@=]*(@[^,@=]*|(@[^,=]*)?=[^,]+)?$"),
    ],
    plain: commaFree.plain, read: commaFree.read)
}

extension ValueType where Value == Bool {
  /// A boolean that reaches the server as `1` or `0` (models/globals.py reads it as a number).
  static let flagDigit = ValueType(
    name: boolean.name, schema: boolean.schema, plain: { .integer($0 ? 1 : 0) },
    read: boolean.read)
}
