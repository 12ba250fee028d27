import Deployments
import Diagnostics
import Schema
import YAML

/// Options that the launcher reads one way alone.
extension TextGenerationInference {
  /// launcher/src/main.rs, lines 2245 to 2262.
  static let adapterNames = Check(
    Rule(
      "tgi-lora-adapter", "An adapter is 'id', 'id@revision' or 'id=path'.",
      Explanation(
        """
        The launcher takes the names apart after it has downloaded the model. It exits at a name \
        that is empty or has two revisions.
        """,
        wrong: """
          tgi:
            lora_adapters: [org/adapter@main@v2]
          """,
        right: """
          tgi:
            lora_adapters: [org/adapter@v2]
          """,
        source: "TGI 3.3.7, launcher/src/main.rs, line 2253")),
    of: TextGenerationInference.self
  ) { _, options, report in
    for adapter in options.loraAdapters?.value ?? [] {
      let text = adapter.value.utf8
      let id = text.prefix { $0 != UInt8(ascii: "@") && $0 != UInt8(ascii: "=") }
      let path = text.firstIndex(of: UInt8(ascii: "=")).map { text[$0...].dropFirst() }
      if id.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
        report(adapter.range, "this adapter has no name", help: "write 'organisation/adapter'")
      } else if path == nil, text.count(where: { $0 == UInt8(ascii: "@") }) > 1 {
        report(
          adapter.range, "an adapter has one revision, found '\(adapter.value.abbreviated)'",
          help: "write 'id@revision'")
      } else if path?.isEmpty == true {
        report(
          adapter.range, "this adapter has no path after '='",
          help: "write 'id=/path/in/the/container'")
      }
    }
  }

  /// launcher/src/main.rs, lines 2210 to 2222.
  static let tunnel = Check(
    Rule(
      "tgi-ngrok", "A tunnel through ngrok has its edge and its token.",
      Explanation(
        """
        The launcher exits when it is to open a tunnel and lacks one of the two. The token is a \
        secret: its line stands in the instance's file of variables, not in the profile.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          environment:
            NGROK: "true"
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, token: {environment_file: ~/.config/token.env}}
          # profiles/coding/demo.yaml
          environment:
            NGROK: "true"
            NGROK_EDGE: edghts_example
          """,
        source: "TGI 3.3.7, launcher/src/main.rs, line 2210"))
  ) { profile, report in
    guard let range = profile.opensTunnel else { return }
    guard !profile.environment.contains(where: { $0.name.value.text == "NGROK_EDGE" }),
      !profile.hasArgument("--ngrok-edge")
    else { return }
    report(
      range, "the tunnel has no edge to go through",
      help: "add 'NGROK_EDGE' under 'environment:', or remove the line")
  }

  /// server/text_generation_server/layers/attention/kv_cache.py.
  static let cacheFormat = Check(
    Rule(
      "tgi-cache-format", "The cache has a number format that its attention can read.",
      Explanation(
        """
        An 8-bit cache is read by flashinfer on NVIDIA GPUs and by paged attention. With any \
        other, or with e5m2 on AMD GPUs, each shard exits once it has loaded the weights.
        """,
        wrong: """
          tgi:
            kv_cache_dtype: fp8_e4m3fn
            attention: flashdecoding
          """,
        right: """
          tgi:
            kv_cache_dtype: fp8_e4m3fn
            attention: flashinfer
          """,
        source: "TGI 3.3.7, server/text_generation_server/layers/attention/kv_cache.py")),
    of: TextGenerationInference.self
  ) { _, options, report in
    guard let format = options.kvCacheDtype, let attention = options.attention,
      attention.value == .flashdecoding
    else { return }
    report(
      format.range, "'attention: flashdecoding' cannot read a cache of \(format.value.rawValue)",
      help: "write 'flashinfer' or 'paged', or remove one of the two lines",
      notes: [report.note(attention.range, "the attention is chosen here")])
  }

  /// `max_input_length` is what releases before 2.0 called `max_input_tokens`.
  static let inputLengthTwice = Check(
    Rule(
      "tgi-input-length-twice", "The longest prompt is given under one of its two names.",
      Explanation(
        """
        TGI knows the limit as MAX_INPUT_TOKENS and, from earlier, as MAX_INPUT_LENGTH. amm \
        writes the first; the launcher exits when it gets both.
        """,
        wrong: """
          parameters:
            max_input_length: 3072
          environment:
            MAX_INPUT_LENGTH: "3072"
          """,
        right: """
          parameters:
            max_input_length: 3072
          """,
        source: "TGI 3.3.7, launcher/src/main.rs (max_input_length)")),
    of: TextGenerationInference.self
  ) { profile, options, report in
    guard let input = profile.parameters.maxInputLength ?? options.maxInputTokens else { return }
    let old =
      profile.environment.first { $0.name.value.text == "MAX_INPUT_LENGTH" }?.name.range
      ?? profile.argument("--max-input-length")
    guard let old else { return }
    report(
      old, "the launcher exits when it gets the longest prompt under both of its names",
      help: "remove the line: amm passes the other one on",
      notes: [report.note(input.range, "the other one stands here")])
  }

  /// The release of TGI's own image; nil for the pinned one, another's or a digest.
  static func release(of profile: Profile) -> Release? {
    guard let image = profile.image?.value, image.name == Self.image(for: .nvidia)?.name else {
      return nil
    }
    return image.tag.flatMap(Release.init(tag:))
  }
}

extension Profile {
  /// Where TGI is told to open a tunnel.
  var opensTunnel: SourceRange? {
    let variable = environment.first {
      $0.name.value.text == "NGROK" && $0.item.value == "true"
    }
    return variable?.item.range ?? argument("--ngrok")
  }
}
