import Deployments
import Diagnostics
import Models
import Schema
import Values

/// Checks of how a model's weights are stored, according to its files or its repository's name.
extension Checks {
  static let otherQuantization = Check(
    Rule(
      "quantization-mismatch", .warning,
      "The requested quantization differs from the format of the weights.",
      Explanation(
        """
        The server compares the setting with the repository's configuration, and stops if they \
        differ. Without the setting, it uses the repository's quantization.
        """,
        wrong: """
          source: {type: huggingface, model_id: Qwen/Qwen2.5-7B-Instruct-AWQ}
          container: {runtime: vllm}
          parameters: {quantization: gptq}
          """,
        right: """
          source: {type: huggingface, model_id: Qwen/Qwen2.5-7B-Instruct-AWQ}
          container: {runtime: vllm}
          """,
        source: "vLLM 0.31.0, config/model.py, lines 1405 to 1415"))
  ) { profile, report in
    guard let word = profile.common(.quantization) ?? profile.launched("--quantization"),
      case .text(let asked) = word.value
    else { return }
    let found: (what: String, stored: StoredFormat?, range: SourceRange)
    if let files = profile.files, files.value.format == .configuration {
      found = (
        "according to its files, the model", StoredFormat(method: files.value.quantization?.method),
        files.range
      )
    } else if case .huggingFace(let id, _) = profile.model {
      found = ("according to its name, '\(id.value)'", StoredFormat(repository: id.value), id.range)
    } else {
      return
    }
    guard let stored = found.stored, !stored.takes(asked) else { return }
    report(
      word.range, "\(found.what) has \(stored.rawValue) weights, not \(asked)",
      help: "remove the line: the server reads the format from the model's files",
      notes: [report.note(found.range, "the model is named here")])
  }

  /// fp8_utils.py, lines 1265 to 1290: a GPU's part of an expert is a whole number of blocks.
  static let expertBlocks = Check(
    Rule(
      "expert-blocks", "The experts cannot be split into complete blocks of 128.",
      Explanation(
        """
        Weights in block-wise FP8 have one scale for each block of 128 by 128. Each GPU's part of an \
        expert must be a multiple of 128, or the server stops after the download.
        """,
        wrong: """
          source: {type: huggingface, model_id: Qwen/Qwen3-30B-A3B-FP8}
          container: {runtime: vllm}
          parameters: {num_shard: 4}
          """,
        right: """
          source: {type: huggingface, model_id: Qwen/Qwen3-30B-A3B-FP8}
          container: {runtime: vllm}
          parameters: {num_shard: 2}
          """,
        source: """
          vLLM 0.31.0, model_executor/layers/quantization/utils/fp8_utils.py, lines 1265 to 1290; \
          sizes are those of the models' config.json (moe_intermediate_size)
          """))
  ) { profile, report in
    guard ["vllm", "sglang"].contains(profile.runtime.value.name), let shards = profile.shards,
      shards.value > 1, let (size, range) = BlockExperts.size(in: profile),
      profile.flag("--enable-expert-parallel")?.value != true,
      (profile.number("--ep-size")?.value ?? 1) == 1,
      (profile.word("--moe-a2a-backend")?.value ?? "none") == "none"
    else { return }
    guard size % (128 * shards.value) != 0 else { return }
    let most =
      (1...shards.value).last { shards.value % $0 == 0 && size % (128 * $0) == 0 } ?? 1
    let whole =
      profile.runtime.value.name == "vllm"
      ? "'enable_expert_parallel: true' under 'vllm'" : "'ep_size' under 'sglang'"
    report(
      shards.range,
      "the experts' size of \(size) cannot be split into blocks of 128 over \(shards.value) GPUs",
      help: "use \(most), or keep experts whole with \(whole)",
      notes: [report.note(range, "the model is named here")])
  }
}

/// The format that a repository's weights are stored in.
private enum StoredFormat: String {
  case awq = "AWQ"
  case gptq = "GPTQ"
  case fp8 = "FP8"
  case exl2 = "EXL2"
  case mxfp4 = "MXFP4"

  /// Finds the format in a repository's name; nil if the name contains none, or more than one.
  init?(repository: String) {
    // The name does not contain the format.
    if repository.lowercased().hasPrefix("openai/gpt-oss-") {
      self = .mxfp4
      return
    }
    let words = repository.lowercased().split { "-_./".contains($0) }
    let found = [
      ("awq", Self.awq), ("gptq", .gptq), ("fp8", .fp8), ("exl2", .exl2),
    ].filter { name, _ in words.contains { $0 == name } }
    guard found.count == 1 else { return nil }
    self = found[0].1
  }

  /// Finds the format by `quant_method` of a configuration; nil for a method that needs no check.
  init?(method: String?) {
    let known: [String: Self] = [
      "awq": .awq, "gptq": .gptq, "fp8": .fp8, "exl2": .exl2,
      "mxfp4": .mxfp4,
    ]
    guard let found = method.flatMap({ known[$0.lowercased()] }) else { return nil }
    self = found
  }

  /// Returns whether a server accepts a word for weights of this format.
  func takes(_ word: String) -> Bool {
    let words: [String] =
      switch self {
      case .awq: ["awq", "awq_marlin", "auto_awq", "moe_wna16", "humming", "inc", "auto-round"]
      case .gptq:
        ["gptq", "gptq_marlin", "auto_gptq", "moe_wna16", "humming", "marlin", "inc", "auto-round"]
      case .exl2: ["exl2"]
      case .mxfp4: ["mxfp4", "gpt_oss_mxfp4", "quark"]
      // Many programs create such weights, each in its own format.
      case .fp8:
        [
          "fp8", "compressed-tensors", "fbgemm_fp8", "modelopt", "modelopt_fp8", "modelopt_mixed",
          "quark", "torchao", "deepseek_v4_fp8", "fp8_per_block", "fp8_per_channel",
          "fp8_per_tensor", "humming", "w8a8_fp8", "ptpc_fp8",
        ]
      }
    return words.contains(word) || word == "compressed-tensors" || word == "none" || word == "auto"
  }
}

/// Models whose experts are stored in block-wise FP8.
private enum BlockExperts {
  /// Returns the inner size of an expert, by the model's files or name, and the place of the name.
  static func size(in profile: Profile) -> (size: Int, range: SourceRange)? {
    if let files = profile.files {
      guard let format = files.value.quantization, format.blockSize == 128,
        !format.exclusions.contains(where: { $0.contains("experts") }),
        let size = files.value.experts?.size
      else { return nil }
      return (size, files.range)
    }
    guard case .huggingFace(let id, _) = profile.model else { return nil }
    return size(of: id.value).map { ($0, id.range) }
  }

  /// Returns the size for a repository's name; nil if the model is not known.
  private static func size(of repository: String) -> Int? {
    let name = repository.lowercased().split(separator: "/").last.map(String.init) ?? ""
    guard name.hasSuffix("-fp8"), repository.lowercased().hasPrefix("qwen/") else { return nil }
    return sizes.first { name.hasPrefix($0.prefix) }?.size
  }

  private static let sizes: [(prefix: String, size: Int)] = [
    ("qwen3-30b-a3b", 768), ("qwen3-coder-30b-a3b", 768), ("qwen3-vl-30b-a3b", 768),
    ("qwen3-235b-a22b", 1536), ("qwen3-vl-235b-a22b", 1536), ("qwen3-coder-480b-a35b", 2560),
    ("qwen3-next-80b-a3b", 512), ("qwen3-coder-next", 512),
  ]
}
