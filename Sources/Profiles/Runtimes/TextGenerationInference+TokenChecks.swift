import Deployments
import Diagnostics
import Schema

/// The limits of prompts, answers and batches, which the launcher and the router compare.
extension TextGenerationInference {
  static let tokenLimits = Check(
    Rule(
      "tgi-token-limits", "The longest prompt is shorter than prompt and answer together.",
      Explanation(
        """
        The total holds prompt and answer. A prompt of that length leaves no token for an \
        answer, and the launcher refuses to start.
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
    let written = profile.parameters.maxInputLength ?? options.maxInputTokens
    if let open = defaultTotal(of: profile), let release = release(of: profile)?.text {
      if written == nil, let total = profile.totalTokens, total.value < open {
        report(
          total.range,
          "TGI \(release) allows prompts of \(open - 1) tokens, which leaves no room in \(total.value)",
          help: "set 'max_input_length' below \(total.value)")
      } else if let written, profile.totalTokens == nil, written.value >= open {
        report(
          written.range,
          "TGI \(release) has \(open) tokens in total, which leaves no room beside \(written.value)",
          help: "set 'max_total_tokens' above \(written.value)")
      }
    }
    guard let input = written, let total = profile.totalTokens, input.value >= total.value else {
      return
    }
    report(
      input.range,
      "the longest prompt (\(input.value) tokens) leaves no room in \(total.value) tokens",
      help: "the total holds prompt and answer: lower this one or raise the total",
      notes: [report.note(total.range, "the total is set here")])
  }

  static let batchTokenLimits = Check(
    Rule(
      "tgi-batch-token-limits", "A batch has room for the requests that are allowed.",
      Explanation(
        """
        A request that fits the profile's own limits would fit no batch, so it could never be \
        computed. TGI exits, in part only after the download.
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
        notes: [report.note(total.range, "requests may be this long")])
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
      let input = profile.parameters.maxInputLength ?? options.maxInputTokens,
      input.value > prefill.value
    {
      report(
        prefill.range,
        "without prefill chunking, a prompt of \(input.value) tokens does not fit into \(prefill.value)",
        help: "raise 'tgi.max_batch_prefill_tokens' to \(input.value) or more",
        notes: [report.note(input.range, "prompts may be this long")])
    }
  }

  /// backends/v3/src/backend.rs, lines 150 to 200.
  static let noEffectWhenChunking = Check(
    Rule(
      "tgi-no-effect-when-chunking", .warning, "Settings are not written that TGI never reads.",
      Explanation(
        """
        With prefill chunking, which is on unless something switches it off, TGI never reads \
        these numbers, or only for the first batch of an idle server. Tuning them is time lost.
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
        ratio.range, "'waiting_served_ratio' is never read while prefill chunking is on",
        help: help)
    }
    if let waiting = options.maxWaitingTokens {
      report(
        waiting.range, "'max_waiting_tokens' is never read while prefill chunking is on",
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
  /// On by default since 3.0 (models/globals.py), and switched off by speculation, by paged
  /// attention (models/model.py) and in the ROCm image (Dockerfile_amd).
  static func chunksPrefill(_ profile: Profile) -> Bool {
    let options = options(of: profile)
    guard options.speculate == nil, options.attention?.value != .paged else { return false }
    if let written = options.prefillChunking { return written.value }
    if let release = release(of: profile), release < "3.0" { return false }
    return profile.image?.value.tag?.hasSuffix("-rocm") != true
  }

  /// The longest prompt and total of a release before 3.0, where the profile leaves them open:
  /// the model's context, and 4096 at most (launcher/src/main.rs of 2.0.4, lines 1351 to 1400).
  fileprivate static func defaultTotal(of profile: Profile) -> Int? {
    guard let release = release(of: profile), release < "3.0" else { return nil }
    return min(profile.facts.contextLength?.value ?? 4096, 4096)
  }
}

extension Profile {
  fileprivate var totalTokens: Located<Int>? {
    parameters.maxTotalTokens ?? parameters.contextLength
  }
}
