package import Catalogues
import Models
import Schema

/// How vLLM reads its options, in addition to its option tables.
extension VLLM {
  /// Files of ModelOpt in NVFP4 determine the quantization, whatever the option says
  /// (config/model.py, _verify_quantization, and ModelOptNvFp4Config.override_quantization_method).
  package static func replacesWord(of option: CatalogueOption, for profile: Profile) -> Bool {
    guard option.names.contains("--quantization") else { return false }
    if let files = profile.files { return files.value.quantization?.method == "modelopt" }
    guard case .huggingFace(let id, _) = profile.model else { return false }
    return id.value.lowercased().split { "-_./".contains($0) }.contains("nvfp4")
  }

  package static let variablePrefixes = ["VLLM_"]

  /// Returns an option with `-` instead of `_`: vLLM reads `--max_model_len` as `--max-model-len`
  /// (utils/argparse_utils.py).
  package static func spelling(of option: Substring) -> String {
    guard option.hasPrefix("--"), option.utf8.contains(UInt8(ascii: "_")) else {
      return String(option)
    }
    let name = option.prefix { $0 != "." }
    return String(name.map { $0 == "_" ? "-" : $0 }) + option[name.endIndex...]
  }

  /// Returns whether vLLM accepts a context; `auto` is the longest one whose cache fits into memory
  /// (engine/arg_utils.py).
  package static func takesContext(_ context: ContextLength) -> Bool { context != .model }

  /// The options that name a plugin file with more values for another option
  /// (tool_parsers/__init__.py, reasoning/__init__.py).
  package static let wordPlugins = [
    "--tool-call-parser": "--tool-parser-plugin", "--reasoning-parser": "--reasoning-parser-plugin",
  ]

  /// What to use instead of options that vLLM removed, from its release notes.
  package static let replacements = [
    "--task": "use 'vllm.runner' and 'vllm.convert'",
    "--swap-space": "use 'vllm.cpu_offload_gb', or remove it",
    "--disable-log-requests": "remove it: requests are not logged by default",
    "--rope-scaling": "use '--hf-overrides' with the scaling as JSON",
    "--rope-theta": "use '--hf-overrides' with 'rope_theta' as JSON",
    "--num-scheduler-steps": "remove it: steps are scheduled together by default",
    "--use-v2-block-manager": "remove it: it is the only block manager",
    "--guided-decoding-backend": "use '--structured-outputs-config' with 'backend' as JSON",
    "--speculative-model":
      "use 'vllm.speculative_config' with the draft model and 'num_speculative_tokens'",
    "--num-speculative-tokens": "use 'vllm.speculative_config' with 'num_speculative_tokens'",
    "--enable-reasoning": "remove it: 'vllm.reasoning_parser' enables reasoning",
    "--device": "remove it: each image is for one kind of device",
    "--calculate-kv-scales": "remove it: scales come from the model's files",
    "--max-seq-len-to-capture": "use '--max-cudagraph-capture-size', or remove it",
  ]
}
