package import Deployments
import Diagnostics
import Models
import Schema
import Text
import Values
import YAML

/// The runtime Ollama 0.32: a server that accepts its model and parameters only when it runs.
///
/// For that reason, a second container starts when the server is up. It creates a model with the
/// profile's name from a Modelfile (`ollama create` pulls the base model: server/model.go). The
/// server variables come from envconfig/config.go, the model parameters from api/types.go.
package enum Ollama: Runtime {
  package static let name = "ollama"
  package static let sectionKey = "ollama"
  package static let spreadsModels = true
  package static let sources: [SourceSection.Kind] = [.ollama, .local]
  /// The image has no curl.
  private static let answer = ServerInterface(
    port: Port(literal: 11434), health: "/api/version",
    healthCommand: PlainText(literal: "ollama list"), info: "/api/ps", metrics: nil,
    openAI: OpenAIProtocol())
  package static let familySource: SourceSection.Kind? = .ollama
  package static let log = ServerLog([
    .downloading: ["pulling manifest"]
  ])
  package static func interface(of profile: Profile) -> ServerInterface { answer }
  package static func identity(of launch: Launch, _ profile: Profile) -> ModelIdentity? {
    ModelIdentity(path: "/api/tags", form: .ollama, name: launch.model)
  }
  package static let modelListCommand: [String]? = ["ollama", "list"]
  /// A server removes incomplete downloads when it starts, so two servers would delete each other's
  /// files.
  private static let store = ModelCache(
    "ollama", at: ContainerPath(literal: "/root/.ollama"), shareable: false, ofDownloads: false)
  package static func cache(of profile: Profile) -> ModelCache? { store }
  /// envconfig/config.go, Uint: it logs "invalid environment variable, using default".
  package static let exitsAtWrongVariables = false
  /// envconfig/config.go: a value that Go's strconv.ParseBool does not accept counts as true.
  package static let booleanVariables = (
    names: [
      "OLLAMA_FLASH_ATTENTION", "OLLAMA_MULTIUSER_CACHE", "OLLAMA_NEW_ENGINE",
      "OLLAMA_NOHISTORY", "OLLAMA_NOPRUNE", "OLLAMA_NO_CLOUD", "OLLAMA_SCHED_SPREAD",
      "OLLAMA_VULKAN",
    ],
    words: ["true", "false", "1", "0"]
  )
  package static let foreign: ForeignWords = {
    var words = ForeignWords()
    words.images = ["ollama/ollama"]
    words.startingImages = words.images
    words.imageHints = ["ollama"]
    words.entry = ["ollama"]
    words.servingArgument = "serve"
    words.lists = ["OLLAMA_ORIGINS"]
    words.sizes = ["OLLAMA_GPU_OVERHEAD"]
    // envconfig/config.go, KeepAlive and LoadTimeout.
    words.durations = ["OLLAMA_KEEP_ALIVE", "OLLAMA_LOAD_TIMEOUT"]
    words.missingPrograms = ["curl", "wget"]
    words.sameValues = [
      "OLLAMA_DEBUG": ["1": "true", "2": "true", "0": "false"], "OLLAMA_NUM_PARALLEL": ["0": ""],
      "OLLAMA_MAX_LOADED_MODELS": ["0": ""], "OLLAMA_MAX_QUEUE": ["0": ""],
    ]
    words.standardAddress = "127.0.0.1"
    words.isNamedByProfile = true
    words.programs = [["ollama", "serve"]]
    words.standardPort = 11434
    words.addresses = ["OLLAMA_HOST"]
    words.caches = ["OLLAMA_MODELS"]
    return words
  }()

  package static let reserved = ["OLLAMA_HOST", "OLLAMA_MODELS"]

  package static func image(for processor: Processor) -> ImageReference? {
    switch processor {
    // One image has the backends for all of these (Dockerfile).
    case .nvidia, .intel, .vulkan, .cpu:
      ImageReference(literal: "docker.io/ollama/ollama", tag: "0.32.15")
    case .amd: ImageReference(literal: "docker.io/ollama/ollama", tag: "0.32.15-rocm")
    case .other: nil
    }
  }

  /// Returns the variable that selects processors; Ollama uses Vulkan on Intel GPUs.
  package static func selectingVariable(for processor: Processor) -> String? {
    (processor == .intel ? .vulkan : processor).selectingVariable
  }

  /// Returns the variable that enables Vulkan, which is off by default (envconfig/config.go).
  package static func environment(
    for processor: Processor
  ) -> [(name: String, value: String)] {
    [.intel, .vulkan].contains(processor) ? [("OLLAMA_VULKAN", "1")] : []
  }

  package static func use(of field: CommonField) -> FieldUse {
    switch field {
    case .maxInputLength:
      .ignored(
        because: "Ollama has a single limit for prompt and answer",
        instead: "set 'context_length'")
    case .maxTotalTokens, .contextLength: .sets(.modelParameter("num_ctx"))
    case .quantization:
      .refused(
        because: "in Ollama, the quantization is part of the model's name",
        instead: "choose it with the tag, as in 'model_id: llama3.2:3b-instruct-q8_0'")
    case .dtype:
      .ignored(
        because: "Ollama computes in the format of the model's file",
        instead: "choose another tag of the model, or remove the line")
    case .temperature: .sets(.modelParameter("temperature"))
    case .topP: .sets(.modelParameter("top_p"))
    case .topK: .sets(.modelParameter("top_k"))
    case .repeatPenalty: .sets(.modelParameter("repeat_penalty"))
    case .maxBatchSize: .sets(.variable("OLLAMA_NUM_PARALLEL"))
    case .maxConcurrentRequests: .sets(.variable("OLLAMA_MAX_QUEUE"))
    case .waitingServedRatio, .trustRemoteCode:
      .ignored(because: "Ollama has no such setting", instead: "remove the line")
    case .numShard:
      .ignored(
        because: "Ollama splits a model over as many GPUs as it needs",
        instead: "set 'ollama.sched_spread: true' to always use all of them")
    }
  }

  package static func complete(_ launch: inout Launch, for profile: Profile) {
    launch.model = profile.name.value
    var file = launch.modelFile ?? ModelFile()
    var mounts: [Mount] = []
    if case .local(let path) = profile.model {
      let parts = SplitFile(path.value)?.parts ?? [path.value]
      for (index, part) in parts.enumerated() {
        let number = "-\(SplitName.digits(index + 1))-of-\(SplitName.digits(parts.count))"
        let name = "/model" + (parts.count > 1 ? number : "") + ".gguf"
        guard let place = ContainerPath(name) else { continue }
        mounts.append(Mount(.path(part), at: place, options: [.readOnly]))
        file.bases.append(name)
      }
    } else {
      file.bases = [profile.model.text]
    }
    let options = options(of: profile)
    for (name, path) in [("ADAPTER", options.adapter), ("DRAFT", options.draft)] {
      guard let path, let place = ContainerPath("/\(name.lowercased()).gguf") else { continue }
      mounts.append(Mount(.path(path.value), at: place, options: [.readOnly]))
      file.add(instruction: name, place.text)
    }
    launch.modelFile = file
    // If a text is too long, a check of the profile reports it.
    guard let content = Argument(file.text), let model = Argument(launch.model) else { return }
    launch.preparation = [making(model, from: content, mounts)]
  }

  /// Returns the step that creates the model on the running server.
  ///
  /// A variable contains the Modelfile, so that the machine needs no file for it. The shell command
  /// is constant and contains nothing from the profile.
  private static func making(
    _ model: Argument, from content: Argument, _ mounts: [Mount]
  ) -> PreparationStep {
    PreparationStep(
      suffix: "-model", title: "Model of", entrypoint: PlainText(literal: "/bin/sh"),
      arguments: [
        Argument(literal: "-c"),
        Argument(
          literal:
            "printf %s \"$MODELFILE\" > /tmp/Modelfile && exec ollama create \"$MODEL\" -f /tmp/Modelfile"
        ),
      ],
      environment: [
        EnvironmentVariable("MODEL", model), EnvironmentVariable("MODELFILE", content),
      ],
      address: "OLLAMA_HOST", serve: "ollama serve", ready: "ollama list", mounts: mounts)
  }

  package static let checks: [Check] = [
    noArguments, splitFile, quantizedCache, mainGPU, contextTwice,
  ]

  private static let noArguments = Check(
    Rule(
      "ollama-no-arguments", "Arguments are set for Ollama.",
      Explanation(
        "`ollama serve` accepts only variables. With an argument, it prints its usage and exits.",
        wrong: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          arguments: [--verbose]
          """,
        right: """
          source:
            type: ollama
            model_id: llama3.2:3b
          container:
            runtime: ollama
          ollama:
            debug: true
          """,
        source: "Ollama 0.32.15, cmd/cmd.go"))
  ) { profile, report in
    guard let arguments = profile.document.arguments else { return }
    report(
      arguments.range, "'ollama serve' does not accept arguments",
      help: "use the settings under 'ollama:', or variables under 'environment:'")
  }
}
