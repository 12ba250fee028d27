import Diagnostics
import Schema

/// What keeps the server from starting, or from serving what was asked for.
extension SGLang {
  package static let checks: [Check] = [
    poolBelowContext, loadFormat, textOptions, speculativeTogether, servedName,
  ]

  /// The false friend of other runtimes' option of this name.
  private static let poolBelowContext = Check(
    Rule(
      "sglang-pool-below-context", "The cache has room for a request of the longest kind.",
      Explanation(
        """
        SGLang's `max_total_tokens` is the size of the cache for all requests together. A \
        cache that cannot hold one request refuses the longest ones.
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
      "a cache of \(pool.value) tokens for all requests cannot hold a single one of \(context.value)",
      help:
        "raise 'sglang.max_total_tokens' to \(context.value) or more, or limit requests by 'parameters.context_length'",
      notes: [report.note(context.range, "requests may be this long")])
  }

  private static let loadFormat = Check(
    Rule(
      "sglang-load-format", "A quantization with a loader of its own goes with no other.",
      Explanation(
        """
        bitsandbytes and GGUF weights are read by loaders of their own. With another one the \
        server stops after the download.
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
      help: "remove the line: the quantization chooses it",
      notes: [report.note(quantization.range, "the quantization is set here")])
  }

  private static let textOptions = Check(
    Rule(
      "sglang-text-option", .warning, "What shapes answers goes with models that answer.",
      Explanation(
        """
        A model that embeds writes no answers, so that what shapes them has no effect.
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
        range, "'\(key)' has no effect: a model that embeds writes no text",
        help: "remove the line",
        notes: [report.note(embedding.range, "the profile says that it embeds here")])
    }
  }
}
