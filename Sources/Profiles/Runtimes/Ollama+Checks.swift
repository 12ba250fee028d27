import Deployments
import Diagnostics
import Schema
import Values

/// Checks for conflicting settings of Ollama.
extension Ollama {
  /// See server/create.go, mergeSplitGGUFLayers, since 0.30.
  static let splitFile = Check(
    Rule(
      "ollama-split-file",
      "Ollama cannot join the parts of the split model.",
      Explanation(
        """
        Ollama 0.30 and later join the parts of a GGUF file when they import the first part. \
        Older versions import only one part, and loading the model fails.
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
        help: "name the first part: '\(file.parts[0].lastPart)'; amm mounts all parts")
    } else if let image = profile.image, let release = image.value.tag.flatMap(Release.init(tag:)),
      release < "0.30", image.value.name == Ollama.image(for: .cpu)?.name
    {
      report(
        path.range, "Ollama \(release.text) does not join the parts of a model",
        help: "use an image of 0.30 or later, or join the parts with 'llama-gguf-split --merge'",
        notes: [report.note(image.range, "the image is named here")])
    }
  }

  /// llm/llama_server.go, lines 395 and 597 to 622: Ollama passes both settings to llama-server.
  static let quantizedCache = Check(
    Rule(
      "ollama-quantized-cache", "The KV cache is quantized without flash attention.",
      Explanation(
        """
        Ollama passes both settings to llama-server. It reads quantized values only with flash \
        attention, and otherwise exits when it loads the model.
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
      type.range, "a KV cache of '\(type.value)' needs flash attention",
      help: "remove 'flash_attention: false', or store the cache as 'f16'",
      notes: [report.note(attention.range, "flash attention is disabled here")])
  }

  /// llm/llama_server.go, appendMainGPUArgs: `--split-mode none --main-gpu N`.
  static let mainGPU = Check(
    Rule(
      "ollama-main-gpu", .warning, "'main_gpu' and 'sched_spread' contradict each other.",
      Explanation(
        """
        With `main_gpu`, llama-server puts the entire model on that GPU. It does not spread the \
        model over all GPUs.
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
      main.range, "'main_gpu' puts the entire model on one GPU, which overrides 'sched_spread'",
      help: "remove one of the two",
      notes: [report.note(spread.range, "'sched_spread' is set here")])
  }

  /// server/routes.go: the model's own `num_ctx` overrides the server's default.
  static let contextTwice = Check(
    Rule(
      "ollama-context-twice", .warning, "The context is set for both the server and the model.",
      Explanation(
        """
        The variable sets the context for models that do not set their own. The profile's model \
        sets one, so the variable has no effect.
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
      server.range, "the server's context has no effect: the model sets its own to \(model.value)",
      help: "remove the line, and set the context under 'parameters'",
      notes: [report.note(model.range, "the model's context is set here")])
  }
}
