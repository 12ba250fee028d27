import Catalogues
package import Deployments
import Diagnostics
package import Locks
import Schema
import Text
import Values
import YAML

/// The runtime llama.cpp: `llama-server` of build b11347, which runs only GGUF files.
///
/// Options are passed as arguments. Many options have no variable in older builds, and in all
/// builds an argument overrides a variable (common/arg.cpp). Names, limits and defaults come from
/// tools/server/README.md.
package enum LlamaCpp: Runtime {
  package static let name = "llama-cpp"
  package static let sectionKey = "llama_cpp"
  package static let spreadsModels = true
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  /// The port is also set on the command line: the default changes from 8080 to 9931 (pull/26508).
  private static let port = Port(literal: 8080)
  /// Downloads are stored in `HF_HOME/hub` (common/hf-cache.cpp), as with other runtimes.
  private static let hub = ModelCache(
    "huggingface", at: ContainerPath(literal: "/root/.cache/huggingface"), shareable: true,
    hub: "hub")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  /// The slots, as tools/server/README.md describes them.
  package static let activity: ActivityQuery? = ActivityQuery(path: "/slots", .slots)

  package static let foreign: ForeignWords = {
    var words = ForeignWords()
    words.images = ["ggml-org/llama.cpp", "ggerganov/llama.cpp"]
    words.startingImages = words.images
    words.imageHasCheck = true
    words.entry = ["/app/llama-server"]
    words.imageHints = ["llama.cpp", "llama-cpp", "llamacpp", "llama-server"]
    words.forks = ["ik_llama", "ik-llama"]
    // .devops/tools.sh; `light` has llama-cli only.
    words.toolTags = ["full": ["--server", "-s"]]
    words.otherTools = [
      "--convert", "-c", "--quantize", "-q", "--run", "-r", "--run-legacy", "-l", "--bench", "-b",
      "--perplexity", "-p", "--all-in-one", "-a",
    ]
    words.tagsWithoutServer = ["light"]
    // src/llama-arch.cpp
    words.modelsSince = ["gpt-oss": "6096"]
    for option in [
      "-t", "--threads", "-tb", "--threads-batch", "-s", "--seed", "-n", "--predict", "--n-predict",
      "-np", "--parallel",
    ] {
      words.sameValues[option] = ["-1": ""]
    }
    // common/arg.cpp, is_truthy, is_falsey and is_autoy.
    let truths = [
      "1": "on", "true": "on", "enabled": "on", "0": "off", "false": "off", "disabled": "off",
    ]
    for option in ["-fit", "--fit", "LLAMA_ARG_FIT"] { words.sameValues[option] = truths }
    for option in ["-fa", "--flash-attn", "LLAMA_ARG_FLASH_ATTN"] {
      words.sameValues[option] = truths.merging(["-1": "auto"]) { $1 }
    }
    words.lists = ["-ts", "--tensor-split", "LLAMA_ARG_TENSOR_SPLIT"]
    words.ownPrefix = "LLAMA_ARG_"
    words.guessedPrefix = "LLAMA_"
    // With a pooling, it is not known what the server is for.
    words.embeddingOptions = [
      "--embedding", "--embeddings", "--rerank", "--reranking", "LLAMA_ARG_EMBEDDINGS",
      "LLAMA_ARG_RERANKING", "--pooling", "LLAMA_ARG_POOLING",
    ]
    // getenv in common, src, ggml and tools; 'LLAMA_TRACE' and variables for debugging are left out.
    words.ownVariables = [
      "LLAMA_API_KEY", "LLAMA_CACHE", "LLAMA_APP_CMD", "LLAMA_ATTN_ROT_DISABLE",
      "LLAMA_GRAPH_REUSE_DISABLE", "LLAMA_MEDIA_MARKER", "LLAMA_OFFLINE", "LLAMA_SET_ROWS",
    ]
    for name in ["--draft", "--draft-n", "--draft-max"] {
      words.renamed[name] = "--spec-draft-n-max"
    }
    for name in ["--draft-min", "--draft-n-min"] { words.renamed[name] = "--spec-draft-n-min" }
    words.moved = ["ghcr.io/ggerganov/llama.cpp": "ghcr.io/ggml-org/llama.cpp"]
    words.bareValues = ["-fa": "on", "--flash-attn": "on"]
    words.sameValues["--top-k"] = ["-1": "0"]
    for option in ["-n", "--predict", "--n-predict"] { words.sameValues[option]?["-2"] = "" }
    words.standardAddress = "127.0.0.1"
    words.modelFolders = variablesOfModels.reduce(into: ["--models-dir", "--models-preset"]) {
      $0.insert($1)
    }
    words.modelPresets = ["--models-preset", "LLAMA_ARG_MODELS_PRESET"]
    words.isNamedByProfile = true
    words.programs = [["llama-server"], ["llama-cpp-server"]]
    words.models = ["-m", "--model", "LLAMA_ARG_MODEL"]
    words.modelIsPath = true
    words.repositories = ["-hf", "-hfr", "--hf-repo", "LLAMA_ARG_HF_REPO"]
    words.files = ["-hff", "--hf-file", "LLAMA_ARG_HF_FILE"]
    words.names = ["-a", "--alias", "LLAMA_ARG_ALIAS"]
    words.keys = ["--api-key", "LLAMA_API_KEY"]
    words.keyFiles = ["--api-key-file", "LLAMA_ARG_API_KEY_FILE"]
    // common/arg.cpp, tools/server/server-tools.cpp
    words.toolOptions = ["--tools", "LLAMA_ARG_TOOLS", "-ag", "--agent", "LLAMA_ARG_AGENT"]
    words.harmlessTools = ["get_datetime", "get_info", "0", "false", "off"]
    words.tokens = ["-hft", "--hf-token"]
    words.ports = ["--port", "LLAMA_ARG_PORT"]
    words.addresses = ["--host", "LLAMA_ARG_HOST"]
    words.caches = ["LLAMA_CACHE"]
    words.hostPaths = ["-mm", "--mmproj", "LLAMA_ARG_MMPROJ"]
    words.onlyPaths = [
      "--spec-draft-model", "--model-draft", "--lora", "--lora-scaled", "--control-vector",
      "--control-vector-scaled", "--chat-template-file", "--grammar-file", "--json-schema-file",
      "--lookup-cache-static", "--lookup-cache-dynamic", "--slot-save-path", "--media-path",
      "--path", "--ui-config-file", "--log-prompts-dir",
    ]
    words.logFiles = ["--log-file"]
    words.writtenPaths = ["--lookup-cache-dynamic", "--slot-save-path", "--log-prompts-dir"]
    return words
  }()

  package static let reserved = [
    "--host", "--port", "-m", "--model", "-mu", "--model-url", "-hf", "-hfr", "--hf-repo", "-hff",
    "--hf-file", "-hft", "--hf-token", "-a", "--alias", "--api-key", "--api-key-file",
    "LLAMA_ARG_HOST", "LLAMA_ARG_PORT", "LLAMA_ARG_MODEL", "LLAMA_ARG_MODEL_URL",
    "LLAMA_ARG_HF_REPO", "LLAMA_ARG_HF_FILE", "LLAMA_ARG_ALIAS", "LLAMA_API_KEY",
    "LLAMA_ARG_API_KEY_FILE", "--api-prefix", "LLAMA_ARG_API_PREFIX", "--ssl-key-file",
    "--ssl-cert-file", "LLAMA_ARG_SSL_KEY_FILE", "LLAMA_ARG_SSL_CERT_FILE", "LLAMA_CACHE",
    "HF_HOME", "HF_HUB_CACHE",
  ]

  package static let variablesOfModels = [
    "LLAMA_ARG_MODELS_DIR", "LLAMA_ARG_MODELS_PRESET", "LLAMA_ARG_MODELS_MAX",
  ]

  /// The image contains only /app/llama-server (.devops/cuda.Dockerfile).
  package static let programFolder: String? = "/app"
  package static let keyVariable: EnvironmentVariable.Name? = .init(literal: "LLAMA_API_KEY")

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia: ImageReference(literal: "ghcr.io/ggml-org/llama.cpp", tag: "server-cuda-b11347")
    case .amd: ImageReference(literal: "ghcr.io/ggml-org/llama.cpp", tag: "server-rocm-b11347")
    case .cpu: ImageReference(literal: "ghcr.io/ggml-org/llama.cpp", tag: "server-b11347")
    case .intel:
      ImageReference(literal: "ghcr.io/ggml-org/llama.cpp", tag: "server-intel-b11347")
    case .vulkan:
      ImageReference(literal: "ghcr.io/ggml-org/llama.cpp", tag: "server-vulkan-b11347")
    case .other: nil
    }
  }

  package static let log = ServerLog(
    [
      .downloading: ["trying to download model"],
      .loading: ["loading model", "load_tensors:", "llama_model_loader:"],
      .warmingUp: ["warming up"],
    ],
    // tools/server/server.cpp.
    exits: [1: "it does not recognize an option, or could not load the model"])
  package static func interface(of profile: Profile) -> ServerInterface {
    ServerInterface(
      port: port, health: "/health", info: "/props",
      metrics: options(of: profile).metrics?.value == true ? "/metrics" : nil,
      openAI: OpenAIProtocol(takesIgnoreEOS: true, takesCachePrompt: true))
  }

  package static func use(of field: CommonField) -> FieldUse {
    switch field {
    case .maxInputLength:
      .ignored(
        because: "llama.cpp has a single limit for prompt and answer",
        instead: "set 'context_length'")
    case .maxTotalTokens, .contextLength: .sets(.computed("--ctx-size"))
    case .quantization:
      .refused(
        because: "in llama.cpp, the GGUF file determines the quantization",
        instead: "choose the file, such as 'llama_cpp.quant: Q4_K_M'")
    case .dtype:
      .ignored(
        because: "llama.cpp computes in the format of the model's file",
        instead: "choose another file, or remove the line")
    case .temperature: .sets(.argument("--temp"))
    case .topP: .sets(.argument("--top-p"))
    case .topK: .sets(.argument("--top-k"))
    case .repeatPenalty: .sets(.argument("--repeat-penalty"))
    case .maxBatchSize: .sets(.argument("--parallel"))
    case .maxConcurrentRequests:
      .ignored(
        because: "llama.cpp queues all requests",
        instead: "limit the running requests with 'max_batch_size'")
    case .waitingServedRatio:
      .ignored(because: "llama.cpp has no such setting", instead: "remove the line")
    case .numShard:
      .ignored(
        because: "llama.cpp splits a model over all of the instance's GPUs",
        instead: "set 'llama_cpp.split_mode' to choose how")
    case .trustRemoteCode:
      .ignored(because: "llama.cpp does not run code from repositories", instead: "remove the line")
    }
  }

  /// common/arg.cpp has no option for a revision.
  package static let loadsRevisions = false
  /// Returns the GGUF file that the server loads; by default its own choice (common/download.cpp).
  package static func pick(of options: AnyOptions) -> ModelName.Pick? {
    let options = (options as? RuntimeOptions<Options>)?.value
    if let file = options?.file { return .file(file.value) }
    return .quantization(options?.quant?.value ?? "Q4_K_M")
  }

  /// Returns the query for the model; the server loads the hub's main branch, but it reports the
  /// path of the file (tools/server, `/props`).
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    var identity = identityByName(of: launch, profile)
    identity?.commit = profile.locked.map {
      ModelIdentity.Commit(path: "/props", member: "model_path", commit: $0.commit)
    }
    return identity
  }

  package static func stretchesContext(_ profile: Profile) -> Bool {
    let options = options(of: profile)
    return options.ropeScaling != nil || options.ropeScale != nil
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    switch profile.model {
    case .huggingFace(let id, _):
      launch.begin(with: "--hf-repo", id.value + (options.quant.map { ":" + $0.value } ?? ""))
    case .local(let path): launch.begin(with: "--model", launch.mount(modelAt: path.value))
    case .ollama: preconditionFailure("refused when the profile was read")
    }
    launch.begin(with: "--host", "0.0.0.0", "--port", String(port.number))
    launch.model = profile.name.value
    launch.add("--alias", profile.name.value)
    if let context = profile.parameters.contextLength ?? profile.parameters.maxTotalTokens {
      // The slots share the context; the profile sets the context of one request.
      let slots =
        options.kvUnified?.value == true ? 1 : profile.performance.maxBatchSize?.value ?? 1
      launch.add("--ctx-size", String(context.value * slots))
    }
    if profile.parameters.context?.value == .model { launch.add("--ctx-size", "0") }
    if let mapped = options.mmap {
      if profile.table?.catalogue["--load-mode"] != nil {
        launch.add("--load-mode", mapped.value ? "mmap" : "none")
      } else {
        launch.add(mapped.value ? "--mmap" : "--no-mmap")
      }
    }
    if let projector = options.mmproj {
      launch.mounts.append(
        Mount(
          .path(projector.value), at: ContainerPath(literal: "/mmproj.gguf"), options: [.readOnly]))
      launch.add("--mmproj", "/mmproj.gguf")
    }
    if profile.isEmbedding != nil, options.reranking?.value != true { launch.add("--embedding") }
  }
}
