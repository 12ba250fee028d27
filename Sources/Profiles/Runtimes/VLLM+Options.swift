import Deployments
package import Schema
import Values
import YAML

extension VLLM {
  /// The values of `--runner`.
  package enum Runner: String, Sendable, CaseIterable { case auto, generate, pooling, draft }

  /// The values of `--uvicorn-log-level`.
  package enum LogLevel: String, Sendable, CaseIterable {
    case critical, error, warning, info, debug, trace
  }

  /// The section `vllm`: the options of `vllm serve` that other runtimes do not share.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var gpuMemoryUtilization: Located<Double>?
    var kvCacheDtype: Located<String>?
    var blockSize: Located<Int>?
    var enablePrefixCaching: Located<Bool>?
    var enforceEager: Located<Bool>?
    var cpuOffloadGB: Located<Double>?
    var enableChunkedPrefill: Located<Bool>?
    var maxNumBatchedTokens: Located<Int>?
    var maxNumQueuedReqs: Located<Int>?
    var maxNumQueuedTokens: Located<Int>?
    var maxNumActiveSeqs: Located<Int>?
    var schedulingPolicy: Located<String>?
    var pipelineParallelSize: Located<Int>?
    var dataParallelSize: Located<Int>?
    var enableExpertParallel: Located<Bool>?
    var loadFormat: Located<String>?
    package var tokenizer: Located<String>?
    var tokenizerMode: Located<String>?
    var tokenizerRevision: Located<String>?
    var codeRevision: Located<String>?
    package var runner: Located<Runner>?
    package var convert: Located<String>?
    package var seed: Located<Int>?
    var maxLogprobs: Located<Int>?
    var generationConfig: Located<String>?
    var servedModelName: Located<[Located<String>]>?
    var chatTemplate: Located<String>?
    var enableAutoToolChoice: Located<Bool>?
    var toolCallParser: Located<String>?
    var reasoningParser: Located<String>?
    var enableLogRequests: Located<Bool>?
    var uvicornLogLevel: Located<LogLevel>?
    var shutdownTimeout: Located<Int>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "gpu_memory_utilization", \.gpuMemoryUtilization, .number(0...1, aboveLower: true),
        default: "0.92", to: .argument("--gpu-memory-utilization"),
        "The share of GPU memory that the server takes; lower it if servers share a GPU."),
      Field(
        "kv_cache_dtype", \.kvCacheDtype, .launcherWord, default: "auto, the model's dtype",
        to: .argument("--kv-cache-dtype"), "The number format of the KV cache."),
      Field(
        "block_size", \.blockSize, .integer(1...65_536), unit: "tokens",
        default: "16, depending on the backend", to: .argument("--block-size"),
        "The number of tokens in a block of the key-value cache."),
      Field(
        "enable_prefix_caching", \.enablePrefixCaching, .boolean, default: "true",
        to: .flag("--enable-prefix-caching", off: "--no-enable-prefix-caching"),
        "Whether common prompt prefixes are cached."),
      Field(
        "enforce_eager", \.enforceEager, .boolean, default: "false",
        to: .flag("--enforce-eager"),
        "Disables compilation and CUDA graphs: starts faster, answers more slowly."),
      Field(
        "cpu_offload_gb", \.cpuOffloadGB, .number(0...100_000), unit: "GiB", default: "0",
        to: .argument("--cpu-offload-gb"),
        "How much of each GPU's weights stays in main memory."),
      Field(
        "enable_chunked_prefill", \.enableChunkedPrefill, .boolean, default: "true",
        to: .flag("--enable-chunked-prefill", off: "--no-enable-chunked-prefill"),
        "Whether long prompts are computed in chunks."),
      Field(
        "max_num_batched_tokens", \.maxNumBatchedTokens, .integer(1...100_000_000),
        unit: "tokens", default: "2048 or more, depending on the GPU",
        to: .argument("--max-num-batched-tokens"),
        "The maximum number of tokens in a step; at least 'max_batch_size'."),
      Field(
        "max_num_queued_reqs", \.maxNumQueuedReqs, .integer(0...1_000_000), unit: "requests",
        since: "0.29", to: .argument("--max-num-queued-reqs"),
        "The same as 'performance.max_concurrent_requests'; set only one of the two."),
      Field(
        "max_num_queued_tokens", \.maxNumQueuedTokens, .integer(0...1_000_000_000),
        unit: "tokens", since: "0.29", to: .argument("--max-num-queued-tokens"),
        "How many prompt tokens can wait before the server rejects requests."),
      Field(
        "max_num_active_seqs", \.maxNumActiveSeqs, .integer(1...100_000), unit: "requests",
        default: "'max_batch_size'", since: "0.31", to: .argument("--max-num-active-seqs"),
        "How many requests run at the same time; at most 'max_batch_size', which reserves memory."),
      Field(
        "scheduling_policy", \.schedulingPolicy, .launcherWord, default: "fcfs",
        to: .argument("--scheduling-policy"),
        "Which request is next: the oldest, or the one with the lowest 'priority'."),
      Field(
        "pipeline_parallel_size", \.pipelineParallelSize, .integer(1...1024), unit: "GPUs",
        default: "1", to: .argument("--pipeline-parallel-size"),
        "How many groups of layers the model is split into, each on its own GPUs."),
      Field(
        "data_parallel_size", \.dataParallelSize, .integer(1...1024), unit: "copies",
        default: "1", to: .argument("--data-parallel-size"),
        "How many copies of the model serve requests, each on its own GPUs."),
      Field(
        "enable_expert_parallel", \.enableExpertParallel, .boolean, default: "false",
        to: .flag("--enable-expert-parallel"),
        "Whether each expert is put on one GPU instead of being split over all of them."),
      Field(
        "load_format", \.loadFormat, .launcherWord, default: "auto", to: .argument("--load-format"),
        "How the weight files are loaded."),
      Field(
        "tokenizer", \.tokenizer, .optionText(limit: 100_000), default: "the model's",
        to: .argument("--tokenizer"), "Another tokenizer: on the hub, or a path in the container."),
      Field(
        "tokenizer_mode", \.tokenizerMode, .launcherWord, default: "auto",
        to: .argument("--tokenizer-mode"), "The tokenizer implementation."),
      Field(
        "tokenizer_revision", \.tokenizerRevision, .revision, default: "the hub's 'main'",
        to: .argument("--tokenizer-revision"), "The tokenizer's branch, tag or commit on the hub."),
      Field(
        "code_revision", \.codeRevision, .revision, default: "the hub's 'main'",
        to: .argument("--code-revision"),
        "The branch, tag or commit of the code that 'trust_remote_code' runs."),
      Field(
        "runner", \.runner, .choice(), default: "auto; 'pooling' for embeddings",
        to: .argument("--runner"), "Whether the model writes text or computes vectors."),
      Field(
        "convert", \.convert, .launcherWord, default: "auto", to: .argument("--convert"),
        "Converts a text model into one for embeddings or classification."),
      Field(
        "seed", \.seed, .integer(0...4_294_967_295), default: "0", to: .argument("--seed"),
        "The random seed, for repeatable answers."),
      Field(
        "max_logprobs", \.maxLogprobs, .integer(-1...10_000_000), default: "20",
        to: .argument("--max-logprobs"),
        "How many log probabilities per token a request can ask for; -1 for no limit."),
      Field(
        "generation_config", \.generationConfig, .optionText(limit: 100_000),
        default: "auto, the model's",
        to: .argument("--generation-config"),
        "The source of the sampling defaults: 'auto', 'vllm' or a folder in the container."),
      Field(
        "served_model_name", \.servedModelName, .oneOrMore(of: .optionText(limit: 100_000)),
        default: "the model's name on the hub, or the profile's",
        to: .words("--served-model-name"),
        "One or more names that clients use for the model; answers contain the first."),
      Field(
        "chat_template", \.chatTemplate, .optionText(limit: 100_000), default: "the model's",
        to: .argument("--chat-template"),
        "Another chat template: a path in the container, or the template on one line."),
      Field(
        "enable_auto_tool_choice", \.enableAutoToolChoice, .boolean, default: "false",
        to: .flag("--enable-auto-tool-choice"),
        "Whether the model can decide to call tools; requires 'tool_call_parser'."),
      Field(
        "tool_call_parser", \.toolCallParser, .optionText(limit: 100_000),
        to: .argument("--tool-call-parser"),
        "The format of the model's tool calls, such as 'hermes' or 'llama3_json'."),
      Field(
        "reasoning_parser", \.reasoningParser, .optionText(limit: 100_000),
        to: .argument("--reasoning-parser"),
        "The format of the model's reasoning, such as 'deepseek_r1' or 'qwen3'."),
      Field(
        "enable_log_requests", \.enableLogRequests, .boolean, default: "false",
        to: .flag("--enable-log-requests"), "Whether each request is logged."),
      Field(
        "uvicorn_log_level", \.uvicornLogLevel, .choice(), default: "info",
        to: .argument("--uvicorn-log-level"), "The log level of the HTTP server."),
      Field(
        "shutdown_timeout", \.shutdownTimeout, .integer(0...3600), unit: "seconds", default: "0",
        to: .argument("--shutdown-timeout"),
        "How long running requests may take to finish when the server stops."),
    ])
  }
}
