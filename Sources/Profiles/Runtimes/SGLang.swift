package import Deployments
import Diagnostics
import Schema
import Values
import YAML

/// The runtime SGLang: `sglang.launch_server` of version 0.5.21.
///
/// Names, limits and defaults come from python/sglang/srt/arg_groups/fields and choices.py.
package enum SGLang: Runtime {
  package static let name = "sglang"
  package static let sectionKey = "sglang"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  private static let port = Port(literal: 30000)
  package static let familySource: SourceSection.Kind? = .huggingface
  package static let log = ServerLog(
    [
      // huggingface_hub's progress bars.
      .downloading: ["fetching ", "downloading "],
      .loading: ["load weight begin", "loading safetensors checkpoint"],
      // SGLang records CUDA graphs.
      .warmingUp: ["capture cuda graph begin"],
    ],
    // python/sglang/srt/utils/common.py, kill_process_tree: it kills all of its processes and then
    // itself. The first process of a container survives that, and ends with status 0.
    exits: [
      0: "one of its processes failed, and it stopped all of them; the journal above shows why",
      2: "it does not recognize an option",
      137:
        "one of its processes failed, and it killed all of them; the journal above shows why",
    ])
  package static func interface(of profile: Profile) -> ServerInterface {
    // `/metrics` exists only if it is enabled (entrypoints/http_server.py).
    let hasMetrics = options(of: profile).enableMetrics?.value == true
    return ServerInterface(
      port: port, health: "/health", info: "/model_info",
      metrics: hasMetrics ? "/metrics" : nil, openAI: OpenAIProtocol(takesIgnoreEOS: true))
  }
  /// The root of the volume is HF_HOME, as with TGI.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true,
    hub: "hub")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// The server notices SIGTERM within 5 s and then waits for running requests without a limit
  /// (managers/tokenizer_manager.py, sigterm_watchdog).
  package static let stopTimeout = 60
  /// The size that docs/get_started/install.md recommends; ranks and tokenizer exchange tensors
  /// there.
  ///
  /// It is a limit; the unused part takes no memory.
  package static let sharedMemory: ByteCount? = .gibibytes(32)
  package static let startsProcesses = true
  /// SGLang accepts its key only as an argument, which every user of the machine can read.
  ///
  /// For that reason, Python reads the key from this variable and adds it to `sys.argv`.
  package static let keyVariable: EnvironmentVariable.Name? = .init(literal: "SERVER_API_KEY")
  package static func asking(_ arguments: [Argument]) -> [Argument] {
    let program = [
      "import os, runpy, sys",
      #"sys.argv += ["--api-key", os.environ.pop("SERVER_API_KEY")]"#,
      #"runpy.run_module("sglang.launch_server", run_name="__main__", alter_sys=True)"#,
    ]
    let words = ["-c", program.joined(separator: "; ")].compactMap(Argument.init)
    return arguments.prefix(1) + words + arguments.dropFirst(3)
  }
  /// python/sglang/srt/environ.py.
  package static let compileCache: CompileCache? = .ofPyTorch([("SGLANG_CACHE_DIR", "sglang")])
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  /// Only with 'enable_metrics' (SGLang 0.5.23, srt/metrics/collector.py).
  package static let activity: ActivityQuery? = ActivityQuery(
    path: "/metrics", .gauges(["sglang:num_running_reqs", "sglang:num_queue_reqs"]))

  package static let reserved = [
    "--model-path", "--model", "--revision", "--host", "--port", "--download-dir", "--api-key",
    "--admin-api-key", "--config", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE",
  ]

  package static let foreign: ForeignWords = {
    var words = ForeignWords()
    words.former = [
      "--enable-flashinfer": "remove it, or write '--attention-backend flashinfer'"
    ]
    // The old names were their aliases until 0.5.20.
    words.renamed = [
      "--cuda-graph-max-bs": "--cuda-graph-max-bs-decode",
      "--cuda-graph-bs": "--cuda-graph-bs-decode",
    ]
    words.images = ["lmsysorg/sglang", "lmsysorg/sglang-rocm", "rocm/sgl-dev", "nvidia/sglang"]
    words.needsGPU = true
    words.sharesMemory = true
    words.imageHints = ["sglang"]
    words.standardAddress = "127.0.0.1"
    words.imageAddress = "127.0.0.1"
    words.programs = [
      ["python3", "-m", "sglang.launch_server"], ["python", "-m", "sglang.launch_server"],
      ["sglang", "serve"],
    ]
    words.models = ["--model-path", "--model"]
    words.settingsFiles = ["--config"]
    words.names = ["--served-model-name"]
    words.namesInSection = true
    words.revisions = ["--revision"]
    words.keys = ["--api-key"]
    words.ports = ["--port"]
    words.standardPort = 30000
    words.addresses = ["--host"]
    words.caches = ["--download-dir"]
    // The server of diffusion models has options of its own (docs.sglang.io, diffusion/api/cli.html).
    words.imageOptions = [
      "--num-gpus", "--vae-path", "--ulysses-degree", "--ring-degree", "--sp-degree",
      "--dit-cpu-offload", "--vae-cpu-offload", "--text-encoder-cpu-offload",
      "--image-encoder-cpu-offload", "--dit-layerwise-offload",
    ]
    words.addressPaths = ["--fastapi-root-path"]
    words.onlyPaths = [
      "--quantization-param-path", "--lmcache-config-file", "--pdmux-config-path",
      "--file-storage-path", "--crash-dump-folder",
    ]
    words.writtenPaths = ["--file-storage-path", "--crash-dump-folder"]
    words.pathsOrModels = [
      "--tokenizer-path", "--speculative-draft-model-path", "--speculative-token-map",
      "--lora-paths",
    ]
    return words
  }()

  /// SGLang's own processes on each node (python/sglang/srt/server_args.py).
  package static func span(over nodes: Int) -> Span? {
    Span(
      nodes: nodes,
      shared: [
        .text(Argument(literal: "--nnodes")), .text(Argument(count: nodes)),
        .text(Argument(literal: "--node-rank")), .rank,
        .text(Argument(literal: "--dist-init-addr")), .leader(port: Port(literal: 20000)),
      ])
  }

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia: ImageReference(literal: "docker.io/lmsysorg/sglang", tag: "v0.5.21")
    // The tags of other images do not follow the names of versions.
    case .amd, .intel, .vulkan, .cpu, .other: nil
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    switch field {
    case .maxInputLength:
      return .ignored(
        because: "SGLang has a single limit for prompt and answer",
        instead: "set 'context_length'")
    // Never --max-total-tokens, which is the size of the cache for all requests together.
    case .maxTotalTokens, .contextLength: return .sets(.argument("--context-length"))
    case .quantization: return .sets(.argument("--quantization"))
    case .dtype: return .sets(.argument("--dtype"))
    case .temperature, .topP, .topK, .repeatPenalty:
      return .ignored(
        because: "SGLang accepts sampling settings only in requests",
        instead: "send it with the request, or remove the line")
    case .maxBatchSize: return .sets(.argument("--max-running-requests"))
    case .maxConcurrentRequests: return .sets(.argument("--max-queued-requests"))
    case .waitingServedRatio:
      return .ignored(because: "SGLang has no such setting", instead: "remove the line")
    case .numShard: return .sets(.argument("--tp-size"))
    case .trustRemoteCode: return .sets(.flag("--trust-remote-code"))
    }
  }

  /// See QUANTIZATION_CHOICES of choices.py and, for ROCm, configs/model_config.py, line 1814.
  package static func use(of quantization: Quantization, on processor: Processor?) -> WordUse {
    switch quantization {
    case .none, .awq, .fp8, .compressedTensors, .mxfp4, .mxfp8, .quark, .w8a8FP8: return .same
    case .gptq, .bitsandbytes, .bitsandbytesNF4, .gguf, .awqMarlin, .gptqMarlin, .modelopt,
      .modeloptFP4, .moeWNA16, .w8a8INT8:
      guard processor != .amd else {
        return .refused(
          because: "SGLang does not support it on AMD GPUs", instead: "use 'awq' or 'fp8'")
      }
      // model_loader/loader.py, line 3018: weights that it quantizes while loading become nf4.
      return quantization == .bitsandbytesNF4 ? .written("bitsandbytes") : .same
    case .bitsandbytesFP4:
      return .refused(
        because: "SGLang's bitsandbytes uses nf4", instead: "write 'bitsandbytes-nf4'")
    case .marlin:
      return .refused(
        because: "in SGLang, Marlin is a kernel for AWQ and GPTQ weights",
        instead: "write 'awq_marlin' or 'gptq_marlin'")
    case .eetq, .exl2:
      return .refused(because: "SGLang does not support it", instead: "use 'runtime: tgi'")
    case .torchao:
      return .refused(because: "SGLang does not support it", instead: "use 'runtime: vllm'")
    }
  }

  /// memory_hook.py derives the share from GPU and model, about 0.7 for 24 GB and 0.88 for 80 GB;
  /// graphs and activations use the rest.
  package static func gpuShare(of profile: Profile) -> Double? {
    options(of: profile).memFractionStatic?.value ?? 0.88
  }

  /// configs/model_config.py, line 1121: with this variable, a longer context is only a warning.
  package static func stretchesContext(_ profile: Profile) -> Bool {
    profile.environment.contains { variable in
      variable.name.value.text == "SGLANG_ALLOW_OVERWRITE_LONGER_CONTEXT_LEN"
        && ["true", "1", "yes", "y"].contains(variable.item.value.lowercased())
    }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    // Otherwise each health check makes the model write a token.
    launch.set("SGLANG_ENABLE_HEALTH_ENDPOINT_GENERATION", "false")
    if options.loadFormat == nil, let format = neededFormat(of: profile) {
      launch.add("--load-format", format)
    }
    if profile.isEmbedding != nil { launch.add("--is-embedding") }
    // The image does not start a server, and by default the server listens only in its container.
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
      // Otherwise clients would have to request '/model'.
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

  /// Returns the load format for a profile's quantization, if SGLang does not detect it
  /// (model_loader/loader.py, line 4393).
  static func neededFormat(of profile: Profile) -> String? {
    switch profile.parameters.quantization?.value {
    case .bitsandbytes, .bitsandbytesNF4: "bitsandbytes"
    case .gguf: "gguf"
    default: nil
    }
  }
}
