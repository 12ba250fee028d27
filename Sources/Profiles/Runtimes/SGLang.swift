package import Deployments
import Diagnostics
package import Schema
import Values
import YAML

/// SGLang: `sglang.launch_server` of release 0.5.21.
///
/// Names, limits and defaults are those of sglang/srt/arg_groups/fields and choices.py.
package enum SGLang: Runtime {
  package static let name = "sglang"
  package static let sectionKey = "sglang"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  private static let port = Port(literal: 30000)
  /// `/metrics` is there only when it is asked for (entrypoints/http_server.py).
  package static let familySource: SourceSection.Kind? = .huggingface
  package static let log = ServerLog([
    // huggingface_hub's progress bars.
    .downloading: ["fetching ", "downloading "],
    .loading: ["load weight begin", "loading safetensors checkpoint"],
    // Graphs of the GPU's work are recorded.
    .warmingUp: ["capture cuda graph begin"],
  ])
  package static func interface(of profile: Profile) -> ServerInterface {
    let hasMetrics = options(of: profile).enableMetrics?.value == true
    return ServerInterface(
      port: port, health: "/health", info: "/model_info",
      metrics: hasMetrics ? "/metrics" : nil, openAI: OpenAIProtocol(takesIgnoreEOS: true))
  }
  /// The root of the volume is HF_HOME, as TGI's is.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true)
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// Told to stop, it looks every 5 s and then waits for what is under way, however long that takes
  /// (managers/tokenizer_manager.py, sigterm_watchdog).
  package static let stopTimeout = 60
  /// What docs/get_started/install.md asks for: ranks and tokenizer exchange tensors there.
  ///
  /// It is a limit; what is not used takes no memory.
  package static let sharedMemory: ByteCount? = .gibibytes(32)
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  package static let reserved = [
    "--model-path", "--model", "--revision", "--host", "--port", "--download-dir", "--api-key",
    "--admin-api-key", "--config", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE",
  ]

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia: ImageReference(literal: "docker.io/lmsysorg/sglang", tag: "v0.5.21")
    // Their tags follow no release's name.
    case .amd, .cpu: nil
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    switch field {
    case .maxInputLength:
      return .ignored(
        because: "SGLang has one limit for prompt and answer together",
        instead: "set 'context_length'")
    // Never --max-total-tokens, which is the size of all requests' cache together.
    case .maxTotalTokens, .contextLength: return .sets(.argument("--context-length"))
    case .quantization: return .sets(.argument("--quantization"))
    case .dtype: return .sets(.argument("--dtype"))
    case .temperature, .topP, .topK, .repeatPenalty:
      return .ignored(
        because: "SGLang takes sampling settings with each request, not at launch",
        instead: "send it with the request, or remove the line")
    case .maxBatchSize: return .sets(.argument("--max-running-requests"))
    case .maxConcurrentRequests: return .sets(.argument("--max-queued-requests"))
    case .waitingServedRatio:
      return .ignored(because: "SGLang has no such setting", instead: "remove the line")
    case .numShard: return .sets(.argument("--tp-size"))
    case .trustRemoteCode: return .sets(.flag("--trust-remote-code"))
    }
  }

  /// QUANTIZATION_CHOICES of choices.py; configs/model_config.py, line 1814, for ROCm.
  package static func use(of quantization: Quantization, on processor: Processor?) -> WordUse {
    switch quantization {
    case .none, .awq, .fp8, .compressedTensors, .mxfp4, .mxfp8, .quark, .w8a8FP8: return .same
    case .gptq, .bitsandbytes, .bitsandbytesNF4, .gguf, .awqMarlin, .gptqMarlin, .modelopt,
      .modeloptFP4, .moeWNA16, .w8a8INT8:
      guard processor != .amd else {
        return .refused(
          because: "SGLang does not have it on AMD GPUs", instead: "use 'awq' or 'fp8'")
      }
      // model_loader/loader.py, line 3018: what it quantizes while loading becomes nf4.
      return quantization == .bitsandbytesNF4 ? .written("bitsandbytes") : .same
    case .bitsandbytesFP4:
      return .refused(
        because: "SGLang's bitsandbytes is nf4", instead: "write 'bitsandbytes-nf4'")
    case .marlin:
      return .refused(
        because: "SGLang has Marlin as a kernel for AWQ and GPTQ weights",
        instead: "write 'awq_marlin' or 'gptq_marlin'")
    case .eetq, .exl2:
      return .refused(because: "SGLang does not have it", instead: "use 'runtime: tgi'")
    case .torchao:
      return .refused(because: "SGLang does not have it", instead: "use 'runtime: vllm'")
    }
  }

  /// memory_hook.py works the share out of GPU and model: about 0.7 with 24 GB and 0.88 with 80 GB,
  /// and the graphs and activations that it leaves room for come on top.
  package static func gpuShare(of profile: Profile) -> Double? {
    options(of: profile).memFractionStatic?.value ?? 0.88
  }

  /// configs/model_config.py, line 1121: with it, a longer context is only a warning.
  package static func stretchesContext(_ profile: Profile) -> Bool {
    profile.environment.contains { variable in
      variable.name.value.text == "SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN"
        && ["true", "1", "yes", "y"].contains(variable.item.value.lowercased())
    }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    // Otherwise every question for its health makes the model write a token.
    launch.set("SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION", "false")
    if options.loadFormat == nil, let format = neededFormat(of: profile) {
      launch.add("--load-format", format.rawValue)
    }
    if profile.isEmbedding != nil { launch.add("--is-embedding") }
    // The image starts no server by itself, and the server would listen to its container alone.
    let address = ["--host", "0.0.0.0", "--port", String(port.number)]
    switch profile.model {
    case .huggingFace(let id, let revision):
      begin(
        &launch, ["--model-path", id.value] + (revision.map { ["--revision", $0.value] } ?? []),
        address)
    case .local(let path):
      begin(&launch, ["--model-path", "/model"], address)
      launch.mounts.append(
        Mount(.path(path.value), at: ContainerPath(literal: "/model"), options: [.readOnly]))
      // Otherwise clients would have to ask for '/model'.
      launch.model = profile.name.value
      if options.servedModelName == nil { launch.add("--served-model-name", launch.model) }
    case .ollama: preconditionFailure("refused when the profile was read")
    }
    if let name = options.servedModelName { launch.model = name.value }
  }

  private static func begin(_ launch: inout Launch, _ model: [String], _ address: [String]) {
    for word in (model + address).reversed() { launch.begin(with: word) }
    launch.begin(with: "python3", "-m", "sglang.launch_server")
  }

  /// The format that a profile's quantization is loaded by, where it is not found out
  /// (model_loader/loader.py, line 4393).
  static func neededFormat(of profile: Profile) -> LoadFormat? {
    switch profile.parameters.quantization?.value {
    case .bitsandbytes, .bitsandbytesNF4: .bitsandbytes
    case .gguf: .gguf
    default: nil
    }
  }
}

