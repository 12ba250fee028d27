import Diagnostics
import Models
package import Schema
import Text
import Values

/// Checks of a profile against the facts about its model.
extension Checks {
  static let remoteCode = Check(
    Rule(
      "unpinned-remote-code", .warning,
      "Code from the model's repository runs without being pinned to a commit.",
      Explanation(
        """
        The repository's Python code runs in the container and can access the model's cache and the \
        token. If it is not pinned, the server runs whatever the owner, or someone who takes over \
        the account, uploads next.
        """,
        wrong: """
          tgi:
            trust_remote_code: true
          """,
        right: """
          source:
            type: huggingface
            model_id: org/model
            revision: 0123456789abcdef0123456789abcdef01234567
          tgi:
            trust_remote_code: true
          """,
        source: "TGI 3.3.7, launcher/src/main.rs (--trust-remote-code)"))
  ) { profile, report in
    guard let trust = profile.trustsRemoteCode, trust.value,
      case .huggingFace(_, let revision) = profile.model
    else { return }
    let commit = revision?.value ?? "main"
    guard commit.utf8.count != 40 || !commit.utf8.allSatisfy({ $0.isHexDigit }) else { return }
    report(
      trust.range,
      "code from the model's repository runs on this machine, at the unpinned revision '\(commit)'",
      help: "set 'source.revision' to a commit of 40 digits, or remove the line if not needed")
  }

  /// vLLM and SGLang refuse to start (vllm/config/model.py, line 2664, and
  /// python/sglang/srt/configs/model_config.py, line 1303); the other servers return nonsense.
  static let contextOfModel = Check(
    Rule(
      "context-exceeds-model", "The context window is longer than the model's.",
      Explanation(
        """
        vLLM and SGLang do not start. The other servers start, and return nonsense as soon as a \
        conversation is longer than the model was trained for.
        """,
        wrong: """
          model:
            context_length: 4096
          parameters:
            context_length: 16384
          """,
        right: """
          model:
            context_length: 4096
          parameters:
            context_length: 4096
          """,
        source: """
          vLLM 0.33.0, vllm/config/model.py; SGLang 0.5.23, \
          python/sglang/srt/configs/model_config.py
          """))
  ) { profile, report in
    guard let limit = profile.facts.contextLength,
      !profile.runtime.value.stretchesContext(profile),
      profile.launched("--json-model-override-args") == nil
    else { return }
    for asked in [profile.parameters.contextLength, profile.parameters.maxTotalTokens] {
      guard let asked, asked.value > limit.value else { continue }
      report(
        asked.range,
        "a context of \(asked.value) tokens exceeds the \(limit.value) that the model was trained for",
        help: "lower it to \(limit.value), or choose a model with a longer context",
        notes: [
          report.note(
            limit.range, profile.origin(of: limit.range, "the model's context is given here"))
        ])
    }
  }

  /// Decides by the words that names of repositories with quantized weights usually contain.
  static let quantizedWeights = Check(
    Rule(
      "unquantized-repository", .warning,
      "The repository does not contain weights in the requested quantization.",
      Explanation(
        """
        AWQ, GPTQ, exl2 and Marlin weights are created in advance by a separate program. A server \
        that tries to load plain weights in one of these formats exits after the download.
        """,
        wrong: """
          source:
            type: huggingface
            model_id: Qwen/Qwen2.5-Coder-7B-Instruct
          parameters:
            quantization: awq
          """,
        right: """
          source:
            type: huggingface
            model_id: Qwen/Qwen2.5-Coder-7B-Instruct-AWQ
          parameters:
            quantization: awq
          """,
        source: """
          TGI 3.3.7, server/text_generation_server/utils/weights.py and \
          docs/source/conceptual/quantization.md
          """))
  ) { profile, report in
    guard let quantization = profile.parameters.quantization, quantization.value.isMadeBeforehand,
      profile.runtime.value.has(quantization.value)
    else { return }
    if let files = profile.files, files.value.format == .configuration {
      guard files.value.quantization == nil else { return }
      report(
        quantization.range,
        "according to its 'config.json', the model has no \(quantization.value.rawValue) weights",
        help: "name a model that has them, or quantize while loading if the runtime can",
        notes: [report.note(files.range, profile.sourceOfFacts)])
      return
    }
    guard case .huggingFace(let id, _) = profile.model else { return }
    let name = id.value.lowercased()
    let words = [
      "awq", "gptq", "exl2", "marlin", "4bit", "4-bit", "8bit", "8-bit", "int4", "int8",
      "w4a16", "w8a16", "quant", "bpw",
    ]
    guard !words.contains(where: { name.contains($0) }) else { return }
    report(
      quantization.range,
      "according to its name, '\(id.value)' has no \(quantization.value.rawValue) weights",
      help: "name a repository that has them, or quantize while loading if the runtime can",
      notes: [report.note(id.range, "the model is named here")])
  }

