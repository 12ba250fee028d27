import Deployments
import Diagnostics
import Schema
import Values

/// What Ollama does with settings that go ill together.
extension Ollama {
  /// server/create.go, mergeSplitGGUFLayers: since 0.30.
  static let splitFile = Check(
    Rule(
      "ollama-split-file",
      "A model in parts is named by its first part, and is one that is joined.",
      Explanation(
        """
        Ollama joins the parts of a GGUF file when it imports them, since 0.30. An older one \
        imports the one part and fails when the model is loaded.
        """,
        wrong: """
          source: {type: local, path: /srv/models/GLM-4.5-Air-Q3_K_S-00002-of-00002.gguf}
          container: {runtime: ollama}
          """,
        right: """
          source: {type: local, path: /srv/models/GLM-4.5-Air-Q3_K_S-00001-of-00002.gguf}
          container: {runtime: ollama}
          """,
        source: "Ollama 0.32.15, server/create.go (mergeSplitGGUFLayers)"))
  ) { profile, report in
    guard case .local(let path) = profile.model, let file = SplitFile(path.value) else { return }
    if file.number != 1 {
      report(
        path.range, "this is part \(file.number) of \(file.parts.count)",
        help: "name the first part: '\(file.parts[0].lastPart)'; all are mounted")
    } else if let image = profile.image, let release = image.value.tag.flatMap(Release.init(tag:)),
      release < "0.30", image.value.name == Ollama.image(for: .cpu)?.name
    {
      report(
        path.range, "Ollama \(release.text) does not join the parts of a model",
        help: "use a newer image, or join them with 'llama-gguf-split --merge'",
        notes: [report.note(image.range, "the image is named here")])
    }
  }

  /// llm/llama_server.go, lines 395 and 597 to 622: both are handed to llama-server.
  static let quantizedCache = Check(
    Rule(
      "ollama-quantized-cache", "The cache is quantized with flash attention.",
      Explanation(
        """
        Ollama hands both settings to llama-server, which reads quantized values with flash \
        attention alone and exits when the model is loaded.
        """,
        wrong: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          ollama: {kv_cache_type: q8_0, flash_attention: false}
          """,
        right: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          ollama: {kv_cache_type: q8_0, flash_attention: true}
          """,
        source: "Ollama 0.32.15, llm/llama_server.go, lines 395 and 597 to 622; issue 15043"))
  ) { profile, report in
    guard let type = profile.word("--kv-cache-type"),
      LlamaCpp.CacheType(rawValue: type.value)?.isQuantized == true,
      let attention = profile.flag("--flash-attention"), !attention.value
    else { return }
    report(
      type.range, "a cache of '\(type.value)' needs flash attention",
      help: "remove 'flash_attention: false', or store the cache as 'f16'",
      notes: [report.note(attention.range, "it is switched off here")])
  }

  /// llm/llama_server.go, appendMainGPUArgs: `--split-mode none --main-gpu N`.
  static let mainGPU = Check(
    Rule(
      "ollama-main-gpu", .warning, "A model is spread over GPUs, or put on one.",
      Explanation(
        """
        With `main_gpu` llama-server puts the whole model on that GPU, so that it is not spread over \
        all of them.
        """,
        wrong: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          ollama: {main_gpu: 0, sched_spread: true}
          """,
        right: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          ollama: {sched_spread: true}
          """,
        source: "Ollama 0.32.15, llm/llama_server.go (appendMainGPUArgs)"))
  ) { profile, report in
    guard let main = profile.launched("--main-gpu"), let spread = profile.flag("--sched-spread"),
      spread.value
    else { return }
    report(
      main.range, "'main_gpu' puts the whole model on one GPU, which undoes 'sched_spread'",
      help: "remove one of the two",
      notes: [report.note(spread.range, "it is to be spread over all GPUs here")])
  }

  /// server/routes.go: the model's own `num_ctx` wins over the server's default.
  static let contextTwice = Check(
    Rule(
      "ollama-context-twice", .warning, "The context is written once, for the model.",
      Explanation(
        """
        The variable is the context of models that have none of their own. The profile's model has \
        one, so that the variable changes nothing.
        """,
        wrong: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          parameters: {context_length: 8192}
          environment: {OLLAMA_CONTEXT_LENGTH: "32768"}
          """,
        right: """
          source: {type: ollama, model_id: "llama3.2:3b"}
          container: {runtime: ollama}
          parameters: {context_length: 32768}
          """,
        source: "Ollama 0.32.15, envconfig/config.go (ContextLength), server/routes.go"))
  ) { profile, report in
    guard let server = profile.launched("--context-length"),
      let model = profile.parameters.contextLength ?? profile.parameters.maxTotalTokens
    else { return }
    report(
      server.range, "the model's own context of \(model.value) counts, not the server's",
      help: "remove the line, and write the context under 'parameters'",
      notes: [report.note(model.range, "the model's stands here")])
  }
}
