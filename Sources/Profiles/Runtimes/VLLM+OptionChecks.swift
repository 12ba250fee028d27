import Diagnostics
import Models
import Schema
import Values
import YAML

/// Checks of the server that compare two options, or an option and the model (version 0.31.0).
extension VLLM {
  /// v1/core/encoder_cache_manager.py, lines 343 to 352.
  static let imageInBatch = Check(
    Rule(
      "vllm-image-in-batch", "A step is too small for one image.",
      Explanation(
        """
        Gemma 4 reads all 2496 tokens of an image in one step. vLLM does not start if a step is \
        smaller.
        """,
        wrong: """
          source: {type: huggingface, model_id: google/gemma-4-31B-it}
          vllm: {max_num_batched_tokens: 2048}
          """,
        right: """
          source: {type: huggingface, model_id: google/gemma-4-31B-it}
          vllm: {max_num_batched_tokens: 4096}
          """,
        source: "vLLM 0.31.0, v1/core/encoder_cache_manager.py; vLLM issue 42687"))
  ) { profile, report in
    guard let tokens = imageTokens(of: profile), !readsNoImages(profile),
      let step = profile.number("--max-num-batched-tokens"), step.value < tokens.count
    else { return }
    report(
      step.range, "a step of \(step.value) tokens cannot hold an image of \(tokens.count)",
      help:
        "raise it to \(tokens.count) or more, or add 'language_model_only: true' if you do not use images",
      notes: [report.note(tokens.range, "the model is named here")])
  }

  /// Returns the number of tokens of an image, for a model that reads an image in one step.
  static func imageTokens(of profile: Profile) -> (count: Int, range: SourceRange)? {
    guard case .huggingFace(let id, _) = profile.model,
      id.value.lowercased().split(separator: "/").last?.hasPrefix("gemma-4-") == true
    else { return nil }
    return (2496, id.range)
  }

  /// Returns whether the profile disables images.
  static func readsNoImages(_ profile: Profile) -> Bool {
    if profile.flag("--language-model-only")?.value == true { return true }
    let limits = profile.object("--limit-mm-per-prompt")?.value ?? []
    return limits.contains { $0.name == "image" && $0.value == 0 }
  }

  /// v1/worker/lora_model_runner_mixin.py, line 81.
  static let loraSwitch = Check(
    Rule(
      "vllm-lora-switch", "Adapters are listed, but LoRA is not enabled.",
      Explanation(
        """
        The server loads the adapters after the model. It then finds that LoRA is not enabled, \
        and exits.
        """,
        wrong: """
          vllm: {lora_modules: [sql=org/adapter]}
          """,
        right: """
          vllm: {lora_modules: [sql=org/adapter], enable_lora: true}
          """,
        source: "vLLM 0.31.0, v1/worker/lora_model_runner_mixin.py, line 81"))
  ) { profile, report in
    guard let modules = profile.launched("--lora-modules"),
      profile.flag("--enable-lora")?.value != true
    else { return }
    report(
      modules.range, "adapters are listed, but LoRA is not enabled",
      help: "add 'enable_lora: true' under 'vllm'")
  }

  /// config/lora.py, line 123.
  static let loraCounts = Check(
    Rule(
      "vllm-lora-counts", "Main memory holds fewer adapters than a batch can use.",
      Explanation(
        """
        The adapters of a batch are also kept in main memory. vLLM does not start if main memory \
        has too few places for them.
        """,
        wrong: """
          vllm: {enable_lora: true, max_loras: 8, max_cpu_loras: 4}
          """,
        right: """
          vllm: {enable_lora: true, max_loras: 8, max_cpu_loras: 16}
          """,
        source: "vLLM 0.31.0, config/lora.py, line 123"))
  ) { profile, report in
    guard let kept = profile.number("--max-cpu-loras"), let used = profile.number("--max-loras"),
      kept.value < used.value
    else { return }
    report(
      kept.range, "'max_cpu_loras' (\(kept.value)) is below 'max_loras' (\(used.value))",
      help: "raise it to \(used.value) or more, or remove the line",
      notes: [report.note(used.range, "a batch can use this many adapters")])
  }

  /// config/speculative.py, line 1813; the n-gram method has no draft model that sets the number.
  static let speculativeTokens = Check(
    Rule(
      "vllm-speculative-tokens", "The number of speculative tokens is missing.",
      Explanation(
        """
        The n-gram method has no draft model whose configuration sets the number of tokens to \
        guess. vLLM does not start without it.
        """,
        wrong: """
          vllm: {speculative_config: {method: ngram, prompt_lookup_max: 4}}
          """,
        right: """
          vllm: {speculative_config: {method: ngram, prompt_lookup_max: 4, num_speculative_tokens: 4}}
          """,
        source: "vLLM 0.31.0, config/speculative.py, line 1813"))
  ) { profile, report in
    guard let config = profile.object("--speculative-config"),
      config.value.contains(where: { $0.name == "method" && $0.value == "ngram" }),
      !config.value.contains(where: { $0.name == "num_speculative_tokens" })
    else { return }
    report(
      config.range, "'speculative_config' lacks 'num_speculative_tokens'",
      help: "add the number of tokens to guess, such as 'num_speculative_tokens: 4'")
  }

