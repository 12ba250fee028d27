package import Deployments
import Diagnostics
package import Schema
import Text
import Values
import YAML

/// Hugging Face's text-embeddings-inference: `text-embeddings-router` of release 1.9.3.
///
/// Options are set by their variables; names, limits and defaults are those of router/src/main.rs.
package enum TextEmbeddingsInference: Runtime {
  package static let name = "tei"
  package static let sectionKey = "tei"
  package static let sources: [SourceSection.Kind] = [.huggingface, .local]
  /// Not the image's port 80: a server without capabilities cannot open a privileged one.
  private static let answer = ServerInterface(
    port: Port(literal: 8080), health: "/health", info: "/info", metrics: "/metrics",
    openAI: OpenAIProtocol(writesText: false))
  package static let log = ServerLog([
    .downloading: ["starting download"],
    .loading: ["model artifacts downloaded", "starting model backend"],
    .warmingUp: ["warming up"],
  ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    launch.identityByInfo()
  }
  /// Dockerfile-cuda sets HUGGINGFACE_HUB_CACHE to it: the folder of the models itself, not the
  /// one above it (HF_HOME) that TGI keeps at the same path.
  private static let hub = ModelCache(
    "huggingface-hub", at: ContainerPath(literal: "/data"), shareable: true)
  package static func cache(of profile: Profile) -> ModelCache? { hub }
  package static func tokenVariable(of profile: Profile) -> EnvironmentVariable.Name? {
    .huggingFaceToken
  }
  package static let reserved = [
    "MODEL_ID", "REVISION", "PORT", "HOSTNAME", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "API_KEY",
    "--model-id", "--revision", "--port", "-p", "--hostname", "--huggingface-hub-cache",
    "--api-key", "--hf-token", "--hf-api-token",
  ]

  /// `cuda-` is the one image for all compute capabilities from 7.5 to 12.0
  /// (cuda-all-entrypoint.sh); none is published for AMD GPUs (docs/source/en/amd_gpu.md).
  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    case .nvidia:
      ImageReference(literal: "ghcr.io/huggingface/text-embeddings-inference", tag: "cuda-1.9.3")
    case .cpu:
      ImageReference(literal: "ghcr.io/huggingface/text-embeddings-inference", tag: "cpu-1.9.3")
    case .amd: nil
    }
  }

  package static func use(of field: CommonField) -> FieldUse {
    let noText = "TEI makes vectors and scores, not text"
    switch field {
    case .maxInputLength:
      return .ignored(
        because: "TEI reads texts of up to the model's own length",
        instead: "remove the line; 'tei.auto_truncate' says what becomes of longer ones")
    case .maxTotalTokens, .contextLength:
      return .refused(
        because: "TEI always has the model's own context", instead: "remove the line")
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
        because: "TEI runs no code of a model's repository", instead: "remove the line")
    }
  }

  /// backends/src/dtype.rs: only the Python backend of other images has bfloat16.
  package static func use(of dtype: DataType) -> WordUse {
    switch dtype {
    case .float16, .float32: .same
    case .bfloat16:
      .refused(
        because: "TEI's images have float16 and float32",
        instead: "write 'float16', or remove the line")
    }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    let options = options(of: profile)
    launch.set("PORT", String(answer.port.number))
    // Podman sets HOSTNAME to the container's name, which the server takes for its address. It is
    // an argument because any of them replaces the image's own '--json-output', which no variable
    // can undo (Dockerfile-cuda-all).
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

// What the server checks after the download (router/src/lib.rs of release 1.9.3), at build time.
extension TextEmbeddingsInference {
  package static let checks: [Check] = [wrongTask, twoPrompts, batchBelowContext, nomicConfig]

  private static let tasks: Set = [
    "embedding", "embeddings", "rerank", "reranking", "reranker", "classification", "classifier",
  ]

  /// router/src/lib.rs knows embedding models, rerankers and classifiers.
  private static let wrongTask = Check(
    Rule(
      "tei-wrong-task", "A model on TEI is one that embeds, ranks or classifies.",
      Explanation(
        """
        TEI has no endpoint that writes text; a model that does is refused after the \
        download.
        """,
        wrong: """
          category: chat
          """,
        right: """
          category: embedding
          """,
        source: "TEI 1.9.3, router/src/lib.rs"))
  ) { profile, report in
    let words = [profile.document.category] + (profile.document.capabilities?.value ?? [])
    guard !words.contains(where: { $0.map { tasks.contains($0.value) } ?? false }) else { return }
    report(
      profile.runtime.range,
      "TEI serves only models that embed, rank or classify, and the profile does not say that this one does",
      help:
        "add 'capabilities: [embedding]', '[reranking]' or '[classification]', or choose another runtime"
    )
  }

  private static let twoPrompts = Check(
    Rule(
      "tei-two-prompts", "The default prompt is given by its text or by its name.",
      Explanation(
        """
        The two options exclude each other, and the router stops when it has both.
        """,
        wrong: """
          category: embedding
          tei: {default_prompt: "query: ", default_prompt_name: query}
          """,
        right: """
          category: embedding
          tei: {default_prompt_name: query}
          """,
        source: "TEI 1.9.3, router/src/main.rs")),
    of: Self.self
  ) { _, options, report in
    guard let prompt = options.defaultPrompt, let name = options.defaultPromptName else { return }
    report(
      name.range, "TEI takes 'default_prompt_name' or 'default_prompt', not both",
      help: "remove one of the two", notes: [report.note(prompt.range, "the other stands here")])
  }

  private static let batchBelowContext = Check(
    Rule(
      "tei-batch-below-context", "Where texts are not truncated, a batch holds the longest.",
      Explanation(
        """
        Where texts are not truncated, the router stops at once when a batch cannot hold the \
        longest text that the model reads.
        """,
        wrong: """
          category: embedding
          model: {context_length: 8192}
          tei: {auto_truncate: false, max_batch_tokens: 4096}
          """,
        right: """
          category: embedding
          model: {context_length: 8192}
          tei: {auto_truncate: false, max_batch_tokens: 8192}
          """,
        source: "TEI 1.9.3, router/src/lib.rs")),
    of: Self.self
  ) { profile, options, report in
    guard let truncate = options.autoTruncate, !truncate.value,
      let context = profile.facts.contextLength
    else { return }
    let batch = options.maxBatchTokens?.value ?? defaultBatchTokens
    guard batch < context.value else { return }
    report(
      options.maxBatchTokens?.range ?? truncate.range,
      options.maxBatchTokens == nil
        ? "without truncation, a text of \(context.value) tokens does not fit into the default batch of \(batch)"
        : "without truncation, a text of \(context.value) tokens does not fit into a batch of \(batch)",
      help: "set 'tei.max_batch_tokens' to \(context.value) or more, or 'tei.auto_truncate: true'",
      notes: [report.note(context.range, "the model's context is given here")])
  }

  private static let defaultBatchTokens = 16384

  /// Issue 927 of the project: since commit e9b6763 of 2026-04-07 their config.json has two keys
  /// that releases up to 1.9.3 take for one field written twice; mended in pull request 876.
  private static let nomicConfig = Check(
    Rule(
      "tei-nomic-config", "A model's configuration is one that the release can read.",
      Explanation(
        """
        Since a commit of 2026-04-07 the model's config.json has two keys that TEI up to \
        1.9.3 takes for one written twice. The server stops with `duplicate field` after the \
        download.
        """,
        wrong: """
          category: embedding
          source:
            type: huggingface
            model_id: nomic-ai/nomic-embed-text-v1.5
          """,
        right: """
          category: embedding
          source:
            type: huggingface
            model_id: nomic-ai/nomic-embed-text-v1.5
            revision: 0123456789abcdef0123456789abcdef01234567
          """,
        source: "TEI, issue 927 and pull request 876"))
  ) { profile, report in
    guard case .huggingFace(let id, let revision) = profile.model,
      ["nomic-ai/nomic-embed-text-v1", "nomic-ai/nomic-embed-text-v1.5"].contains(id.value),
      readsOldConfigsOnly(profile.image?.value)
    else { return }
    if let commit = revision?.value, commit.utf8.count == 40, commit.allSatisfy(\.isHexDigit),
      commit != "e9b6763023c676ca8431644204f50c2b100d9aab"
    {
      return
    }
    report(
      revision?.range ?? id.range,
      "TEI up to 1.9.3 cannot read this model's configuration of 2026-04-07 and later",
      help:
        "pin 'source.revision' to an earlier commit of 40 digits, or name an image after 1.9.3")
  }

  /// Whether an image, or the default one, is a release without the mending; not known of a
  /// digest, of an image of a commit (`cpu-sha-30507cb`) or of somebody else's.
  private static func readsOldConfigsOnly(_ image: ImageReference?) -> Bool {
    guard let image else { return true }
    guard image.name == Self.image(for: .cpu)?.name, let tag = image.tag, !tag.contains("sha-"),
      let release = Release(tag: tag)
    else { return false }
    return !("1.9.3" < release)
  }
}

extension TextEmbeddingsInference {
  package enum Pooling: String, Sendable, CaseIterable {
    case cls, mean, splade
    case lastToken = "last-token"
  }

  /// `tei`: the router's own options.
  package struct Options: Record {
    package typealias Destination = LaunchOption

    package var written = FieldSet()
    var tokenizationWorkers: Located<Int>?
    var servedModelName: Located<String>?
    package var pooling: Located<Pooling>?
    var maxBatchTokens: Located<Int>?
    var maxClientBatchSize: Located<Int>?
    var autoTruncate: Located<Bool>?
    var defaultPromptName: Located<String>?
    var defaultPrompt: Located<String>?
    var densePath: Located<String>?
    var payloadLimit: Located<Int>?
    var corsAllowOrigin: Located<[Located<String>]>?
    var jsonOutput: Located<Bool>?
    var disableSpans: Located<Bool>?
    var otlpEndpoint: Located<String>?
    var otlpServiceName: Located<String>?

    package init() {}

    package static let fields = FieldTable<Options, LaunchOption>([
      Field(
        "tokenization_workers", \.tokenizationWorkers, .integer(1...1024), unit: "threads",
        default: "one less than the processor's cores, at most 64",
        to: .variable("TOKENIZATION_WORKERS"), "Threads that tokenize and check requests."),
      Field(
        "served_model_name", \.servedModelName, .filledText, default: "the model's name",
        since: "1.9", to: .variable("SERVED_MODEL_NAME"),
        "The name of the model in answers to OpenAI clients."),
      Field(
        "pooling", \.pooling, .choice(), default: "what the model's files say",
        to: .variable("POOLING"),
        "How the vectors of a text's tokens become one; 'splade' needs a masked language model."),
      Field(
        "max_batch_tokens", \.maxBatchTokens, .integer(1...100_000_000), unit: "tokens",
        default: "16384", to: .variable("MAX_BATCH_TOKENS"),
        "How many tokens are computed together; what a GPU has memory for."),
      Field(
        "max_client_batch_size", \.maxClientBatchSize, .integer(1...100_000), unit: "texts",
        default: "32", to: .variable("MAX_CLIENT_BATCH_SIZE"),
        "How many texts one request may hold."),
      Field(
        "auto_truncate", \.autoTruncate, .boolean, default: "true", since: "1.2.1",
        to: .variable("AUTO_TRUNCATE"),
        "Whether texts that are too long are cut; otherwise their requests fail."),
      Field(
        "default_prompt_name", \.defaultPromptName, .filledText, since: "1.3",
        to: .variable("DEFAULT_PROMPT_NAME"),
        "The prompt put before each text, by its name in the model's configuration."),
      Field(
        "default_prompt", \.defaultPrompt, .filledText, since: "1.3",
        to: .variable("DEFAULT_PROMPT"), "The prompt put before each text, such as 'query: '."),
      Field(
        "dense_path", \.densePath, .filledText, default: "what the model's files say",
        since: "1.8", to: .variable("DENSE_PATH"),
        "The folder of the last layer in the model's repository, such as '2_Dense_1024'."),
      Field(
        "payload_limit", \.payloadLimit, .integer(1...Int(Int32.max)), unit: "bytes",
        default: "2000000", since: "1.2", to: .variable("PAYLOAD_LIMIT"), "The largest request."),
      Field(
        "cors_allow_origin", \.corsAllowOrigin, .list(of: .origin, distinct: true),
        // router/src/main.rs has no delimiter for this list: a variable could hold only one of it.
        to: .repeated("--cors-allow-origin"), "Web origins that may call the server."),
      Field(
        "json_output", \.jsonOutput, .boolean, default: "false", to: .variable("JSON_OUTPUT"),
        "Writes the log as JSON."),
      Field(
        "disable_spans", \.disableSpans, .boolean, default: "false", since: "1.6.1",
        to: .variable("DISABLE_SPANS"), "Leaves the request that a log line belongs to out of it."),
      Field(
        "otlp_endpoint", \.otlpEndpoint, .filledText, to: .variable("OTLP_ENDPOINT"),
        "Where traces are sent."),
      Field(
        "otlp_service_name", \.otlpServiceName, .filledText,
        default: "text-embeddings-inference.server", since: "1.3",
        to: .variable("OTLP_SERVICE_NAME"), "The name that traces carry."),
    ])
  }
}

extension ValueType where Value == String {
  /// Text that says something: the router takes an empty variable for a setting.
  fileprivate static let filledText = parsed(
    "text", pattern: "^.", numeric: true, plain: { .text($0) }
  ) {
    (text) throws(Refusal) in
    guard !text.isEmpty else { throw Refusal("must not be empty", help: "remove the line") }
    return text
  }
}
