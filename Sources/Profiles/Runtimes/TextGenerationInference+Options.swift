import Deployments
import Diagnostics
package import Schema
import Values
import YAML

extension TextGenerationInference {
  /// The values of `--kv-cache-dtype`.
  package enum KVCacheType: String, Sendable, CaseIterable {
    case fp8E4M3FN = "fp8_e4m3fn"
    case fp8E5M2 = "fp8_e5m2"
  }

  /// The values of `--rope-scaling`.
  package enum RopeScaling: String, Sendable, CaseIterable { case linear, dynamic }

  /// The values of `--usage-stats`.
  package enum UsageStatistics: String, Sendable, CaseIterable {
    case on, off
    case noStack = "no-stack"
  }

  /// The values of `ATTENTION`.
  package enum Attention: String, Sendable, CaseIterable {
    case paged, flashdecoding, flashinfer
    case flashdecodingIPEX = "flashdecoding-ipex"
  }

  /// The section `tgi`: the launcher's own options.
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
        "sharded", \.sharded, .boolean, default: "all visible GPUs",
        to: .variable("SHARDED"), "Whether the model is split over several GPUs."),
      Field(
        "num_shard", \.numShard, .integer(1...64), unit: "GPUs", default: "the visible GPUs",
        to: .variable("NUM_SHARD"),
        "How many GPUs the model is split over; must divide the number of attention heads."),
      Field(
        "trust_remote_code", \.trustRemoteCode, .boolean, default: "false",
        to: .variable("TRUST_REMOTE_CODE"),
        "Whether to run code from the model's repository; if so, pin 'revision'."),
      Field(
        "max_input_tokens", \.maxInputTokens, .integer(1...10_000_000), unit: "tokens",
        to: .variable("MAX_INPUT_TOKENS"),
        "TGI's own name for 'parameters.max_input_length'; set only one of the two."),
      Field(
        "max_batch_prefill_tokens", \.maxBatchPrefillTokens, .integer(1...100_000_000),
        unit: "tokens", to: .variable("MAX_BATCH_PREFILL_TOKENS"),
        "How many prompt tokens are computed in one step."),
      Field(
        "max_batch_total_tokens", \.maxBatchTotalTokens, .integer(1...100_000_000),
        unit: "tokens", to: .variable("MAX_BATCH_TOTAL_TOKENS"),
        "How many tokens of prompts and answers a batch can contain."),
      Field(
        "max_waiting_tokens", \.maxWaitingTokens, .integer(0...1_000_000), unit: "tokens",
        default: "20", to: .variable("MAX_WAITING_TOKENS"),
        "How many tokens are generated before waiting requests interrupt a batch."),
      Field(
        "max_client_batch_size", \.maxClientBatchSize, .integer(1...100_000),
        unit: "prompts", default: "4", since: "2.0.1", to: .variable("MAX_CLIENT_BATCH_SIZE"),
        "How many prompts a request can contain."),
      Field(
        "max_best_of", \.maxBestOf, .integer(1...1000), default: "2",
        to: .variable("MAX_BEST_OF"), "The largest 'best_of' that a request can ask for."),
      Field(
        "max_stop_sequences", \.maxStopSequences, .integer(0...1000), default: "4",
        to: .variable("MAX_STOP_SEQUENCES"), "How many stop sequences a request can contain."),
      Field(
        "max_top_n_tokens", \.maxTopNTokens, .integer(0...1000), default: "5",
        to: .variable("MAX_TOP_N_TOKENS"), "The largest 'top_n_tokens' of a request."),
      Field(
        "validation_workers", \.validationWorkers, .integer(1...1024), unit: "threads",
        default: "2", to: .variable("VALIDATION_WORKERS"),
        "The number of threads that tokenize and validate requests."),
      Field(
        "speculate", \.speculate, .integer(1...64), unit: "tokens",
        to: .variable("SPECULATE"), "How many tokens are guessed at a time."),
      Field(
        "kv_cache_dtype", \.kvCacheDtype, .choice(), default: "the model's dtype",
        since: "2.4", to: .variable("KV_CACHE_DTYPE"), "The number format of the KV cache."),
      Field(
        "cuda_graphs", \.cudaGraphs, .list(of: .integer(0...65536)),
        default: "1, 2, 4, 8, 16, 32", to: .variable("CUDA_GRAPHS"),
        "Batch sizes for which CUDA graphs are captured; [0] for none."),
      Field(
        "cuda_memory_fraction", \.cudaMemoryFraction, .number(0...1, aboveLower: true),
        default: "1", to: .variable("CUDA_MEMORY_FRACTION"),
        "The share of GPU memory that the server can take; lower it if servers share a GPU."),
      Field(
        "disable_custom_kernels", \.disableCustomKernels, .boolean, default: "false",
        to: .variable("DISABLE_CUSTOM_KERNELS"), "Whether TGI's own GPU kernels are disabled."),
      Field(
        "attention", \.attention, .choice(), default: "depends on GPU and model",
        since: "2.3", to: .variable("ATTENTION"), "The implementation of attention."),
      Field(
        "prefix_caching", \.prefixCaching, .flagDigit, default: "depends on the model",
        since: "2.4", to: .variable("PREFIX_CACHING"),
        "Whether common prompt prefixes are cached."),
      Field(
        "prefill_chunking", \.prefillChunking, .flagDigit, default: "true",
        since: "2.4", to: .variable("PREFILL_CHUNKING"),
        "Whether long prompts are computed in chunks."),
      Field(
        "rope_scaling", \.ropeScaling, .choice(), to: .variable("ROPE_SCALING"),
        "How positions beyond the trained context are scaled; requires 'rope_factor'."),
      Field(
        "rope_factor", \.ropeFactor, .number(0...1000, aboveLower: true),
        to: .variable("ROPE_FACTOR"), "The factor by which the context is extended."),
      Field(
        "lora_adapters", \.loraAdapters, .list(of: .adapter, distinct: true),
        since: "2.1", to: .variable("LORA_ADAPTERS"), "Adapters: 'id', 'id@revision' or 'id=path'."),
      Field(
        "tokenizer_config_path", \.tokenizerConfigPath, .text(),
        to: .variable("TOKENIZER_CONFIG_PATH"),
        "A tokenizer configuration in the container, for another chat template."),
      Field(
        "disable_grammar_support", \.disableGrammarSupport, .boolean, default: "false",
        to: .variable("DISABLE_GRAMMAR_SUPPORT"), "Whether guided generation is disabled."),
      Field(
        "enable_prefill_logprobs", \.enablePrefillLogprobs, .boolean, default: "false",
        since: "3.0", to: .variable("ENABLE_PREFILL_LOGPROBS"),
        "Whether log probabilities of prompt tokens are computed."),
      Field(
        "watermark_gamma", \.watermarkGamma, .number(0...1, aboveLower: true),
        to: .variable("WATERMARK_GAMMA"), "The watermark's share of favoured tokens."),
      Field(
        "watermark_delta", \.watermarkDelta, .number(0...1000),
        to: .variable("WATERMARK_DELTA"), "How strongly the watermark favours those tokens."),
      Field(
        "payload_limit", \.payloadLimit, .integer(1...Int(Int32.max)), unit: "bytes",
        default: "2000000", since: "2.4.1", to: .variable("PAYLOAD_LIMIT"),
        "The size of the largest request."),
      Field(
        "graceful_termination_timeout", \.gracefulTerminationTimeout, .integer(0...3600),
        unit: "seconds", default: "90", since: "3.2.2",
        to: .variable("GRACEFUL_TERMINATION_TIMEOUT"),
        "How long running requests may take to finish when the server stops."),
      Field(
        "cors_allow_origin", \.corsAllowOrigin, .list(of: .origin, distinct: true),
        // launcher/src/main.rs has no delimiter for this list: a variable can hold only one item.
        to: .repeated("--cors-allow-origin"), "Web origins that can call the server."),
      Field(
        "json_output", \.jsonOutput, .boolean, default: "false",
        to: .variable("JSON_OUTPUT"), "Whether the log is written as JSON."),
      Field(
        "otlp_endpoint", \.otlpEndpoint, .text(), to: .variable("OTLP_ENDPOINT"),
        "Where traces are sent."),
      Field(
        "otlp_service_name", \.otlpServiceName, .text(),
        default: "text-generation-inference.router", since: "2.1",
        to: .variable("OTLP_SERVICE_NAME"),
        "The service name in traces."),
      Field(
        "usage_stats", \.usageStats, .choice(), default: "on", since: "2.3",
        to: .variable("USAGE_STATS"),
        "Whether the server sends anonymous statistics to Hugging Face."),
      Field(
        "log_level", \.logLevel, .text(), default: "info", to: .variable("LOG_LEVEL"),
        "What is logged: a level, or directives such as 'info,text_generation_router=debug'."),
    ])
  }
}

extension ValueType where Value == String {
  /// An adapter of `lora_adapters`; a check reports what the pattern cannot express.
  fileprivate static let adapter = ValueType(
    name: commaFree.name,
    schema: [
      .init("type", "string"),
      .init("pattern", "^\\s*[^\\s,@=][^,@=]*(@[^,@=]*|(@[^,=]*)?=[^,]+)?$"),
    ],
    plain: commaFree.plain, read: commaFree.read)
}

extension ValueType where Value == Bool {
  /// A boolean that is passed to the server as `1` or `0` (models/globals.py reads it as a number).
  static let flagDigit = ValueType(
    name: boolean.name, schema: boolean.schema, plain: { .integer($0 ? 1 : 0) },
    read: boolean.read)
}
