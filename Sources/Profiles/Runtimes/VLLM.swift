package import Deployments
import Schema
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
  package static let log = ServerLog(
    [
      // huggingface_hub's progress bars.
      .downloading: ["fetching ", "downloading "],
      // The first stands at the end of the download.
      .loading: [
        "time spent downloading weights", "starting to load model",
        "loading safetensors checkpoint",
        "loading weights took",
      ],
      // Graphs of the GPU's work are recorded.
      .warmingUp: ["capturing cuda graph", "graph capturing finished", "torch.compile took"],
    ],
    // vllm/entrypoints/launcher.py and v1/engine/core_client.py; vLLM issue 48966.
    exits: [
      0: "its engine died, and the server ended in good order: why stands above in the journal",
      1: "it could not start: why stands above in the journal",
      2: "it does not know an option",
    ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  /// The hub's own folder, as TGI keeps it: both may use one volume.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true,
    hub: "hub")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// The server gives its workers 5 s each to end (vllm/envs.py, line 1820).
  package static let stopTimeout = 30
  /// NCCL exchanges tensors there; the project asks for a larger one or the host's.
  package static let sharedMemory: ByteCount? = .gibibytes(1)
  package static let startsProcesses = true
  package static let usesOneCCL = true
  package static let toolCallHelp: String? =
    "'enable_auto_tool_choice: true' and 'tool_call_parser' under 'vllm' read its calls"
  /// vllm/envs.py.
  package static let compileCache: CompileCache? = .ofPyTorch([("VLLM_CACHE_ROOT", "vllm")])
  package static let keyVariable: EnvironmentVariable.Name? = .init(literal: "VLLM_API_KEY")
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
  ///
  /// Other overrides leave the context as it is (config/model.py, lines 2605 to 2621).
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
    if let name = options.servedModelName?.value.first { launch.model = name.value }
  }
}

extension Value.Member {
  /// Whether a member of a model's configuration stretches its context.
  fileprivate var scalesContext: Bool {
    let names: Set = [
      "rope_scaling", "rope_parameters", "rope_theta", "max_position_embeddings",
      "original_max_position_embeddings", "model_max_length",
    ]
    if names.contains(name) { return true }
    // `text_config` and its like hold the configuration of a part.
    if case .set(let members) = value { return members.contains { $0.scalesContext } }
    return false
  }
}