  /// From the model card: without the overrides, the model writes text.
  static let rerankerOverrides = Check(
    Rule(
      "vllm-reranker-overrides", .warning, "A Qwen3 reranker is started as a text model.",
      Explanation(
        """
        The repository describes a model that writes text. It scores documents only if \
        'hf_overrides' sets the architecture and the tokens that mean yes and no.
        """,
        wrong: """
          source: {type: huggingface, model_id: Qwen/Qwen3-Reranker-4B}
          """,
        right: """
          source: {type: huggingface, model_id: Qwen/Qwen3-Reranker-4B}
          vllm:
            hf_overrides:
              architectures: [Qwen3ForSequenceClassification]
              classifier_from_token: ["no", "yes"]
              is_original_qwen3_reranker: true
          """,
        source:
          "vLLM 0.31.0, model_executor/models/config.py (Qwen3ForSequenceClassificationConfig)"))
  ) { profile, report in
    guard case .huggingFace(let id, _) = profile.model, id.value.hasPrefix("Qwen/Qwen3-Reranker-"),
      profile.launched("--hf-overrides") == nil
    else { return }
    report(
      id.range, "without 'hf_overrides', '\(id.value)' writes text and ranks nothing",
      help: "add 'hf_overrides' under 'vllm', as 'amm explain vllm-reranker-overrides' shows")
  }

  /// An unknown key gets options of its own, which no model looks up.
  static let modality = Check(
    Rule(
      "vllm-modality", .warning, "A limit is for a modality that no model has.",
      Explanation(
        """
        vLLM looks up the limit of a modality by its name, and ignores other names. The limit that \
        was meant keeps its default.
        """,
        wrong: """
          vllm:
            limit_mm_per_prompt: {images: 2}
          """,
        right: """
          vllm:
            limit_mm_per_prompt: {image: 2}
          """,
        source: "vLLM 0.31.0, config/multimodal.py (_validate_limit_per_prompt)"))
  ) { profile, report in
    guard let limits = profile.object("--limit-mm-per-prompt") else { return }
    let known = ["image", "video", "audio"]
    for name in limits.value.map(\.name) where !known.contains(name) {
      // Models can have others of their own.
      guard let meant = Suggestion.nearest(to: name, among: known) else { continue }
      report(
        limits.range, "vLLM knows no modality '\(name.abbreviated)', and ignores its limit",
        help: "did you mean '\(meant)'?")
    }
  }

  /// model_executor/layers/quantization: get_supported_act_dtypes of each method.
  static let formatOfQuantization = Check(
    Rule(
      "vllm-format-of-quantization",
      "The quantization does not support the number format.",
      Explanation(
        """
        Each quantization has kernels for some number formats. MXFP4, the quantization of gpt-oss, \
        has them only for bfloat16. Almost no quantization has them for float32.
        """,
        wrong: """
          source: {type: huggingface, model_id: openai/gpt-oss-20b}
          parameters: {dtype: float16}
          """,
        right: """
          source: {type: huggingface, model_id: openai/gpt-oss-20b}
          """,
        source: "vLLM 0.31.0, model_executor/layers/quantization (get_supported_act_dtypes)"))
  ) { profile, report in
    guard let dtype = profile.word("--dtype") else { return }
    let isGPTOSS =
      if let files = profile.files {
        files.value.quantization?.method == "mxfp4"
      } else if case .huggingFace(let id, _) = profile.model {
        id.value.lowercased().hasPrefix("openai/gpt-oss-")
      } else { false }
    let word = profile.word("--quantization")?.value ?? (isGPTOSS ? "mxfp4" : "none")
    let formats: [String]
    switch word {
    case "mxfp4", "gpt_oss_mxfp4", "fp_quant", "mxfp8": formats = ["bfloat16"]
    case "awq", "gptq", "awq_marlin", "gptq_marlin", "auto_awq", "auto_gptq", "fp8", "experts_int8",
      "fbgemm_fp8", "modelopt", "moe_wna16":
      formats = ["bfloat16", "float16", "half"]
    default: return
    }
    guard dtype.value != "auto", !formats.contains(dtype.value) else { return }
    report(
      dtype.range,
      "vLLM computes \(word) weights in \(Phrase.oneOf(formats)), not in \(dtype.value)",
      help: "remove the line")
  }
}