extension SGLang {
  package enum TokenizerMode: String, Sendable, CaseIterable { case auto, slow }

  package enum SamplingDefaults: String, Sendable, CaseIterable { case model, openai }

  package enum GrammarBackend: String, Sendable, CaseIterable {
    case xgrammar, outlines, llguidance, none
  }

  package enum GraphBackend: String, Sendable, CaseIterable {
    case full, breakable, disabled
    case compiled = "tc_piecewise"
  }

  package enum LoadFormat: String, Sendable, CaseIterable {
    case auto, pt, safetensors, npcache, dummy, presharded, gguf, bitsandbytes, mistral, layered
    case remote, fastsafetensors, `private`
    case shardedState = "sharded_state"
    case expertPack = "expert_pack"
    case flashRL = "flash_rl"
    case remoteInstance = "remote_instance"
    case streamer = "runai_streamer"
  }

  package enum KVCacheType: String, Sendable, CaseIterable {
    case auto, mxfp8, bf16, bfloat16, nvfp4
    case fp8E5M2 = "fp8_e5m2"
    case fp8E4M3 = "fp8_e4m3"
    case fp4Block16 = "fp4_mx_block16"
  }

  package enum SchedulePolicy: String, Sendable, CaseIterable {
    case fcfs, lpm, random, lof, priority, hrrn
    case depthFirst = "dfs-weight"
    case routingKey = "routing-key"
    case shortestPrefill = "shortest-prefill-first"
  }

  /// ATTENTION_BACKEND_CHOICES of choices.py without the names that it calls deprecated.
  private static let attentionBackends = [
    "triton", "torch_native", "flex_attention", "dsa", "qsa", "dsv4", "fa3", "fa4", "flashinfer",
    "flashmla", "trtllm_mla", "cutedsl_mla", "tokenspeed_mla", "trtllm_mha", "hpc_ops",
    "minicpm_flashattn", "minicpm_flashinfer", "aiter", "wave", "intel_amx", "ascend", "intel_xpu",
  ]

