import Deployments
import Diagnostics
import Schema

/// What the launcher and its shards check after minutes of download (launcher/src/main.rs,
/// server/text_generation_server/cli.py and backends/v3 of release 3.3.7), checked at build time.
extension TextGenerationInference {
  package static let checks: [Check] = [
    noEmbeddings, tokenLimits, batchTokenLimits, sharding,
    dtypeWithQuantization, quantizationRelease, scalingWithoutFactor, noEffectWhenChunking,
    splitArgument, adapterNames, tunnel, cacheFormat, inputLengthTwice,
  ]

  /// router/src/server.rs has no route for embeddings.
  private static let noEmbeddings = Check(
    Rule(
      "tgi-no-embeddings", "Embedding models run on a runtime that has embeddings.",
      Explanation(
        "TGI has no route for embeddings: every request for one would be answered with 404.",
        wrong: """
          container:
            runtime: tgi
          category: embedding
          """,
        right: """
          source:
            type: huggingface
            model_id: org/model-GGUF
          container:
            runtime: llama-cpp
          category: embedding
          """,
        source: "TGI 3.3.7, router/src/server.rs"))
  ) { profile, report in
    let tag = profile.document.tags?.value.first { ["embedding", "embeddings"].contains($0.value) }
    guard let embedding = profile.isEmbedding ?? tag.map({ Located(true, $0.range) }) else {
      return
    }
    report(
      profile.runtime.range, "TGI does not serve embeddings",
      help: "use 'runtime: tei'",
      notes: [report.note(embedding.range, "the profile says that it embeds here")])
  }

  private static let sharding = Check(
    Rule(
      "tgi-sharding", "Shards are asked for in one voice, and only where they work.",
      Explanation(
        """
        The launcher exits when it is to shard over one GPU or to shard exl2 weights, and with \
        'sharded: false' it uses the shards of 'num_shard' all the same.
        """,
        wrong: """
          tgi:
            sharded: true
            num_shard: 1
          """,
        right: """
          tgi:
            sharded: true
            num_shard: 2
          """,
        source: "TGI 3.3.7, launcher/src/main.rs")),
    of: Self.self
  ) { profile, options, report in
    if let sharded = options.sharded, let count = profile.shards {
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
      options.sharded?.value == true || (profile.shards?.value ?? 1) > 1
    {
      report(
        quantization.range, "exl2 weights cannot be split over several GPUs",
        help: "use one shard, or another quantization")
    }
  }

  /// server/text_generation_server/cli.py, line 117.
  private static let dtypeWithQuantization = Check(
    Rule(
      "tgi-dtype-with-quantization", "Quantizations that fix the number format go without dtype.",
      Explanation(
        """
        Such weights are computed in the one format that their kernels know. Asked for both, \
        each shard exits, after the download.
        """,
        wrong: """
          parameters:
            quantization: awq
            dtype: float16
          """,
        right: """
          parameters:
            quantization: awq
          """,
        source: "TGI 3.3.7, server/text_generation_server/cli.py"))
  ) { profile, report in
    guard let dtype = profile.parameters.dtype, let quantization = profile.parameters.quantization
    else { return }
    switch quantization.value {
    case .none, .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4: return
    default:
      report(
        dtype.range, "TGI refuses 'dtype' beside quantization '\(quantization.value.rawValue)'",
        help: "remove 'dtype': the quantization chooses it",
        notes: [report.note(quantization.range, "the quantization is set here")])
    }
  }

  /// `Quantization` of launcher/src/main.rs, from v2.0.0 on.
  private static let quantizationRelease = Check(
    Rule(
      "tgi-quantization-release", "A quantization is one that the image's release has.",
      Explanation(
        """
        The launcher of an older image does not know the word. It prints those that it knows and \
        exits.
        """,
        wrong: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:2.0.4
          parameters:
            quantization: marlin
          """,
        right: """
          container:
            runtime: tgi
            image: ghcr.io/huggingface/text-generation-inference:3.3.7
          parameters:
            quantization: marlin
          """,
        source: "TGI 2.0.0 to 3.3.7, launcher/src/main.rs (Quantization)"))
  ) { profile, report in
    guard let quantization = profile.parameters.quantization else { return }
    let since: Release? =
      switch quantization.value {
      case .exl2, .marlin: "2.1"
      case .compressedTensors: "2.4.1"
      default: nil
      }
    guard let since, let image = profile.image, let release = release(of: profile),
      release < since
    else { return }
    report(
      quantization.range,
      "'quantization: \(quantization.value.rawValue)' came with TGI \(since.text)",
      help: "use a newer image, or remove its line",
      notes: [report.note(image.range, "the image is of release \(release.text)")])
  }

  private static let scalingWithoutFactor = Check(
    Rule(
      "tgi-rope-factor", .warning, "RoPE scaling and its factor are set together.",
      Explanation(
        """
        A scaling without a factor scales by 1, and a factor without a scaling is not used. The \
        context stays as long as it was, and prompts beyond it turn to nonsense.
        """,
        wrong: """
          tgi:
            rope_scaling: dynamic
          """,
        right: """
          tgi:
            rope_scaling: dynamic
            rope_factor: 2.0
          """,
        source: "TGI 3.3.7, launcher/src/main.rs and server/text_generation_server/layers/rotary.py"
      )),
    of: Self.self
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

  /// tgi-entrypoint.sh expands `$@` without quotes.
  private static let splitArgument = Check(
    Rule(
      "tgi-split-argument", "Arguments survive the image's entry point.",
      Explanation(
        """
        The image's entry point hands its arguments on without quotes: a blank makes two of one, \
        and '*', '?' and '[' become the names of files. The launcher then refuses what it gets.
        """,
        wrong: """
          arguments: ["--otlp-service-name=my server"]
          """,
        right: """
          tgi:
            otlp_service_name: my server
          """,
        source: "TGI 3.3.7, tgi-entrypoint.sh")), of: Self.self
  ) { profile, options, report in
    for origin in options.corsAllowOrigin?.value ?? [] where origin.value == "*" {
      report(
        origin.range, "the image's entry point would expand '*' to the names of files",
        help: "remove the line: without it, all origins may call the server")
    }
    for argument in profile.arguments
    where argument.value.text.contains(where: { $0.isWhitespace || "*?[".contains($0) }) {
      report(
        argument.range, "the image's entry point would split or expand this argument",
        help: "use the option's field, or its variable under 'environment:'")
    }
  }
}
