import Diagnostics
package import Schema
import Values

/// What a profile's own facts about its model forbid.
extension Checks {
  static let remoteCode = Check(
    Rule(
      "unpinned-remote-code", .warning,
      "A model whose repository's code is run is pinned to a commit.",
      Explanation(
        """
        The repository's Python code runs in the container with the model's cache and the token \
        at hand. Unpinned, it is whatever its owner, or whoever takes over the account, uploads \
        next.
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
      trust.range, "code from the model's repository runs on this machine, at revision '\(commit)'",
      help: "pin 'source.revision' to a commit of 40 digits, or remove the line if not needed")
  }

  /// vLLM and SGLang refuse to start (vllm/config/model.py, line 2664, and
  /// sglang/srt/configs/model_config.py, line 1303); the others answer with nonsense.
  static let contextOfModel = Check(
    Rule(
      "context-exceeds-model", "The context window is no longer than the model's.",
      Explanation(
        """
        vLLM and SGLang refuse to start. The other servers start and answer with nonsense as \
        soon as a conversation grows longer than the model was trained for.
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
        source: "vLLM 0.33.0, vllm/config/model.py; SGLang 0.5.23, srt/configs/model_config.py"))
  ) { profile, report in
    guard let limit = profile.facts.contextLength,
      !profile.runtime.value.stretchesContext(profile)
    else { return }
    for asked in [profile.parameters.contextLength, profile.parameters.maxTotalTokens] {
      guard let asked, asked.value > limit.value else { continue }
      report(
        asked.range,
        "a context of \(asked.value) tokens exceeds the \(limit.value) that the model was trained for",
        help: "lower it to \(limit.value), or choose a model with a longer context",
        notes: [report.note(limit.range, "the model's context is given here")])
    }
  }

  /// vllm/config/model.py, line 1562; flash_llama_modeling.py, lines 169 and 174, of TGI.
  static let headsOfModel = Check(
    Rule(
      "heads-not-divisible", "The model's attention heads divide by the number of shards.",
      Explanation(
        """
        Each GPU computes a whole number of heads. The server finds out when it loads the \
        weights, which is after it has downloaded them, and exits.
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
    guard let shards = profile.shards, shards.value > 1 else { return }
    let facts = profile.facts
    for (heads, kind) in [
      (facts.attentionHeads, "attention"), (facts.keyValueHeads, "key-value"),
    ] {
      guard let heads, heads.value % shards.value != 0 else { continue }
      // Key-value heads that are fewer than shards are copied by all but TGI.
      if kind == "key-value", shards.value % heads.value == 0,
        profile.runtime.value.name != TextGenerationInference.name
      {
        continue
      }
      let both = [facts.attentionHeads, facts.keyValueHeads].compactMap { $0?.value }
      let divisor = (1..<shards.value).last { count in both.allSatisfy { $0 % count == 0 } } ?? 1
      report(
        shards.range,
        "\(heads.value) \(kind) heads cannot be split over \(shards.value) GPUs",
        help: "use \(divisor)",
        notes: [report.note(heads.range, "the model's heads are given here")])
      return
    }
  }
}

extension UInt8 {
  fileprivate var isHexDigit: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}

extension Profile {
  /// How many GPUs the model is split over, wherever the profile says so.
  package var shards: Located<Int>? {
    guard let setting = setting(.numShard), case .integer(let count) = setting.value else {
      return nil
    }
    return Located(count, setting.range)
  }

  /// Whether code of the model's repository is run, wherever the profile says so.
  fileprivate var trustsRemoteCode: Located<Bool>? {
    guard let setting = setting(.trustRemoteCode), case .boolean(let flag) = setting.value else {
      return nil
    }
    return Located(flag, setting.range)
  }
}
