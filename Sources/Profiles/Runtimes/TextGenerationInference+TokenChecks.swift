import Deployments
import Diagnostics
import Schema

/// Checks of the limits of prompts, answers and batches, which the launcher and router compare.
extension TextGenerationInference {
  static let tokenLimits = Check(
    Rule(
      "tgi-token-limits", "The longest prompt leaves no tokens for an answer.",
      Explanation(
        """
        The total counts prompt and answer. If a prompt can use all of it, no token is left for \
        an answer, and the launcher does not start.
        """,
        wrong: """
          parameters:
            max_input_length: 8192
            max_total_tokens: 8192
          """,
        right: """
          parameters:
            max_input_length: 6144
            max_total_tokens: 8192
          """,
        source: "TGI 3.3.7, launcher/src/main.rs and backends/v3/src/main.rs")),
    of: TextGenerationInference.self
  ) { profile, options, report in
    let written = profile.longestPrompt(options)
    if let open = defaultTotal(of: profile), let release = release(of: profile)?.text {
      if written == nil, let total = profile.totalTokens, total.value < open {
        report(
          total.range,
          "TGI \(release) allows prompts of \(open - 1) tokens by default, but the total is \(total.value)",
          help: "set 'max_input_length' below \(total.value)")
      } else if let written, profile.totalTokens == nil, written.value >= open {
        report(
          written.range,
          "TGI \(release) has a total of \(open) tokens by default, but prompts can have \(written.value)",
          help: "set 'max_total_tokens' above \(written.value)")
      }
    }
    guard let input = written, let total = profile.totalTokens, input.value >= total.value else {
      return
    }
    report(
      input.range,
      "the longest prompt (\(input.value) tokens) leaves none of the \(total.value) tokens for an answer",
      help: "lower the longest prompt or raise the total, which also includes the answer",
      notes: [report.note(total.range, "the total is set here")])
  }

  static let batchTokenLimits = Check(
    Rule(
      "tgi-batch-token-limits", "A batch is too small for the requests that are allowed.",
      Explanation(
        """
        A request within the profile's limits does not fit into a batch and can never be \
        computed. TGI exits, in some cases only after the download.
        """,
        wrong: """
          parameters:
            max_total_tokens: 4096
          tgi:
            max_batch_total_tokens: 2048
          """,
        right: """
          parameters:
            max_total_tokens: 4096
          tgi:
            max_batch_total_tokens: 8192
          """,
        source: "TGI 3.3.7, launcher/src/main.rs and backends/v3/src/main.rs")),
    of: TextGenerationInference.self
  ) { profile, options, report in
    if let total = profile.totalTokens, let batch = options.maxBatchTotalTokens,
      total.value > batch.value
    {
      report(
        batch.range, "a batch of \(batch.value) tokens cannot hold a request of \(total.value)",
        help: "raise 'tgi.max_batch_total_tokens' to \(total.value) or more",
        notes: [report.note(total.range, "requests can be this long")])
    }
    if let prefill = options.maxBatchPrefillTokens, let batch = options.maxBatchTotalTokens,
      prefill.value > batch.value
    {
      report(
        prefill.range,
        "'max_batch_prefill_tokens' (\(prefill.value)) exceeds 'max_batch_total_tokens' (\(batch.value))",
        help: "lower it to \(batch.value) or less")
    }
    if !chunksPrefill(profile), let prefill = options.maxBatchPrefillTokens,
      let input = profile.longestPrompt(options), input.value > prefill.value
    {
      report(
        prefill.range,
        "without prefill chunking, a step of \(prefill.value) tokens cannot hold a prompt of \(input.value)",
        help: "raise 'tgi.max_batch_prefill_tokens' to \(input.value) or more",
        notes: [report.note(input.range, "prompts can be this long")])
    }
  }

  /// backends/v3/src/backend.rs, lines 150 to 200.
  static let noEffectWhenChunking = Check(
    Rule(
      "tgi-no-effect-when-chunking", .warning, "A setting has no effect with prefill chunking.",
      Explanation(
        """
        With prefill chunking, which is on by default, TGI never reads these settings, or reads \
        them only for the first batch of an idle server.
        """,
        wrong: """
          performance:
            waiting_served_ratio: 1.2
          """,
        right: """
          performance:
            waiting_served_ratio: 1.2
          tgi:
            prefill_chunking: false
          """,
        source: "TGI 3.3.7, backends/v3/src/backend.rs")),
    of: TextGenerationInference.self
  ) { profile, options, report in
    guard chunksPrefill(profile) else { return }
    let help = "remove it, or set 'tgi.prefill_chunking: false'"
    if let ratio = profile.performance.waitingServedRatio {
      report(
        ratio.range, "'waiting_served_ratio' has no effect while prefill chunking is on",
        help: help)
    }
    if let waiting = options.maxWaitingTokens {
      report(
        waiting.range, "'max_waiting_tokens' has no effect while prefill chunking is on",
        help: help)
    }
    if let batch = profile.performance.maxBatchSize {
      report(
        batch.range,
        "'max_batch_size' limits only the first batch of an idle server while prefill chunking is on",
        help: "use 'max_concurrent_requests' to limit the load")
    }
  }
}

extension TextGenerationInference {
  /// Returns whether prefill chunking is on: by default since 3.0 (models/globals.py), but not with
  /// speculation, paged attention (models/model.py) or the ROCm image (Dockerfile_amd).
  static func chunksPrefill(_ profile: Profile) -> Bool {
    let options = options(of: profile)
    guard options.speculate == nil, options.attention?.value != .paged else { return false }
    if let written = options.prefillChunking { return written.value }
    if let release = release(of: profile), release < "3.0" { return false }
    return profile.image?.value.tag?.hasSuffix("-rocm") != true
  }

  /// Returns the default total of a version from 2.0 to 3.0: the model's context, but at most 4096
  /// (launcher/src/main.rs of 2.0.4, lines 1351 to 1400; 1.4.3 has fixed defaults).
  fileprivate static func defaultTotal(of profile: Profile) -> Int? {
    guard let release = release(of: profile), release < "3.0", !(release < "2.0")
    else { return nil }
    return min(profile.facts.contextLength?.value ?? 4096, 4096)
  }
}

extension Profile {
  /// Returns the number of tokens of the longest prompt, under its new or its old name; nil if none is set.
  func longestPrompt(
    _ options: RuntimeOptions<TextGenerationInference.Options>
  ) -> Located<Int>? {
    parameters.maxInputLength ?? options.maxInputTokens ?? number("--max-input-tokens")
      ?? number("--max-input-length")
  }

  fileprivate var totalTokens: Located<Int>? {
    parameters.maxTotalTokens ?? parameters.contextLength
  }
}