  /// function_call/parser_names.py, and `auto` of server_args.py.
  private static let toolCallParsers = [
    "auto", "apertus2509", "cohere_command4", "deepseekv3", "deepseekv31", "deepseekv32",
    "deepseekv4", "deepseekv41", "dots", "gemma4", "gigachat3", "gigachat35", "glm", "glm45",
    "glm47", "gpt-oss", "hermes", "hunyuan", "inkling", "interns1", "iquest_q1", "k2_horizon",
    "kimi_k2", "kimi_k3", "lfm2", "ling3", "llama3", "mimo", "minicpm5", "minimax-m2",
    "minimax-m3", "mistral", "muse", "nanbeige", "poolside_v1", "pythonic", "qwen", "qwen25",
    "qwen3_coder", "spark25", "step3", "step3p5", "trinity",
  ]

  /// parser/reasoning_parser_names.py, and `auto` of server_args.py.
  private static let reasoningParsers = [
    "auto", "apertus2509", "cohere_command4", "deepseek-r1", "deepseek-v3", "deepseek-v4",
    "deepseek-v41", "dots", "gemma4", "gigachat35", "glm45", "gpt-oss", "granite_thinking_parser",
    "hunyuan", "inkling", "interns1", "iquest_q1", "k2_horizon", "kimi", "kimi_k2", "kimi_k3",
    "ling3", "mimo", "minimax", "minimax-append-think", "minimax-m3", "mistral", "muse",
    "nanbeige", "nemotron_3", "poolside_v1", "qwen3", "qwen3-thinking", "step3", "step3p5",
  ]

