package import Deployments
import Diagnostics
import Schema
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
  package static let log = ServerLog(
    [
      // huggingface_hub's progress bars.
      .downloading: ["fetching ", "downloading "],
      .loading: ["load weight begin", "loading safetensors checkpoint"],
      // Graphs of the GPU's work are recorded.
      .warmingUp: ["capture cuda graph begin"],
    ],
    // srt/utils/common.py, kill_process_tree: it kills all of its processes and then itself, which the
    // first process of a container survives, to end with 0.
    exits: [
      0: "one of its processes failed, and it ended all of them: why stands above in the journal",
      2: "it does not know an option",
      137:
        "one of its processes failed, and it killed all of them: why stands above in the journal",
    ])
  package static func interface(of profile: Profile) -> ServerInterface {
    let hasMetrics = options(of: profile).enableMetrics?.value == true
    return ServerInterface(
      port: port, health: "/health", info: "/model_info",
      metrics: hasMetrics ? "/metrics" : nil, openAI: OpenAIProtocol(takesIgnoreEOS: true))
  }
  /// The root of the volume is HF_HOME, as TGI's is.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true,
    hub: "hub")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// Told to stop, it looks every 5 s and then waits for what is under way, however long that takes
  /// (managers/tokenizer_manager.py, sigterm_watchdog).
  package static let stopTimeout = 60
  /// What docs/get_started/install.md asks for: ranks and tokenizer exchange tensors there.
  ///
  /// It is a limit; what is not used takes no memory.
  package static let sharedMemory: ByteCount? = .gibibytes(32)
  package static let startsProcesses = true
  /// SGLang takes its key as an argument alone, and every user of the machine can read those of all
  /// processes: Python adds it where nobody sees it.
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
  /// srt/environ.py.
  package static let compileCache: CompileCache? = .ofPyTorch([("SGLANG_CACHE_DIR", "sglang")])
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
    case .amd, .intel, .vulkan, .cpu, .other: nil
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
      launch.add("--load-format", format)
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
  static func neededFormat(of profile: Profile) -> String? {
    switch profile.parameters.quantization?.value {
    case .bitsandbytes, .bitsandbytesNF4: "bitsandbytes"
    case .gguf: "gguf"
    default: nil
    }
  }
}
