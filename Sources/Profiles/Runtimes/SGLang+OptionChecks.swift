import Diagnostics
import Schema
import Values

/// Checks of SGLang's hooks that compare options before the model is loaded (version 0.5.21).
extension SGLang {
  /// python/sglang/srt/arg_groups/speculative_hook.py, lines 1046 to 1051.
  static let speculativeTogether = Check(
    Rule(
      "sglang-speculative-options",
      "Only some of the steps, branches and tokens of speculative decoding are set.",
      Explanation(
        """
        SGLang chooses all three values itself if none is set. If only some are set, it stops with \
        a failed assertion or a comparison with a missing value.
        """,
        wrong: """
          sglang: {speculative_algorithm: EAGLE3, speculative_num_steps: 3}
          """,
        right: """
          sglang:
            speculative_algorithm: EAGLE3
            speculative_num_steps: 3
            speculative_eagle_topk: 1
            speculative_num_draft_tokens: 4
          """,
        source: """
          SGLang 0.5.21, python/sglang/srt/arg_groups/speculative_hook.py, lines 1046 to 1066
          """))
  ) { profile, report in
    guard let algorithm = profile.word("--speculative-algorithm"),
      ["EAGLE", "EAGLE3", "NEXTN", "FROZEN_KV_MTP"].contains(algorithm.value.uppercased()),
      profile.flag("--speculative-adaptive")?.value != true
    else { return }
    let names = [
      "--speculative-num-steps", "--speculative-eagle-topk", "--speculative-num-draft-tokens",
    ]
    let written = names.map { ($0, profile.launched($0)) }
    let missing = written.filter { $0.1 == nil }.map { "'\($0.0.asKey)'" }
    guard let first = written.compactMap(\.1).first, !missing.isEmpty else { return }
    report(
      first.range,
      "\(Phrase.allOf(missing)) \(missing.count == 1 ? "is" : "are") missing",
      help: "set all three options, or none of them",
      notes: [report.note(algorithm.range, "speculative decoding is enabled here")])
  }

  /// python/sglang/srt/arg_groups/validation_hook.py, line 132: a colon separates an adapter's
  /// name.
  static let servedName = Check(
    Rule(
      "sglang-served-name", "The model's name contains a colon.",
      Explanation(
        """
        In a request, a colon separates the model from an adapter. SGLang does not start if the \
        model's name contains one.
        """,
        wrong: """
          arguments: [--served-model-name, "qwen3:8b"]
          """,
        right: """
          sglang: {served_model_name: qwen3-8b}
          """,
        source: "SGLang 0.5.21, python/sglang/srt/arg_groups/validation_hook.py, line 132"))
  ) { profile, report in
    guard let name = profile.word("--served-model-name"), name.value.contains(":"),
      !name.value.contains("://")
    else { return }
    report(
      name.range, "SGLang does not allow a colon in the name of a model",
      help: "write '\(String(name.value.map { $0 == ":" ? "-" : $0 }))'")
  }
}
