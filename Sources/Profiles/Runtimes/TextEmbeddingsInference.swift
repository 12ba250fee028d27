package import Deployments
import Diagnostics
import Schema
import Text
import Values
import YAML

/// Hugging Face's text-embeddings-inference: `text-embeddings-router` of version 1.9.3.
///
/// Variables set the options. Names, limits and defaults come from router/src/main.rs.
package enum TextEmbeddingsInference: Runtime {
  package static let name = "tei"
  package static let sectionKey = "tei"
  package static let writesText = false
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  /// Not the image's port 80: a server without capabilities cannot open a privileged one.
  private static let answer = ServerInterface(
    port: Port(literal: 8080), health: "/health", info: "/info", metrics: "/metrics",
    openAI: OpenAIProtocol(writesText: false))
  package static let log = ServerLog(
    [
      .downloading: ["starting download"],
      .loading: ["model artifacts downloaded", "starting model backend"],
      .warmingUp: ["warming up"],
    ],
    // router/src/main.rs; 2 is clap's.
    exits: [
      1: "it rejected its settings or could not load the model; the journal above shows why",
      2: "it does not recognize an option, or the value of an option",
    ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    launch.identityByInfo()
  }
  /// Dockerfile-cuda sets HUGGINGFACE_HUB_CACHE to this path, so it contains the models directly.
  ///
  /// TGI uses the same path for the parent folder (HF_HOME).
  private static let hub = ModelCache(
    "huggingface-hub", at: ContainerPath(literal: "/data"), shareable: true, hub: "")
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  package static let reserved = [
    "MODEL_ID", "REVISION", "PORT", "HOSTNAME", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "API_KEY",
    "--model-id", "--revision", "--port", "-p", "--hostname", "--huggingface-hub-cache",
    "--api-key", "--hf-token", "--hf-api-token",
  ]

  package static let keyVariable: EnvironmentVariable.Name? = .init(literal: "API_KEY")

  package static let foreign: ForeignWords = {
    var words = ForeignWords()
    words.images = ["huggingface/text-embeddings-inference"]
    words.startingImages = words.images
    words.entry = ["text-embeddings-router"]
    words.needsGPU = true
    words.imageHints = ["text-embeddings-inference"]
    words.guessedPrefix = "TEI_"
    words.programs = [["text-embeddings-router"]]
    words.models = ["--model-id", "MODEL_ID"]
    words.revisions = ["--revision", "REVISION"]
    words.keys = ["--api-key", "API_KEY"]
    words.tokens = ["--hf-token", "--hf-api-token"]
    words.names = ["--served-model-name", "SERVED_MODEL_NAME"]
    words.namesInSection = true
    words.ports = ["--port", "-p", "PORT"]
    words.standardPort = 3000
    words.imagePort = 80
    words.addresses = ["--hostname", "HOSTNAME"]
    words.caches = ["--huggingface-hub-cache"]
    return words
  }()

  /// The repository of the images.
  static let repository = "ghcr.io/huggingface/text-embeddings-inference"
  /// The version that amm runs.
  static let release = "1.9.3"

  /// Returns the image for a processor: `cuda-` supports several compute capabilities from 7.5 to
  /// 12.0 (cuda-all-entrypoint.sh); none is published for AMD GPUs (docs/source/en/amd_gpu.md).
  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia: ImageReference(literal: repository, tag: "cuda-" + release)
    case .cpu: ImageReference(literal: repository, tag: "cpu-" + release)
    case .amd, .intel, .vulkan, .other: nil
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    let noText = "TEI computes vectors and scores, not text"
    switch field {
    case .maxInputLength:
      return .ignored(
        because: "TEI always accepts texts up to the model's own length",
        instead: "remove the line; 'tei.auto_truncate' sets what happens to longer texts")
    case .maxTotalTokens, .contextLength:
      return .refused(
        because: "TEI always uses the model's own context", instead: "remove the line")
    case .quantization:
      return .refused(
        because: "TEI does not quantize", instead: "remove the line, or set 'dtype: float16'")
    case .dtype: return .sets(.variable("DTYPE"))
    case .temperature, .topP, .topK, .repeatPenalty:
      return .refused(because: noText, instead: "remove the line")
    case .maxBatchSize: return .sets(.variable("MAX_BATCH_REQUESTS"))
    case .maxConcurrentRequests: return .sets(.variable("MAX_CONCURRENT_REQUESTS"))
    case .waitingServedRatio:
      return .ignored(because: "TEI has no such setting", instead: "remove the line")
    case .numShard:
      return .refused(
        because: "TEI runs a model on one GPU", instead: "remove the line")
    case .trustRemoteCode:
      return .refused(
        because: "TEI does not run code from repositories", instead: "remove the line")
    }
  }

  /// backends/src/dtype.rs: only the Python backend, in other images, supports bfloat16.
  package static func use(of dtype: DataType) -> WordUse {
    switch dtype {
    case .float16, .float32: .same
    case .bfloat16:
      .refused(
        because: "TEI's images support only float16 and float32",
        instead: "write 'float16', or remove the line")
    }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    launch.set("PORT", String(answer.port.number))
    // Podman sets HOSTNAME to the container's name, which the server would use as its address. An
    // argument also replaces the image's own '--json-output', which a variable cannot do
    // (Dockerfile-cuda-all).
    launch.begin(with: "--hostname", "0.0.0.0")
    switch profile.model {
    case .huggingFace(let id, let revision):
      launch.set("MODEL_ID", id.value)
      if let revision { launch.set("REVISION", revision.value) }
    case .local(let path):
      launch.set("MODEL_ID", "/model")
      launch.mounts.append(
        Mount(.path(path.value), at: ContainerPath(literal: "/model"), options: [.readOnly]))
      // Otherwise answers would name '/model'.
      launch.model = profile.name.value
      if options.servedModelName == nil { launch.set("SERVED_MODEL_NAME", launch.model) }
    case .ollama: preconditionFailure("refused when the profile was read")
    }
    if let name = options.servedModelName { launch.model = name.value }
  }
}

// Checks that the server makes after the download (router/src/lib.rs of version 1.9.3).
