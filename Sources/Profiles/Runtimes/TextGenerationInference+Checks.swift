import Deployments
import Diagnostics
import Schema

/// What the launcher and its shards check after minutes of download (launcher/src/main.rs,
/// server/text_generation_server/cli.py and backends/v3 of release 3.3.7), checked at build time.
extension TextGenerationInference {
  package static let checks: [Check] = [
    noEmbeddings, bothInputLimits, tokenLimits, batchTokenLimits, sharding,
    dtypeWithQuantization, scalingWithoutFactor, noEffectWhenChunking, splitArgument, remoteCode,
  ]

  private typealias Model = TextGenerationInference

  /// router/src/server.rs has no route for embeddings.
  private static let noEmbeddings = Check(
    Rule("tgi-no-embeddings", "Embedding models run on a runtime that has embeddings.")
  ) { profile, report in
    guard let embedding = profile.isEmbedding else { return }
    report(
      profile.runtime.range, "TGI does not serve embeddings",
      help: "use 'runtime: ollama' with an embedding model of its library",
      notes: [report.note(embedding.range, "the profile says that it embeds here")])
  }

  private static let bothInputLimits = Check(
    Rule("tgi-both-input-limits", "The input limit is written once."), of: Model.self
  ) { profile, options, report in
    guard let common = profile.parameters.maxInputLength, let own = options.maxInputTokens
    else { return }
    report(
      own.range, "'tgi.max_input_tokens' is the same setting as 'parameters.max_input_length'",
      help: "remove one of the two",
      notes: [report.note(common.range, "the other one stands here")])
  }

  private static let tokenLimits = Check(
    Rule("tgi-token-limits", "The longest prompt is shorter than prompt and answer together."),
    of: Model.self
  ) { profile, options, report in
    guard let input = profile.parameters.maxInputLength ?? options.maxInputTokens,
      let total = profile.totalTokens, input.value >= total.value
    else { return }
    report(
      input.range,
      "the longest prompt (\(input.value) tokens) leaves no room in \(total.value) tokens",
      help: "the total holds prompt and answer: lower this one or raise the total",
      notes: [report.note(total.range, "the total is set here")])
  }

  private static let batchTokenLimits = Check(
    Rule("tgi-batch-token-limits", "A batch has room for the requests that are allowed."),
    of: Model.self
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
    if !options.chunksPrefill, let prefill = options.maxBatchPrefillTokens,
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

  private static let sharding = Check(
    Rule("tgi-sharding", "Shards are asked for in one voice, and only where they work."),
    of: Model.self
  ) { profile, options, report in
    if let sharded = options.sharded, let count = options.numShard {
      if sharded.value, count.value == 1 {
        report(
          count.range, "'sharded: true' needs more than one shard",
          help: "raise 'num_shard', or remove 'sharded'")
      } else if !sharded.value, count.value > 1 {
        report(
          sharded.range,
          "'sharded: false' does not keep TGI from using the \(count.value) shards of 'num_shard'",
          help: "remove one of the two", notes: [report.note(count.range, "set here")])
      }
    }
    if let quantization = profile.parameters.quantization, quantization.value == .exl2,
      options.sharded?.value == true || (options.numShard?.value ?? 1) > 1
    {
      report(
        quantization.range, "exl2 weights cannot be split over several GPUs",
        help: "use one shard, or another quantization")
    }
  }

  /// server/text_generation_server/cli.py, line 117.
  private static let dtypeWithQuantization = Check(
    Rule(
      "tgi-dtype-with-quantization", "Quantizations that fix the number format go without dtype.")
  ) { profile, report in
    guard let dtype = profile.parameters.dtype, let quantization = profile.parameters.quantization
    else { return }
    switch quantization.value {
    case .none, .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4: return
    case .awq, .gptq, .eetq, .exl2, .marlin, .fp8, .compressedTensors:
      report(
        dtype.range, "TGI refuses 'dtype' beside quantization '\(quantization.value.rawValue)'",
        help: "remove 'dtype': the quantization chooses it",
        notes: [report.note(quantization.range, "the quantization is set here")])
    }
  }

  private static let scalingWithoutFactor = Check(
    Rule("tgi-rope-factor", .warning, "RoPE scaling and its factor are set together."),
    of: Model.self
  ) { _, options, report in
    switch (options.ropeScaling, options.ropeFactor) {
    case (let scaling?, nil):
      report(
        scaling.range, "'rope_scaling' without 'rope_factor' changes nothing",
        help: "add 'rope_factor', such as 2.0")
    case (nil, let factor?):
      report(
        factor.range, "'rope_factor' without 'rope_scaling' changes nothing",
        help: "add 'rope_scaling: linear' or 'dynamic'")
    default: return
    }
  }

  /// backends/v3/src/backend.rs, lines 150 to 200.
  private static let noEffectWhenChunking = Check(
    Rule("tgi-no-effect-when-chunking", .warning, "Settings are not written that TGI never reads."),
    of: Model.self
  ) { profile, options, report in
    guard options.chunksPrefill else { return }
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

  private static let remoteCode = Check(
    Rule(
      "unpinned-remote-code", .warning,
      "A model whose repository's code is run is pinned to a commit."),
    of: Model.self
  ) { profile, options, report in
    guard let trust = options.trustRemoteCode, trust.value,
      case .huggingFace(_, let revision) = profile.model
    else { return }
    let commit = revision?.value ?? "main"
    guard commit.utf8.count != 40 || !commit.allSatisfy(\.isHexDigit) else { return }
    report(
      trust.range, "code from the model's repository runs on this machine, at revision '\(commit)'",
      help: "pin 'source.revision' to a commit of 40 digits, or remove the line if not needed")
  }

  /// tgi-entrypoint.sh expands `$@` without quotes.
  private static let splitArgument = Check(
    Rule("tgi-split-argument", "Arguments survive the image's entry point.")
  ) { profile, report in
    for argument in profile.arguments
    where argument.value.text.contains(where: { $0.isWhitespace || "*?[".contains($0) }) {
      report(
        argument.range, "the image's entry point would split or expand this argument",
        help: "set the option by its variable under 'environment:'")
    }
  }
}

extension TextGenerationInference.Options {
  /// On by default, and switched off by speculation and by paged attention (models/model.py).
  fileprivate var chunksPrefill: Bool {
    prefillChunking?.value != false && speculate == nil && attention?.value != .paged
  }
}

extension Profile {
  fileprivate var totalTokens: Located<Int>? {
    parameters.maxTotalTokens ?? parameters.contextLength
  }
}
