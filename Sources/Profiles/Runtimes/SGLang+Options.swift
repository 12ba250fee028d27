import Deployments
import Diagnostics
package import Schema
import Values
import YAML

extension SGLang {
  /// The values of `--sampling-defaults`.
  package enum SamplingDefaults: String, Sendable, CaseIterable { case model, openai }

  /// The section `sglang`: the server's own options.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var tokenizerPath: Located<String>?
    var tokenizerMode: Located<String>?
    var loadFormat: Located<String>?
    var kvCacheDtype: Located<String>?
    var memFractionStatic: Located<Double>?
    package var maxTotalTokens: Located<Int>?
    var chunkedPrefillSize: Located<Int>?
    var maxPrefillTokens: Located<Int>?
    var schedulePolicy: Located<String>?
    var tpSize: Located<Int>?
    var ppSize: Located<Int>?
    var dpSize: Located<Int>?
    var servedModelName: Located<String>?
    var enableMetrics: Located<Bool>?
    var samplingDefaults: Located<SamplingDefaults>?
    var chatTemplate: Located<String>?
    var toolCallParser: Located<String>?
    var reasoningParser: Located<String>?
    var attentionBackend: Located<String>?
    var grammarBackend: Located<String>?
    var cudaGraphBackendDecode: Located<String>?
    var cudaGraphBackendPrefill: Located<String>?
    var cpuOffloadGB: Located<Int>?
    var watchdogTimeout: Located<Double>?
    var randomSeed: Located<Int>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "tokenizer_path", \.tokenizerPath, .optionText(), default: "the model's",
        to: .argument("--tokenizer-path"),
        "Another tokenizer: a folder in the container, or a repository on the hub."),
      Field(
        "tokenizer_mode", \.tokenizerMode, .launcherWord, default: "auto",
        to: .argument("--tokenizer-mode"), "Whether the fast tokenizer is used."),
      Field(
        "load_format", \.loadFormat, .launcherWord, default: "auto, or what 'quantization' needs",
        to: .argument("--load-format"), "How the weight files are loaded."),
      Field(
        "kv_cache_dtype", \.kvCacheDtype, .launcherWord, default: "auto, the model's dtype",
        to: .argument("--kv-cache-dtype"), "The number format of the KV cache."),
      Field(
        "mem_fraction_static", \.memFractionStatic,
        .number(0...1, aboveLower: true, belowUpper: true), default: "depends on GPU and model",
        to: .argument("--mem-fraction-static"),
        "The share of GPU memory for weights and key-value cache; lower it if servers share a GPU."
      ),
      Field(
        "max_total_tokens", \.maxTotalTokens, .integer(1...1_000_000_000), unit: "tokens",
        default: "what 'mem_fraction_static' leaves", to: .argument("--max-total-tokens"),
        "The size of the key-value cache for all requests together, not the limit of one request."),
      Field(
        "chunked_prefill_size", \.chunkedPrefillSize, .integer(-1...10_000_000), unit: "tokens",
        default: "2048 to 16384, depending on the GPU", to: .argument("--chunked-prefill-size"),
        "How many tokens of a long prompt are computed in one step; -1 for all of them."),
      Field(
        "max_prefill_tokens", \.maxPrefillTokens, .integer(1...100_000_000), unit: "tokens",
        default: "16384", to: .argument("--max-prefill-tokens"),
        "The maximum number of prompt tokens in a batch; never less than the context."),
      Field(
        "schedule_policy", \.schedulePolicy, .launcherWord, default: "fcfs",
        to: .argument("--schedule-policy"), "Which of the waiting requests is next."),
      Field(
        "tp_size", \.tpSize, .integer(1...64), unit: "GPUs", default: "1",
        to: .argument("--tp-size"),
        "SGLang's own name for 'parameters.num_shard'; set only one of the two."),
      Field(
        "pp_size", \.ppSize, .integer(1...64), unit: "stages", default: "1",
        to: .argument("--pp-size"),
        "How many groups of 'tp_size' GPUs the model's layers are split over."),
      Field(
        "dp_size", \.dpSize, .integer(1...64), unit: "copies", default: "1",
        to: .argument("--dp-size"), "How many copies of the model serve requests."),
      Field(
        "served_model_name", \.servedModelName, .modelName,
        default: "the model's name on the hub, or the profile's",
        to: .argument("--served-model-name"), "The name that clients use for the model."),
      Field(
        "enable_metrics", \.enableMetrics, .boolean, default: "false",
        to: .flag("--enable-metrics"), "Whether the server has metrics for Prometheus."),
      Field(
        "sampling_defaults", \.samplingDefaults, .choice(), default: "model",
        to: .argument("--sampling-defaults"),
        "The source of sampling settings that a request does not set."),
      Field(
        "chat_template", \.chatTemplate, .optionText(), default: "the model's",
        to: .argument("--chat-template"),
        "Another chat template: one that SGLang knows, or a file in the container."),
      Field(
        "tool_call_parser", \.toolCallParser, .launcherWord,
        to: .argument("--tool-call-parser"), "The format of the model's tool calls."),
      Field(
        "reasoning_parser", \.reasoningParser, .launcherWord,
        to: .argument("--reasoning-parser"), "The format of the model's reasoning."),
      Field(
        "attention_backend", \.attentionBackend, .launcherWord,
        default: "depends on GPU and model", to: .argument("--attention-backend"),
        "The implementation of attention."),
      Field(
        "grammar_backend", \.grammarBackend, .launcherWord, default: "xgrammar",
        to: .argument("--grammar-backend"), "The implementation of grammars for answers."),
      Field(
        "cuda_graph_backend_decode", \.cudaGraphBackendDecode, .launcherWord,
        default: "depends on GPU and model", to: .argument("--cuda-graph-backend-decode"),
        "How CUDA graphs are captured for answers."),
      Field(
        "cuda_graph_backend_prefill", \.cudaGraphBackendPrefill, .launcherWord,
        default: "depends on GPU and model", to: .argument("--cuda-graph-backend-prefill"),
        "How CUDA graphs are captured for prompts."),
      Field(
        "cpu_offload_gb", \.cpuOffloadGB, .integer(0...65536), unit: "GB", default: "0",
        to: .argument("--cpu-offload-gb"),
        "How much of each GPU's weights stays in main memory."),
      Field(
        "watchdog_timeout", \.watchdogTimeout, .number(0...86400, aboveLower: true),
        unit: "seconds", default: "300", to: .argument("--watchdog-timeout"),
        "How long one computation may take before the server stops."),
      Field(
        "random_seed", \.randomSeed, .integer(0...Int(Int32.max)), default: "random",
        to: .argument("--random-seed"), "The random seed; answers repeat only in identical batches."
      ),
    ])
  }
}

extension ValueType where Value == String {
  /// Returns a type for one of many words.
  fileprivate static func name(among words: [String]) -> Self {
    word(among: words, plain: { .text($0) }, find: { words.contains($0) ? $0 : nil })
  }

  /// A model's name; SGLang reads what follows a colon as the name of an adapter
  /// (arg_groups/validation_hook.py).
  fileprivate static let modelName = parsed(
    "text", pattern: "^(?!;$)[^-:][^:]*$", numeric: true, plain: { .text($0) }
  ) {
    (text) throws(Refusal) in
    if let problem = Argument.problem(with: text) { throw Refusal(problem.message) }
    guard text.utf8.first != UInt8(ascii: "-"), !text.utf8.contains(UInt8(ascii: ":")) else {
      throw Refusal("must not begin with '-' or contain ':', found '\(text.abbreviated)'")
    }
    return text
  }
}
