import Diagnostics
import Schema

/// Checks for settings that prevent the server from starting or from serving as configured.
extension SGLang {
  package static let checks: [Check] = [
    poolBelowContext, loadFormat, textOptions, speculativeTogether, servedName,
  ]

  /// Other runtimes have an option of this name with a different meaning.
  private static let poolBelowContext = Check(
    Rule(
      "sglang-pool-below-context", "The KV cache is too small for the longest request.",
      Explanation(
        """
        SGLang's `max_total_tokens` is the size of the KV cache for all requests together. The \
        server refuses requests that do not fit into the cache.
        """,
        wrong: """
          parameters: {context_length: 8192}
          sglang: {max_total_tokens: 4096}
          """,
        right: """
          parameters: {context_length: 8192}
          sglang: {max_total_tokens: 65536}
          """,
        source: "SGLang 0.5.21, python/sglang/srt/arg_groups/fields")),
    of: Self.self
  ) { profile, options, report in
    guard let pool = options.maxTotalTokens,
      let context = profile.parameters.contextLength ?? profile.parameters.maxTotalTokens
        ?? profile.facts.contextLength, pool.value < context.value
    else { return }
    report(
      pool.range,
      "a KV cache of \(pool.value) tokens for all requests cannot hold one request of \(context.value)",
      help:
        "raise 'sglang.max_total_tokens' to \(context.value) or more, or limit requests with 'parameters.context_length'",
      notes: [report.note(context.range, "requests can be this long")])
  }

  private static let loadFormat = Check(
    Rule(
      "sglang-load-format", "The load format does not match the quantization.",
      Explanation(
        """
        bitsandbytes and GGUF weights need their own loaders. With another loader, the server \
        stops after the download.
        """,
        wrong: """
          parameters: {quantization: gguf}
          sglang: {load_format: auto}
          """,
        right: """
          parameters: {quantization: gguf}
          """,
        source: "SGLang 0.5.21, python/sglang/srt/arg_groups/validation_hook.py")),
    of: Self.self
  ) { profile, options, report in
    guard let quantization = profile.parameters.quantization,
      let needed = neededFormat(of: profile),
      let format = options.loadFormat, format.value != needed
    else { return }
    report(
      format.range,
      "quantization '\(quantization.value.rawValue)' needs 'load_format: \(needed)'",
      help: "remove the line: amm derives the format from the quantization",
      notes: [report.note(quantization.range, "the quantization is set here")])
  }

  private static let textOptions = Check(
    Rule(
      "sglang-text-option", .warning, "A text option is set for an embedding model.",
      Explanation(
        """
        An embedding model does not write text, so options for text have no effect.
        """,
        wrong: """
          category: embedding
          sglang: {reasoning_parser: qwen3}
          """,
        right: """
          category: embedding
          """,
        source: "SGLang 0.5.21, python/sglang/srt/arg_groups/fields")),
    of: Self.self
  ) { profile, options, report in
    guard let embedding = profile.isEmbedding else { return }
    for (key, range) in [
      ("chat_template", options.chatTemplate?.range),
      ("tool_call_parser", options.toolCallParser?.range),
      ("reasoning_parser", options.reasoningParser?.range),
      ("grammar_backend", options.grammarBackend?.range),
      ("sampling_defaults", options.samplingDefaults?.range),
    ] {
      guard let range else { continue }
      report(
        range, "'\(key)' has no effect: an embedding model does not write text",
        help: "remove the line",
        notes: [report.note(embedding.range, "the model is declared as an embedding model here")])
    }
  }
}
