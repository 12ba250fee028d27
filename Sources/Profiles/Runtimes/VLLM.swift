package import Deployments
package import Schema
import Values
import YAML

/// The runtime vLLM: `vllm serve` of version 0.31.0.
///
/// The image starts the server. The model is the first argument. Options are arguments and have no
/// variables. Names, limits and defaults come from vllm/engine/arg_utils.py and vllm/config.
package enum VLLM: Runtime {
  package static let name = "vllm"
  package static let sectionKey = "vllm"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  /// The health check uses Python, because the image may not have curl.
  private static let answer = ServerInterface(
    port: Port(literal: 8000), health: "/health",
    healthCommand: PlainText(
      literal:
        #"python3 -c 'import urllib.request as u; u.urlopen("http://127.0.0.1:8000/health")'"#),
    info: "/v1/models", metrics: "/metrics", openAI: OpenAIProtocol(takesIgnoreEOS: true))
  package static let familySource: SourceSection.Kind? = .huggingface
  package static let log = ServerLog(
    [
      // huggingface_hub's progress bars.
      .downloading: ["fetching ", "downloading "],
      // vLLM logs the first line at the end of the download.
      .loading: [
        "time spent downloading weights", "starting to load model",
        "loading safetensors checkpoint",
        "loading weights took",
      ],
      // vLLM records CUDA graphs.
      .warmingUp: ["capturing cuda graph", "graph capturing finished", "torch.compile took"],
    ],
    // vllm/entrypoints/launcher.py and v1/engine/core_client.py; vLLM issue 48966.
    exits: [
      0: "its engine failed and the server shut down; the journal above shows why",
      1: "it could not start; the journal above shows why",
      2: "it does not recognize an option",
    ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  /// The hub's folder in the same layout as TGI's, so that both can use one volume.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true,
    hub: "hub")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// The server gives each of its workers 5 s to stop (vllm/envs.py, line 1820).
  package static let stopTimeout = 30
  /// NCCL exchanges tensors there; the project recommends a larger size or the host's.
  package static let sharedMemory: ByteCount? = .gibibytes(1)
  package static let startsProcesses = true
  package static let usesOneCCL = true
  package static let toolCallHelp: String? =
    "set 'enable_auto_tool_choice: true' and 'tool_call_parser' under 'vllm' to enable tools"
  /// vllm/envs.py.
  package static let compileCache: CompileCache? = .ofPyTorch([("VLLM_CACHE_ROOT", "vllm")])
  package static let keyVariable: EnvironmentVariable.Name? = .init(literal: "VLLM_API_KEY")
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  /// The gauges of vLLM 0.33.0, vllm/v1/metrics/loggers.py.
  package static let activity: ActivityQuery? = ActivityQuery(
    path: "/metrics", .gauges(["vllm:num_requests_running", "vllm:num_requests_waiting"]))

  /// vLLM reads `_` in an option as `-` (utils/argparse_utils.py).
  ///
  /// `VLLM_PORT` is the port that vLLM's processes use between each other, not the port of the API.
  package static let reserved =
    [
      "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "VLLM_API_KEY", "VLLM_PORT", "--host",
      "--port", "--uds", "--model", "--revision",
    ]
    + ["--served-model-name", "--api-key", "--hf-token", "--download-dir"].flatMap {
      [$0, "--" + $0.dropFirst(2).map { $0 == "-" ? "_" : String($0) }.joined()]
    }

  package static let foreign: ForeignWords = {
    var words = ForeignWords()
    words.images = [
      "vllm/vllm-openai", "vllm/vllm-openai-rocm", "vllm/vllm-openai-cpu", "vllm/vllm-openai-xpu",
      "rocm/vllm", "nvidia/vllm",
    ]
    words.startingImages = Array(words.images.prefix(4))
    words.entry = ["vllm", "serve"]
    // vllm/utils/argparse_utils.py
    words.joinedNumbers = ["-O": "--optimization-level"]
    words.sameValues = ["--max-model-len": ["-1": "auto"]]
    words.needsGPU = true
    words.sharesMemory = true
    words.imageHints = ["vllm"]
    words.programs = [
      ["vllm", "serve"], ["python3", "-m", "vllm.entrypoints.openai.api_server"],
      ["python", "-m", "vllm.entrypoints.openai.api_server"], ["vllm-omni", "serve"],
    ]
    words.extensions = ["vllm-omni", "--omni"]
    words.modelIsFirst = true
    words.models = ["--model"]
    words.settingsFiles = ["--config"]
    words.names = ["--served-model-name", "--served_model_name"]
    words.namesInSection = true
    words.revisions = ["--revision"]
    words.keys = ["--api-key"]
    words.tokens = ["--hf-token"]
    words.ports = ["--port"]
    words.standardPort = 8000
    words.addresses = ["--host"]
    words.caches = ["--download-dir"]
    words.addressPaths = ["--root-path"]
    words.onlyPaths = [
      "--tool-parser-plugin", "--reasoning-parser-plugin", "--allowed-local-media-path",
      "--log-config-file",
    ]
    words.pathsOrModels = [
      "--tokenizer", "--hf-config-path", "--lora-modules", "--generation-config",
    ]
    return words
  }()

  /// vLLM's own processes on each node, without Ray (vllm/engine/arg_utils.py, vllm/entrypoints/cli/serve.py).
  package static func span(over nodes: Int) -> Span? {
    Span(
      nodes: nodes,
      shared: [
        .text(Argument(literal: "--nnodes")), .text(Argument(count: nodes)),
        .text(Argument(literal: "--node-rank")), .rank,
        .text(Argument(literal: "--master-addr")), .leader(port: nil),
      ],
      ofWorkers: [.text(Argument(literal: "--headless"))])
  }

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia: ImageReference(literal: "docker.io/vllm/vllm-openai", tag: "v0.31.0")
    case .amd: ImageReference(literal: "docker.io/vllm/vllm-openai-rocm", tag: "v0.31.0")
    case .cpu: ImageReference(literal: "docker.io/vllm/vllm-openai-cpu", tag: "v0.30.0")
    case .intel: ImageReference(literal: "docker.io/vllm/vllm-openai-xpu", tag: "v0.31.0")
    case .vulkan, .other: nil
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    func sampling(_ key: String) -> FieldUse {
      .sets(.json("--override-generation-config", key: key))
    }
    switch field {
    case .maxInputLength:
      return .ignored(
        because: "vLLM has a single limit for prompt and answer",
        instead: "set 'context_length'")
    case .maxTotalTokens, .contextLength: return .sets(.argument("--max-model-len"))
    case .quantization: return .sets(.argument("--quantization"))
    case .dtype: return .sets(.argument("--dtype"))
    case .temperature: return sampling("temperature")
    case .topP: return sampling("top_p")
    case .topK: return sampling("top_k")
    case .repeatPenalty: return sampling("repetition_penalty")
    case .maxBatchSize: return .sets(.argument("--max-num-seqs"))
    // Despite its name, it counts all waiting and running requests (config/scheduler.py).
    case .maxConcurrentRequests: return .sets(.argument("--max-num-queued-reqs"))
    case .waitingServedRatio:
      return .ignored(
        because: "vLLM admits waiting requests in each step", instead: "remove the line")
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
        because: "vLLM has Marlin kernels only for NVIDIA GPUs", instead: "write 'gptq'")
    case .moeWNA16 where processor == .amd:
      return .refused(
        because: "vLLM does not support it on AMD GPUs",
        instead: "remove the line: vLLM reads the quantization from the model's files")
    case .none, .awq, .gptq, .fp8, .compressedTensors, .awqMarlin, .gptqMarlin, .mxfp4, .mxfp8,
      .modelopt, .modeloptFP4, .moeWNA16, .quark, .torchao:
      return .same
    case .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4:
      return .refused(
        because: "vLLM 0.28 removed bitsandbytes",
        instead: "write 'fp8', use an AWQ or GPTQ repository, or 'runtime: tgi'")
    case .gguf:
      return .refused(
        because: "vLLM 0.24 removed support for GGUF files", instead: "use 'runtime: llama-cpp'")
    case .eetq:
      return .refused(
        because: "vLLM does not support it", instead: "write 'fp8', or use 'runtime: tgi'")
    case .exl2:
      return .refused(
        because: "vLLM does not support it",
        instead: "use an AWQ or GPTQ repository, or 'runtime: tgi'")
    case .marlin:
      return .refused(
        because: "in vLLM, Marlin is a kernel for other formats",
        instead: "write 'gptq_marlin' or 'awq_marlin'")
    case .w8a8INT8:
      return .refused(
        because: "vLLM uses another name for this format", instead: "write 'compressed-tensors'")
    case .w8a8FP8:
      return .refused(
        because: "vLLM uses other names for this format",
        instead: "write 'fp8' or 'compressed-tensors'")
    }
  }

  package static let formerQuantizations: [Quantization: Release] = [
    .bitsandbytes: "0.28", .gguf: "0.24",
  ]

  /// The default comes from config/cache.py, line 103.
  package static func gpuShare(of profile: Profile) -> Double? {
    options(of: profile).gpuMemoryUtilization?.value ?? 0.92
  }

  /// `--hf-overrides` can scale RoPE; the variable disables vLLM's own check.
  ///
  /// Other overrides do not change the context (config/model.py, lines 2605 to 2621).
  package static func stretchesContext(_ profile: Profile) -> Bool {
    let overrides = profile.object("--hf-overrides")?.value ?? []
    return overrides.contains { $0.scalesContext }
      || profile.environment.contains {
        $0.name.value.text == "VLLM_ALLOW_LONG_MAX_MODEL_LEN" && $0.item.value == "1"
      }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    launch.set("HF_HOME", hub.path.text)
    // Podman must not kill the server while it waits for running requests.
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
      // Otherwise clients would have to use the folder's name in the container.
      launch.model = profile.name.value
      if options.servedModelName == nil {
        launch.begin(with: "--served-model-name", profile.name.value)
      }
      launch.begin(with: "/model")
      launch.mounts.append(
        Mount(.path(path.value), at: ContainerPath(literal: "/model"), options: [.readOnly]))
    case .ollama: preconditionFailure("refused when the profile was read")
    }
    if let name = options.servedModelName?.value.first { launch.model = name.value }
  }
}

extension Value.Member {
  /// Whether a member of a model's configuration extends its context.
  fileprivate var scalesContext: Bool {
    let names: Set = [
      "rope_scaling", "rope_parameters", "rope_theta", "max_position_embeddings",
      "original_max_position_embeddings", "model_max_length",
    ]
    if names.contains(name) { return true }
    // `text_config` and similar members contain the configuration of a part of the model.
    if case .set(let members) = value { return members.contains { $0.scalesContext } }
    return false
  }
}
