package import Deployments
package import Schema
import Values
import YAML

/// vLLM: `vllm serve` of release 0.31.0.
///
/// Its image starts the server, the model is the first argument, and options are arguments: there
/// are no variables for them. Names, limits and defaults are those of vllm/engine/arg_utils.py and
/// vllm/config.
package enum VLLM: Runtime {
  package static let name = "vllm"
  package static let sectionKey = "vllm"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  /// The image has Python for certain, curl perhaps not.
  private static let answer = ServerInterface(
    port: Port(literal: 8000), health: "/health",
    healthCommand: PlainText(
      literal:
        #"python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8000/health")'"#),
    info: "/v1/models", metrics: "/metrics", openAI: OpenAIProtocol(takesIgnoreEOS: true))
  package static let familySource: SourceSection.Kind? = .huggingface
  package static let log = ServerLog([
    // huggingface_hub's progress bars.
    .downloading: ["fetching ", "downloading "],
    // The first stands at the end of the download.
    .loading: [
      "time spent downloading weights", "starting to load model", "loading safetensors checkpoint",
      "loading weights took",
    ],
    // Graphs of the GPU's work are recorded.
    .warmingUp: ["capturing cuda graph", "graph capturing finished", "torch.compile took"],
  ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  /// The hub's own folder, as TGI keeps it: both may use one volume.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true)
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// The server gives its workers 5 s each to end (vllm/envs.py, line 1820).
  package static let stopTimeout = 30
  /// NCCL exchanges tensors there; the project asks for a larger one or the host's.
  package static let sharedMemory: ByteCount? = .gibibytes(1)
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  /// vLLM reads `_` in an option as `-` (utils/argparse_utils.py).
  ///
  /// `VLLM_PORT` is not the port of the API but one between its processes.
  package static let reserved =
    [
      "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "VLLM_API_KEY", "VLLM_PORT", "--host",
      "--port", "--uds", "--model", "--revision",
    ]
    + ["--served-model-name", "--api-key", "--hf-token", "--download-dir"].flatMap {
      [$0, "--" + $0.dropFirst(2).map { $0 == "-" ? "_" : String($0) }.joined()]
    }

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia: ImageReference(literal: "docker.io/vllm/vllm-openai", tag: "v0.31.0")
    case .amd: ImageReference(literal: "docker.io/vllm/vllm-openai-rocm", tag: "v0.31.0")
    case .cpu: ImageReference(literal: "docker.io/vllm/vllm-openai-cpu", tag: "v0.30.0")
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    func sampling(_ key: String) -> FieldUse {
      .sets(.json("--override-generation-config", key: key))
    }
    switch field {
    case .maxInputLength:
      return .ignored(
        because: "vLLM has one limit for prompt and answer together",
        instead: "set 'context_length'")
    case .maxTotalTokens, .contextLength: return .sets(.argument("--max-model-len"))
    case .quantization: return .sets(.argument("--quantization"))
    case .dtype: return .sets(.argument("--dtype"))
    case .temperature: return sampling("temperature")
    case .topP: return sampling("top_p")
    case .topK: return sampling("top_k")
    case .repeatPenalty: return sampling("repetition_penalty")
    case .maxBatchSize: return .sets(.argument("--max-num-seqs"))
    // By its name a queue, by config/scheduler.py all requests that wait or run.
    case .maxConcurrentRequests: return .sets(.argument("--max-num-queued-reqs"))
    case .waitingServedRatio:
      return .ignored(
        because: "vLLM lets waiting requests into each step", instead: "remove the line")
    case .numShard: return .sets(.argument("--tensor-parallel-size"))
    case .trustRemoteCode: return .sets(.flag("--trust-remote-code"))
    }
  }

  /// QuantizationMethods of model_executor/layers/quantization/__init__.py, and
  /// supported_quantization of platforms/rocm.py, line 577.
  package static func use(of quantization: Quantization, on processor: Processor?) -> WordUse {
    switch quantization {
    case .gptqMarlin where processor == .amd:
      return .refused(
        because: "vLLM has Marlin kernels for NVIDIA GPUs alone", instead: "write 'gptq'")
    case .moeWNA16 where processor == .amd:
      return .refused(
        because: "vLLM does not have it for AMD GPUs",
        instead: "remove the line: vLLM reads the quantization from the model's files")
    case .none, .awq, .gptq, .fp8, .compressedTensors, .awqMarlin, .gptqMarlin, .mxfp4, .mxfp8,
      .modelopt, .modeloptFP4, .moeWNA16, .quark, .torchao:
      return .same
    case .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4:
      return .refused(
        because: "vLLM has no bitsandbytes since 0.28",
        instead: "write 'fp8', use an AWQ or GPTQ repository, or 'runtime: tgi'")
    case .gguf:
      return .refused(
        because: "vLLM loads no GGUF files since 0.24", instead: "use 'runtime: llama-cpp'")
    case .eetq:
      return .refused(
        because: "vLLM does not have it", instead: "write 'fp8', or use 'runtime: tgi'")
    case .exl2:
      return .refused(
        because: "vLLM does not have it",
        instead: "use an AWQ or GPTQ repository, or 'runtime: tgi'")
    case .marlin:
      return .refused(
        because: "in vLLM Marlin is a kernel for other formats",
        instead: "write 'gptq_marlin' or 'awq_marlin'")
    case .w8a8INT8:
      return .refused(
        because: "vLLM reads such weights as another format", instead: "write 'compressed-tensors'")
    case .w8a8FP8:
      return .refused(
        because: "vLLM has it under other words", instead: "write 'fp8' or 'compressed-tensors'")
    }
  }

  /// The default of config/cache.py, line 103.
  package static func gpuShare(of profile: Profile) -> Double? {
    options(of: profile).gpuMemoryUtilization?.value ?? 0.92
  }

  /// RoPE is scaled in `--hf-overrides`; the variable switches vLLM's own check off.
  package static func stretchesContext(_ profile: Profile) -> Bool {
    profile.arguments.contains {
      $0.value.text.hasPrefix("--hf-overrides") || $0.value.text.hasPrefix("--hf_overrides")
    }
      || profile.environment.contains {
        $0.name.value.text == "VLLM_ALLOW_LONG_MAX_MODEL_LEN" && $0.item.value == "1"
      }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    launch.set("HF_HOME", hub.path.text)
    // Podman must not kill the server while it still waits for requests under way.
    launch.stopTimeout = options.shutdownTimeout.map { $0.value + stopTimeout }
    if profile.isEmbedding != nil, options.runner == nil {
      launch.begin(with: "--runner", "pooling")
    }
    launch.begin(with: "--host", "0.0.0.0", "--port", String(answer.port.number))
    switch profile.model {
    case .huggingFace(let id, let revision):
      if let revision { launch.begin(with: "--revision", revision.value) }
      launch.begin(with: id.value)
    case .local(let path):
      // Clients would otherwise have to call it by the folder's name in the container.
      launch.model = profile.name.value
      if options.servedModelName == nil {
        launch.begin(with: "--served-model-name", profile.name.value)
      }
      launch.begin(with: "/model")
      launch.mounts.append(
        Mount(.path(path.value), at: ContainerPath(literal: "/model"), options: [.readOnly]))
    case .ollama: preconditionFailure("refused when the profile was read")
    }
    if let name = options.servedModelName { launch.model = name.value }
  }
}

extension VLLM {
  package enum Runner: String, Sendable, CaseIterable { case auto, generate, pooling }

  package enum Conversion: String, Sendable, CaseIterable {
    case auto
    case nothing = "none"
    case embed, classify
  }

  /// Those of any GPU; others are for single models and kinds of GPU.
  package enum KVCacheType: String, Sendable, CaseIterable {
    case auto, fp8
    case fp8E4M3 = "fp8_e4m3"
    case fp8E5M2 = "fp8_e5m2"
  }

  /// LoadFormats of model_executor/model_loader/__init__.py.
  package enum LoadFormat: String, Sendable, CaseIterable {
    case auto, hf, safetensors, pt, npcache, dummy, mistral, fastsafetensors, instanttensor
    case modelexpress, tensorizer
    case ipcCache = "ipc_cache"
    case runaiStreamer = "runai_streamer"
    case runaiStreamerSharded = "runai_streamer_sharded"
    case shardedState = "sharded_state"
  }

  /// TokenizerMode of config/model.py.
  package enum TokenizerMode: String, Sendable, CaseIterable {
    case auto, hf, mistral, inkling, cohere
    case deepseekV32 = "deepseek_v32"
    case deepseekV4 = "deepseek_v4"
    case kimiK3 = "kimi_k3"
  }

  package enum SchedulingPolicy: String, Sendable, CaseIterable { case fcfs, priority }

  package enum LogLevel: String, Sendable, CaseIterable {
    case critical, error, warning, info, debug, trace
  }

  /// `vllm`: the options of `vllm serve` that other runtimes do not share.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var gpuMemoryUtilization: Located<Double>?
    var kvCacheDtype: Located<KVCacheType>?
    var blockSize: Located<Int>?
    var enablePrefixCaching: Located<Bool>?
    var enforceEager: Located<Bool>?
    var cpuOffloadGB: Located<Double>?
    var enableChunkedPrefill: Located<Bool>?
    var maxNumBatchedTokens: Located<Int>?
    var maxNumQueuedReqs: Located<Int>?
    var maxNumQueuedTokens: Located<Int>?
    var maxNumActiveSeqs: Located<Int>?
    var schedulingPolicy: Located<SchedulingPolicy>?
    var pipelineParallelSize: Located<Int>?
    var dataParallelSize: Located<Int>?
    var enableExpertParallel: Located<Bool>?
    var loadFormat: Located<LoadFormat>?
    package var tokenizer: Located<String>?
    var tokenizerMode: Located<TokenizerMode>?
    var tokenizerRevision: Located<String>?
    var codeRevision: Located<String>?
    package var runner: Located<Runner>?
    package var convert: Located<Conversion>?
    package var seed: Located<Int>?
    var maxLogprobs: Located<Int>?
    var generationConfig: Located<String>?
    var servedModelName: Located<String>?
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
        "The share of GPU memory the server takes; lower where two servers share a GPU."),
      Field(
        "kv_cache_dtype", \.kvCacheDtype, .choice(), default: "auto, the model's dtype",
        to: .argument("--kv-cache-dtype"), "The number format of the key-value cache."),
      Field(
        "block_size", \.blockSize, .integer(1...65_536), unit: "tokens",
        default: "16, by backend", to: .argument("--block-size"),
        "How many tokens a block of the key-value cache holds."),
      Field(
        "enable_prefix_caching", \.enablePrefixCaching, .boolean, default: "true",
        to: .flag("--enable-prefix-caching", off: "--no-enable-prefix-caching"),
        "Whether common beginnings of prompts are kept."),
      Field(
        "enforce_eager", \.enforceEager, .boolean, default: "false",
        to: .flag("--enforce-eager"),
        "Runs without compiling and CUDA graphs: starts sooner, answers slower."),
      Field(
        "cpu_offload_gb", \.cpuOffloadGB, .number(0...100_000), unit: "GiB", default: "0",
        to: .argument("--cpu-offload-gb"),
        "How much of the weights for each GPU stays in main memory."),
      Field(
        "enable_chunked_prefill", \.enableChunkedPrefill, .boolean, default: "true",
        to: .flag("--enable-chunked-prefill", off: "--no-enable-chunked-prefill"),
        "Whether long prompts are computed in pieces."),
      Field(
        "max_num_batched_tokens", \.maxNumBatchedTokens, .integer(1...100_000_000),
        unit: "tokens", default: "2048 or more, by GPU", to: .argument("--max-num-batched-tokens"),
        "How many tokens a step computes; at least 'max_batch_size'."),
      Field(
        "max_num_queued_reqs", \.maxNumQueuedReqs, .integer(0...1_000_000), unit: "requests",
        since: "0.29", to: .argument("--max-num-queued-reqs"),
        "The same as 'performance.max_concurrent_requests'; write one of the two."),
      Field(
        "max_num_queued_tokens", \.maxNumQueuedTokens, .integer(0...1_000_000_000),
        unit: "tokens", since: "0.29", to: .argument("--max-num-queued-tokens"),
        "How many prompt tokens may wait to be computed before requests are turned away."),
      Field(
        "max_num_active_seqs", \.maxNumActiveSeqs, .integer(1...100_000), unit: "requests",
        default: "'max_batch_size'", since: "0.31", to: .argument("--max-num-active-seqs"),
        "How many requests run at a time; at most 'max_batch_size', for which memory is kept."),
      Field(
        "scheduling_policy", \.schedulingPolicy, .choice(), default: "fcfs",
        to: .argument("--scheduling-policy"),
        "Which request is next: the first that came, or that of the lowest 'priority'."),
      Field(
        "pipeline_parallel_size", \.pipelineParallelSize, .integer(1...1024), unit: "GPUs",
        default: "1", to: .argument("--pipeline-parallel-size"),
        "How many groups of layers the model is split into, each on GPUs of its own."),
      Field(
        "data_parallel_size", \.dataParallelSize, .integer(1...1024), unit: "copies",
        default: "1", to: .argument("--data-parallel-size"),
        "How many copies of the model serve, each on GPUs of its own."),
      Field(
        "enable_expert_parallel", \.enableExpertParallel, .boolean, default: "false",
        to: .flag("--enable-expert-parallel"),
        "Whether GPUs share a model's experts out instead of splitting each."),
      Field(
        "load_format", \.loadFormat, .choice(), default: "auto", to: .argument("--load-format"),
        "How the files of the weights are read."),
      Field(
        "tokenizer", \.tokenizer, .optionText(limit: 100_000), default: "the model's",
        to: .argument("--tokenizer"), "Another tokenizer: on the hub, or a path in the container."),
      Field(
        "tokenizer_mode", \.tokenizerMode, .choice(), default: "auto",
        to: .argument("--tokenizer-mode"), "Which program code tokenizes."),
      Field(
        "tokenizer_revision", \.tokenizerRevision, .revision, default: "the hub's 'main'",
        to: .argument("--tokenizer-revision"), "The tokenizer's branch, tag or commit on the hub."),
      Field(
        "code_revision", \.codeRevision, .revision, default: "the hub's 'main'",
        to: .argument("--code-revision"),
        "The branch, tag or commit of the code that 'trust_remote_code' runs."),
      Field(
        "runner", \.runner, .choice(), default: "auto; 'pooling' for embeddings",
        to: .argument("--runner"), "Whether the model makes text or vectors."),
      Field(
        "convert", \.convert, .choice(), default: "auto", to: .argument("--convert"),
        "Makes a text model one for embeddings or classes."),
      Field(
        "seed", \.seed, .integer(0...4_294_967_295), default: "0", to: .argument("--seed"),
        "Makes answers repeatable."),
      Field(
        "max_logprobs", \.maxLogprobs, .integer(-1...10_000_000), default: "20",
        to: .argument("--max-logprobs"),
        "How many probabilities for each token a request may ask for; -1 without limit."),
      Field(
        "generation_config", \.generationConfig, .optionText(limit: 100_000),
        default: "auto, the model's",
        to: .argument("--generation-config"),
        "Where sampling defaults come from: 'auto', 'vllm' or a folder in the container."),
      Field(
        "served_model_name", \.servedModelName, .optionText(limit: 100_000),
        default: "the model's name on the hub, or the profile's",
        to: .argument("--served-model-name"), "The name that clients use for the model."),
      Field(
        "chat_template", \.chatTemplate, .optionText(limit: 100_000), default: "the model's",
        to: .argument("--chat-template"),
        "Another chat template: a path in the container, or the template on one line."),
      Field(
        "enable_auto_tool_choice", \.enableAutoToolChoice, .boolean, default: "false",
        to: .flag("--enable-auto-tool-choice"),
        "Lets the model decide to call tools; goes with 'tool_call_parser'."),
      Field(
        "tool_call_parser", \.toolCallParser, .optionText(limit: 100_000),
        to: .argument("--tool-call-parser"),
        "How the model writes calls of tools, such as 'hermes' or 'llama3_json'."),
      Field(
        "reasoning_parser", \.reasoningParser, .optionText(limit: 100_000),
        to: .argument("--reasoning-parser"),
        "How the model marks its reasoning, such as 'deepseek_r1' or 'qwen3'."),
      Field(
        "enable_log_requests", \.enableLogRequests, .boolean, default: "false",
        to: .flag("--enable-log-requests"), "Whether each request is logged."),
      Field(
        "uvicorn_log_level", \.uvicornLogLevel, .choice(), default: "info",
        to: .argument("--uvicorn-log-level"), "What the HTTP server logs."),
      Field(
        "shutdown_timeout", \.shutdownTimeout, .integer(0...3600), unit: "seconds", default: "0",
        to: .argument("--shutdown-timeout"),
        "How long requests under way may take when the server is stopped."),
    ])
  }
}
