package import Deployments
import Diagnostics
import Schema
import Values
import YAML

/// Hugging Face's text-generation-inference: `text-generation-launcher` of version 3.3.7.
///
/// Variables set the options, because the image's entry point expands its arguments without quotes
/// (tgi-entrypoint.sh) and would split them at spaces. Names, limits and defaults come from
/// launcher/src/main.rs, and versions from its tags, v2.0.0 and later.
package enum TextGenerationInference: Runtime {
  package static let name = "tgi"
  package static let sectionKey = "tgi"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  /// Not the image's port 80: a server without capabilities cannot open a privileged one.
  private static let answer = ServerInterface(
    port: Port(literal: 8080), health: "/health", info: "/info", metrics: "/metrics",
    openAI: OpenAIProtocol())
  package static let familySource: SourceSection.Kind? = .huggingface
  /// layers/attention: a shard cannot have parts of heads.
  package static let copiesKeyValueHeads = false
  /// The log of the launcher and its download command (launcher/src/main.rs, server/cli.py).
  package static let log = ServerLog(
    [
      .downloading: ["starting check and download process", "download file: ", "downloaded /data"],
      .loading: ["successfully downloaded weights", "starting shard", "waiting for shard"],
      .warmingUp: ["warming up"],
    ],
    // launcher/src/main.rs; 2 is clap's.
    exits: [
      1: "it rejected its settings or could not load the model; the journal above shows why",
      2: "it does not recognize an option, or the value of an option",
    ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    launch.identityByInfo()
  }
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/data"), shareable: true,
    hub: "hub")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  /// The launcher waits up to 90 s for running requests (graceful_termination_timeout).
  package static let stopTimeout = 100
  /// NCCL exchanges tensors between shards there; the project's README recommends 1g.
  package static let sharedMemory: ByteCount? = .gibibytes(1)
  package static let compileCache: CompileCache? = .ofPyTorch()
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  /// launcher/src/main.rs: clap rejects any other value (issues/1451).
  package static let booleanVariables = (
    names: [
      "TRUST_REMOTE_CODE", "DISABLE_CUSTOM_KERNELS", "JSON_OUTPUT", "DISABLE_GRAMMAR_SUPPORT",
      "ENABLE_PREFILL_LOGPROBS", "SHARDED", "NGROK",
    ],
    words: ["true", "false"]
  )
  /// The gauges of TGI 3.3.7, backends/v3/src/backend.rs.
  package static let activity: ActivityQuery? = ActivityQuery(
    path: "/metrics", .gauges(["tgi_batch_current_size", "tgi_queue_size"]))

  package static let reserved = [
    "MODEL_ID", "REVISION", "PORT", "HOSTNAME", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "API_KEY",
    "--model-id", "--revision", "--port", "--hostname", "-p", "--huggingface-hub-cache",
    "--api-key",
  ]

  package static let keyVariable: EnvironmentVariable.Name? = .init(literal: "API_KEY")

  package static let foreign: ForeignWords = {
    var words = ForeignWords()
    words.images = ["huggingface/text-generation-inference"]
    words.startingImages = words.images
    words.entry = ["text-generation-launcher"]
    words.needsGPU = true
    words.sharesMemory = true
    words.imageHints = ["text-generation-inference", "tgi"]
    words.guessedPrefix = "TGI_"
    words.lists = [
      "LORA_ADAPTERS", "CORS_ALLOW_ORIGIN", "CUDA_GRAPHS", "--lora-adapters", "--cuda-graphs",
      "--cors-allow-origin",
    ]
    // tgi-entrypoint.sh
    words.splitsArguments = true
    words.programs = [["text-generation-launcher"]]
    words.models = ["--model-id", "MODEL_ID"]
    words.revisions = ["--revision", "REVISION"]
    words.keys = ["--api-key", "API_KEY"]
    words.ports = ["--port", "-p", "PORT"]
    words.standardPort = 3000
    words.imagePort = 80
    words.addresses = ["--hostname", "HOSTNAME"]
    words.caches = ["--huggingface-hub-cache"]
    words.onlyPaths = ["--tokenizer-config-path"]
    // launcher/src/main.rs of the tags; 2.0.4 has the first table.
    words.since = [
      "--speculate": "1.3.0", "--tokenizer-config-path": "1.4.0",
      "--disable-grammar-support": "1.4.1", "--max-batch-size": "1.4.1", "--cuda-graphs": "2.0.0",
      "--max-input-tokens": "2.0.0", "--max-client-batch-size": "2.0.1",
    ]
    words.former["--max-input-tokens"] = "write '--max-input-length'"
    words.pathsOrModels = ["--lora-adapters"]
    return words
  }()

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia:
      ImageReference(literal: "ghcr.io/huggingface/text-generation-inference", tag: "3.3.7")
    case .amd:
      ImageReference(literal: "ghcr.io/huggingface/text-generation-inference", tag: "3.3.7-rocm")
    case .cpu:
      ImageReference(
        literal: "ghcr.io/huggingface/text-generation-inference", tag: "3.3.7-intel-cpu")
    case .intel:
      ImageReference(
        literal: "ghcr.io/huggingface/text-generation-inference", tag: "3.3.7-intel-xpu")
    case .vulkan, .other: nil
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    let perRequest = FieldUse.ignored(
      because: "TGI accepts sampling settings only in requests",
      instead: "send it with the request, or remove the line")
    switch field {
    case .maxInputLength: return .sets(.variable("MAX_INPUT_TOKENS"))
    case .maxTotalTokens, .contextLength: return .sets(.variable("MAX_TOTAL_TOKENS"))
    case .quantization: return .sets(.variable("QUANTIZE"))
    case .dtype: return .sets(.variable("DTYPE"))
    case .temperature, .topP, .topK, .repeatPenalty: return perRequest
    case .maxBatchSize: return .sets(.variable("MAX_BATCH_SIZE"))
    case .maxConcurrentRequests: return .sets(.variable("MAX_CONCURRENT_REQUESTS"))
    case .waitingServedRatio: return .sets(.variable("WAITING_SERVED_RATIO"))
    case .numShard: return .sets(.variable("NUM_SHARD"))
    case .trustRemoteCode: return .sets(.variable("TRUST_REMOTE_CODE"))
    }
  }

  /// See Quantization of launcher/src/main.rs; causal_lm.py, line 607, refuses it without a GPU,
  /// and layers/gptq/__init__.py, line 41, refuses AWQ on ROCm.
  package static func use(of quantization: Quantization, on processor: Processor?) -> WordUse {
    switch quantization {
    case .none: return .same
    case .awq where processor == .amd:
      return .refused(
        because: "TGI does not support AWQ on AMD GPUs", instead: "use a GPTQ repository")
    case .awq, .gptq, .eetq, .exl2, .marlin, .fp8, .compressedTensors, .bitsandbytes,
      .bitsandbytesNF4, .bitsandbytesFP4:
      guard processor != .cpu else {
        return .refused(
          because: "TGI supports quantization only on GPUs", instead: "give the instance a GPU")
      }
      return .same
    case .gguf:
      return .refused(
        because: "TGI does not load GGUF files", instead: "use 'runtime: llama-cpp'")
    case .awqMarlin, .gptqMarlin:
      return .refused(
        because: "TGI chooses the kernel itself", instead: "write 'awq' or 'gptq'")
    case .mxfp4, .mxfp8, .modelopt, .modeloptFP4, .moeWNA16, .quark, .torchao, .w8a8INT8,
      .w8a8FP8:
      return .refused(
        because: "TGI does not support it", instead: "use 'runtime: vllm' or 'runtime: sglang'")
    }
  }

  /// See Dtype of launcher/src/main.rs.
  package static func use(of dtype: DataType) -> WordUse {
    switch dtype {
    case .float16, .bfloat16: .same
    case .float32:
      .refused(because: "TGI has no 32-bit mode", instead: "write 'bfloat16', or remove the line")
    }
  }

  /// server/text_generation_server/models/globals.py: by default all memory that is free.
  package static func gpuShare(of profile: Profile) -> Double? {
    options(of: profile).cudaMemoryFraction?.value ?? 1
  }

  package static func stretchesContext(_ profile: Profile) -> Bool {
    options(of: profile).ropeScaling != nil
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    launch.set("PORT", String(answer.port.number))
    // Podman must not kill the server while it waits for running requests.
    launch.stopTimeout = options(of: profile).gracefulTerminationTimeout.map { $0.value + 10 }
    switch profile.model {
    case .huggingFace(let id, let revision):
      launch.set("MODEL_ID", id.value)
      if let revision { launch.set("REVISION", revision.value) }
    case .local(let path):
      launch.set("MODEL_ID", "/model")
      launch.mounts.append(
        Mount(.path(path.value), at: ContainerPath(literal: "/model"), options: [.readOnly]))
    case .ollama: preconditionFailure("refused when the profile was read")
    }
  }
}
