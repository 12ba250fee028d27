import Diagnostics
import Models
import Schema
import Values

/// What the server checks between two of its options, or an option and the model (release 0.31.0).
extension VLLM {
  /// v1/core/encoder_cache_manager.py, lines 343 to 352.
  static let imageInBatch = Check(
    Rule(
      "vllm-image-in-batch", "A step has room for one image of the model.",
      Explanation(
        """
        Gemma 4 reads an image as a whole: 2496 tokens in one step. With a smaller step vLLM does \
        not start.
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
      step.range, "a step of \(step.value) tokens has no room for an image of \(tokens.count)",
      help:
        "raise it to \(tokens.count) or more, or write 'language_model_only: true' where the model reads no images",
      notes: [report.note(tokens.range, "the model is named here")])
  }

  /// Tokens of one image of a model that is read in one step.
  static func imageTokens(of profile: Profile) -> (count: Int, range: SourceRange)? {
    guard case .huggingFace(let id, _) = profile.model,
      id.value.lowercased().split(separator: "/").last?.hasPrefix("gemma-4-") == true
    else { return nil }
    return (2496, id.range)
  }

  /// Whether the profile switches images off.
  static func readsNoImages(_ profile: Profile) -> Bool {
    if profile.flag("--language-model-only")?.value == true { return true }
    let limits = profile.object("--limit-mm-per-prompt")?.value ?? []
    return limits.contains { $0.name == "image" && $0.value == 0 }
  }

  /// v1/worker/lora_model_runner_mixin.py, line 81.
  static let loraSwitch = Check(
    Rule(
      "vllm-lora-switch", "Adapters are named where LoRA is switched on.",
      Explanation(
        """
        The server loads the adapters when it has loaded the model, finds LoRA switched off, and \
        exits.
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
      modules.range, "adapters are named, and LoRA is not switched on",
      help: "add 'enable_lora: true' under 'vllm'")
  }

  /// config/lora.py, line 123.
  static let loraCounts = Check(
    Rule(
      "vllm-lora-counts", "Main memory holds as many adapters as a batch may use.",
      Explanation(
        """
        Adapters of a batch are kept in main memory, too. vLLM does not start with fewer places \
        there.
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
      notes: [report.note(used.range, "so many may be in a batch")])
  }

  /// config/speculative.py, line 1813; an n-gram has no model to take the number from.
  static let speculativeTokens = Check(
    Rule(
      "vllm-speculative-tokens", "It is said how many tokens are guessed at once.",
      Explanation(
        """
        Guesses from the text itself come from no model whose configuration could say how many \
        there are. vLLM does not start without the number.
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
      config.range, "'speculative_config' does not say how many tokens are guessed",
      help: "add 'num_speculative_tokens: 4' to it")
  }

  /// The model's card: without them the repository is a model that writes text.
  static let rerankerOverrides = Check(
    Rule(
      "vllm-reranker-overrides", .warning, "Qwen3's rerankers are started as rerankers.",
      Explanation(
        """
        The repository is one of a model that writes text. It scores documents only when vLLM is \
        told which architecture it is, and which tokens mean yes and no.
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
      id.range, "'\(id.value)' writes text, and ranks nothing, as it stands",
      help: "add 'hf_overrides' under 'vllm', as 'amm explain vllm-reranker-overrides' shows")
  }

  /// model_executor/layers/quantization: get_supported_act_dtypes of each method.
  static let formatOfQuantization = Check(
    Rule(
      "vllm-format-of-quantization",
      "Quantized weights are computed in a format that their kernels have.",
      Explanation(
        """
        Each way to store weights has kernels for some number formats. MXFP4, in which gpt-oss is \
        stored, has them for bfloat16 alone, and almost none has them for float32.
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
