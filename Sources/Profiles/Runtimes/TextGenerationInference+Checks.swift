import Deployments
import Diagnostics
import Schema

/// Checks that the launcher and its shards make only after the download (launcher/src/main.rs,
/// server/text_generation_server/cli.py and backends/v3 of version 3.3.7).
extension TextGenerationInference {
  package static let checks: [Check] = [
    noEmbeddings, tokenLimits, batchTokenLimits, sharding,
    dtypeWithQuantization, quantizationRelease, scalingWithoutFactor, noEffectWhenChunking,
    splitArgument, adapterNames, tunnel, cacheFormat, inputLengthTwice,
  ]

  /// router/src/server.rs has no route for embeddings.
  private static let noEmbeddings = Check(
    Rule(
      "tgi-no-embeddings", "TGI does not serve embedding models.",
      Explanation(
        "TGI has no route for embeddings. It answers every request for an embedding with 404.",
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
      notes: [report.note(embedding.range, "the model is declared as an embedding model here")])
  }

  private static let sharding = Check(
    Rule(
      "tgi-sharding", "The sharding settings conflict with each other or with the quantization.",
      Explanation(
        """
        The launcher exits if it must shard over one GPU or shard exl2 weights. It uses the shards \
        of 'num_shard' even with 'sharded: false'.
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
          "'sharded: false' has no effect: TGI uses the \(count.value) shards of 'num_shard'",
          help: "remove one of the two",
          notes: [report.note(count.range, "the number of shards is set here")])
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
      "tgi-dtype-with-quantization", "The quantization does not allow 'dtype'.",
      Explanation(
        """
        The kernels for such weights support only one number format. If 'dtype' is also set, each \
        shard exits after the download.
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
        dtype.range, "TGI refuses 'dtype' with quantization '\(quantization.value.rawValue)'",
        help: "remove 'dtype': the quantization determines it",
        notes: [report.note(quantization.range, "the quantization is set here")])
    }
  }

  /// See `Quantization` of launcher/src/main.rs, v2.0.0 and later.
  private static let quantizationRelease = Check(
    Rule(
      "tgi-quantization-release", "The image's version does not support the quantization.",
      Explanation(
        """
        The launcher of an older image does not recognize the value. It prints the valid values \
        and exits.
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
      "'quantization: \(quantization.value.rawValue)' requires TGI \(since.text) or later",
      help: "use a newer image, or remove 'image' to use amm's own",
      notes: [report.note(image.range, "the image has version \(release.text)")])
  }

  private static let scalingWithoutFactor = Check(
    Rule(
      "tgi-rope-factor", .warning, "Only one of RoPE scaling and its factor is set.",
      Explanation(
        """
        Scaling without a factor scales by 1, and a factor without scaling is ignored. The context \
        is not extended, and the answers to longer prompts are nonsense.
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
      "tgi-split-argument", "The image's entry point changes an argument.",
      Explanation(
        """
        The image's entry point passes its arguments on without quotes. It splits them at spaces \
        and expands '*', '?' and '[' to file names. The launcher then rejects the result.
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
        origin.range, "the image's entry point expands '*' to file names",
        help: "remove the line: without it, all origins can call the server")
    }
    for argument in profile.arguments
    where argument.value.text.contains(where: { $0.isWhitespace || "*?[".contains($0) }) {
      report(
        argument.range, "the image's entry point splits or expands this argument",
        help: "use the option's key under 'tgi:', or its variable under 'environment:'")
    }
  }
}
