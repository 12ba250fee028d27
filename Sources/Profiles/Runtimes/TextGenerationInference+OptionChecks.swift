import Deployments
import Diagnostics
import Schema
import YAML

/// Checks for options that the launcher accepts only in one form.
extension TextGenerationInference {
  /// launcher/src/main.rs, lines 2245 to 2262.
  static let adapterNames = Check(
    Rule(
      "tgi-lora-adapter", "An adapter is not 'id', 'id@revision' or 'id=path'.",
      Explanation(
        """
        The launcher parses the adapters after it has downloaded the model. It exits if a name is \
        empty or has two revisions.
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
          adapter.range, "an adapter has only one revision, found '\(adapter.value.abbreviated)'",
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
      "tgi-ngrok", "The ngrok tunnel has no edge or no token.",
      Explanation(
        """
        The launcher exits if it must open a tunnel without an edge or a token. The token is a \
        secret: set it in the instance's environment file, not in the profile.
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
      range, "the ngrok tunnel has no edge",
      help: "add 'NGROK_EDGE' under 'environment:', or remove the line")
  }

  /// server/text_generation_server/layers/attention/kv_cache.py.
  static let cacheFormat = Check(
    Rule(
      "tgi-cache-format", "The attention cannot read the number format of the KV cache.",
      Explanation(
        """
        Only flashinfer on NVIDIA GPUs and paged attention read an 8-bit KV cache. With other \
        attention, or with e5m2 on AMD GPUs, each shard exits after it has loaded the weights.
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
      format.range, "'attention: flashdecoding' cannot read a KV cache of \(format.value.rawValue)",
      help: "write 'flashinfer' or 'paged', or remove one of the two lines",
      notes: [report.note(attention.range, "the attention is chosen here")])
  }

  /// Versions before 2.0 called `max_input_tokens` `max_input_length`.
  static let inputLengthTwice = Check(
    Rule(
      "tgi-input-length-twice", "The longest prompt is set under both of its names.",
      Explanation(
        """
        TGI reads the limit from MAX_INPUT_TOKENS or, under its old name, from MAX_INPUT_LENGTH. \
        amm sets the first. The launcher exits if both are set.
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
      old, "this sets the longest prompt a second time, under its old name",
      help: "remove the line: amm already sets MAX_INPUT_TOKENS",
      notes: [report.note(input.range, "the longest prompt is set here")])
  }

  /// Returns the version of TGI's own image; nil for the pinned image, another image or a digest.
  static func release(of profile: Profile) -> Release? {
    guard let image = profile.image?.value, image.name == Self.image(for: .nvidia)?.name else {
      return nil
    }
    return image.tag.flatMap(Release.init(tag:))
  }
}

extension Profile {
  /// The position of the setting that opens a tunnel.
  var opensTunnel: SourceRange? {
    let variable = environment.first {
      $0.name.value.text == "NGROK" && $0.item.value == "true"
    }
    return variable?.item.range ?? argument("--ngrok")
  }
}