  /// vllm/config/model.py, line 1562; flash_llama_modeling.py, lines 169 and 174, of TGI.
  static let headsOfModel = Check(
    Rule(
      "heads-not-divisible",
      "The number of attention heads is not divisible by the number of shards.",
      Explanation(
        """
        Each GPU computes a whole number of heads. The server exits when it loads the weights, which \
        is after it has downloaded them.
        """,
        wrong: """
          model:
            attention_heads: 28
            key_value_heads: 4
          parameters:
            num_shard: 8
          """,
        right: """
          model:
            attention_heads: 28
            key_value_heads: 4
          parameters:
            num_shard: 4
          """,
        source: """
          TGI 3.3.7, server/text_generation_server/models/custom_modeling/flash_llama_modeling.py; \
          vLLM 0.33.0, vllm/config/model.py
          """))
  ) { profile, report in
    // All runtimes except TGI copy key-value heads if there are fewer heads than shards.
    // With '--enable-dp-attention', SGLang splits attention by requests instead of heads.
    guard profile.flag("--enable-dp-attention")?.value != true, let shards = profile.shards,
      let split = profile.facts.indivisible(
        by: shards.value,
        copyingKeyValueHeads: profile.runtime.value.copiesKeyValueHeads)
    else { return }
    report(
      shards.range,
      "\(split.heads.value) \(split.kind) heads cannot be split over \(shards.value) GPUs",
      help: "use \(split.divisor)",
      notes: [
        report.note(
          split.heads.range,
          profile.origin(of: split.heads.range, "the model's heads are given here"))
      ])
  }
}

extension ModelSection {
  /// Returns the heads that are not divisible by a number of shards, and the next lower number that
  /// works.
  func indivisible(
    by shards: Int, copyingKeyValueHeads copies: Bool
  ) -> (heads: Located<Int>, kind: String, divisor: Int)? {
    guard shards > 1 else { return nil }
    let divides = { (heads: Located<Int>, kind: String, count: Int) in
      heads.value % count == 0
        || (copies && kind == "key-value" && count % heads.value == 0)
    }
    let all = [(attentionHeads, "attention"), (keyValueHeads, "key-value")]
      .compactMap { heads, kind in heads.map { (heads: $0, kind: kind) } }
    guard let first = all.first(where: { !divides($0.heads, $0.kind, shards) }) else { return nil }
    let divisor = (1..<shards).last { count in
      all.allSatisfy { divides($0.heads, $0.kind, count) }
    }
    return (first.heads, first.kind, divisor ?? 1)
  }
}

extension Profile {
  /// The number of GPUs that the model is split over, from anywhere in the profile.
  package var shards: Located<Int>? {
    guard let setting = setting(.numShard), case .integer(let count) = setting.value else {
      return nil
    }
    return Located(count, setting.range)
  }

  /// Whether code from the model's repository may run, from anywhere in the profile.
  fileprivate var trustsRemoteCode: Located<Bool>? {
    guard let setting = setting(.trustRemoteCode), case .boolean(let flag) = setting.value else {
      return nil
    }
    return Located(flag, setting.range)
  }
}

extension Runtime {
  fileprivate static func has(_ quantization: Quantization) -> Bool {
    guard option(for: .quantization) != nil else { return false }
    return if case .refused = use(of: quantization, on: nil) { false } else { true }
  }
}

extension Quantization {
  /// Whether such weights must be in the repository, because no server creates them.
  fileprivate var isMadeBeforehand: Bool {
    switch self {
    case .awq, .gptq, .exl2, .marlin, .awqMarlin, .gptqMarlin: true
    case .none, .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4, .eetq, .fp8, .compressedTensors,
      .gguf, .mxfp4, .mxfp8, .modelopt, .modeloptFP4, .moeWNA16, .quark, .torchao, .w8a8INT8,
      .w8a8FP8:
      false
    }
  }
}