  /// `sglang`: the server's own options.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var tokenizerPath: Located<String>?
    var tokenizerMode: Located<TokenizerMode>?
    var loadFormat: Located<LoadFormat>?
    var kvCacheDtype: Located<KVCacheType>?
    var memFractionStatic: Located<Double>?
    package var maxTotalTokens: Located<Int>?
    var chunkedPrefillSize: Located<Int>?
    var maxPrefillTokens: Located<Int>?
    var schedulePolicy: Located<SchedulePolicy>?
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
    var grammarBackend: Located<GrammarBackend>?
    var cudaGraphBackendDecode: Located<GraphBackend>?
    var cudaGraphBackendPrefill: Located<GraphBackend>?
    var cpuOffloadGB: Located<Int>?
    var watchdogTimeout: Located<Double>?
    var randomSeed: Located<Int>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "tokenizer_path", \.tokenizerPath, .optionText(), default: "the model's",
        to: .argument("--tokenizer-path"),
        "Another tokenizer: a folder in the container or a repository on the hub."),
      Field(
        "tokenizer_mode", \.tokenizerMode, .choice(), default: "auto",
        to: .argument("--tokenizer-mode"), "Whether the fast tokenizer may be used."),
      Field(
        "load_format", \.loadFormat, .choice(), default: "auto, or what 'quantization' needs",
        to: .argument("--load-format"), "How the model's files are read."),
      Field(
        "kv_cache_dtype", \.kvCacheDtype, .choice(), default: "auto, the model's dtype",
        to: .argument("--kv-cache-dtype"), "The number format of the key-value cache."),
      Field(
        "mem_fraction_static", \.memFractionStatic,
        .number(0...1, aboveLower: true, belowUpper: true), default: "by GPU and model",
        to: .argument("--mem-fraction-static"),
        "The share of GPU memory for weights and key-value cache; lower where servers share a GPU."
      ),
      Field(
        "max_total_tokens", \.maxTotalTokens, .integer(1...1_000_000_000), unit: "tokens",
        default: "what 'mem_fraction_static' leaves", to: .argument("--max-total-tokens"),
        "The size of the key-value cache of all requests together; not the limit of one."),
      Field(
        "chunked_prefill_size", \.chunkedPrefillSize, .integer(-1...10_000_000), unit: "tokens",
        default: "2048 to 16384, by GPU", to: .argument("--chunked-prefill-size"),
        "How much of a long prompt is computed at once; -1 for all of it."),
      Field(
        "max_prefill_tokens", \.maxPrefillTokens, .integer(1...100_000_000), unit: "tokens",
        default: "16384", to: .argument("--max-prefill-tokens"),
        "How many prompt tokens a batch may hold; never less than the context."),
      Field(
        "schedule_policy", \.schedulePolicy, .choice(), default: "fcfs",
        to: .argument("--schedule-policy"), "Which of the waiting requests comes next."),
      Field(
        "tp_size", \.tpSize, .integer(1...64), unit: "GPUs", default: "1",
        to: .argument("--tp-size"),
        "SGLang's own name of 'parameters.num_shard'; write one of the two."),
      Field(
        "pp_size", \.ppSize, .integer(1...64), unit: "stages", default: "1",
        to: .argument("--pp-size"),
        "Over how many groups of GPUs the model's layers are spread, each of 'tp_size'."),
      Field(
        "dp_size", \.dpSize, .integer(1...64), unit: "copies", default: "1",
        to: .argument("--dp-size"), "How many copies of the model share the requests."),
      Field(
        "served_model_name", \.servedModelName, .modelName, default: "the model's name",
        to: .argument("--served-model-name"), "The name that clients use for the model."),
      Field(
        "enable_metrics", \.enableMetrics, .boolean, default: "false",
        to: .flag("--enable-metrics"), "Whether there are numbers for Prometheus."),
      Field(
        "sampling_defaults", \.samplingDefaults, .choice(), default: "model",
        to: .argument("--sampling-defaults"),
        "Where sampling settings come from that a request does not name."),
      Field(
        "chat_template", \.chatTemplate, .optionText(), default: "the model's",
        to: .argument("--chat-template"),
        "Another chat template: one that SGLang knows, or a file in the container."),
      Field(
        "tool_call_parser", \.toolCallParser, .name(among: toolCallParsers),
        to: .argument("--tool-call-parser"), "How the model writes calls of tools."),
      Field(
        "reasoning_parser", \.reasoningParser, .name(among: reasoningParsers),
        to: .argument("--reasoning-parser"), "How the model marks what it thinks."),
      Field(
        "attention_backend", \.attentionBackend, .name(among: attentionBackends),
        default: "by GPU and model", to: .argument("--attention-backend"),
        "The implementation of attention."),
      Field(
        "grammar_backend", \.grammarBackend, .choice(), default: "xgrammar",
        to: .argument("--grammar-backend"), "What holds answers to a grammar."),
      Field(
        "cuda_graph_backend_decode", \.cudaGraphBackendDecode, .choice(),
        default: "by GPU and model", to: .argument("--cuda-graph-backend-decode"),
        "How CUDA graphs are captured for answers."),
      Field(
        "cuda_graph_backend_prefill", \.cudaGraphBackendPrefill, .choice(),
        default: "by GPU and model", to: .argument("--cuda-graph-backend-prefill"),
        "How CUDA graphs are captured for prompts."),
      Field(
        "cpu_offload_gb", \.cpuOffloadGB, .integer(0...65536), unit: "GB", default: "0",
        to: .argument("--cpu-offload-gb"),
        "How much of the weights stays in main memory, for each GPU."),
      Field(
        "watchdog_timeout", \.watchdogTimeout, .number(0...86400, aboveLower: true),
        unit: "seconds", default: "300", to: .argument("--watchdog-timeout"),
        "How long one computation may take before the server gives up."),
      Field(
        "random_seed", \.randomSeed, .integer(0...Int(Int32.max)), default: "random",
        to: .argument("--random-seed"), "Makes answers repeatable, as far as batches are the same."
      ),
    ])
  }
}

extension ValueType where Value == String {
  /// One of many words.
  fileprivate static func name(among words: [String]) -> Self {
    word(among: words, plain: { .text($0) }, find: { words.contains($0) ? $0 : nil })
  }

  /// A model's name: after a colon SGLang expects an adapter's (arg_groups/validation_hook.py).
  fileprivate static let modelName = parsed(
    "text", pattern: "^(?!;$)[^-:][^:]*$", numeric: true, plain: { .text($0) }
  ) {
    (text) throws(Refusal) in
    if let problem = Argument.problem(with: text) { throw Refusal(problem.message) }
    guard text.utf8.first != UInt8(ascii: "-"), !text.utf8.contains(UInt8(ascii: ":")) else {
      throw Refusal("must not begin with '-' or hold ':', found '\(text.abbreviated)'")
    }
    return text
  }
}
