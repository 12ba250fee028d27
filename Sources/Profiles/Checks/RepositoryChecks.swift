import Deployments
import Diagnostics
import Models
import Schema
import Values

/// What the name of a model's repository says of its weights.
extension Checks {
  static let otherQuantization = Check(
    Rule(
      "quantization-mismatch", .warning,
      "The quantization that is asked for is the one that the weights are stored in.",
      Explanation(
        """
        The server compares the word with what the repository's configuration says, and stops when \
        they differ. Without the word it takes the repository's.
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
        "by its files the model", StoredFormat(method: files.value.quantization?.method),
        files.range
      )
    } else if case .huggingFace(let id, _) = profile.model {
      found = ("by its name '\(id.value)'", StoredFormat(repository: id.value), id.range)
    } else {
      return
    }
    guard let stored = found.stored, !stored.takes(asked) else { return }
    report(
      word.range, "\(found.what) holds \(stored.rawValue) weights, not \(asked)",
      help: "remove the line: the server reads the format from the model's files",
      notes: [report.note(found.range, "the model is named here")])
  }

  /// fp8_utils.py, lines 1265 to 1290: a GPU's part of an expert is a whole number of blocks.
  static let expertBlocks = Check(
    Rule(
      "expert-blocks", "Experts stored in blocks of 128 divide into whole blocks.",
      Explanation(
        """
        Weights in block-wise FP8 have one scale for each 128 by 128. Split over GPUs, each part of \
        an expert must be a multiple of 128, or the server stops after the download.
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
      "the experts' \(size) do not divide into blocks of 128 over \(shards.value) GPUs",
      help: "use \(most), or keep experts whole with \(whole)",
      notes: [report.note(range, "the model is named here")])
  }
}

/// How a repository's weights are stored, as its name says.
private enum StoredFormat: String {
  case awq = "AWQ"
  case gptq = "GPTQ"
  case fp8 = "FP8"
  case exl2 = "EXL2"
  case mxfp4 = "MXFP4"

  /// Nil for a name that says none, or two.
  init?(repository: String) {
    // By its own name it does not say so.
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

  /// By `quant_method` of a configuration; nil for a method whose word every server knows by itself.
  init?(method: String?) {
    let known: [String: Self] = [
      "awq": .awq, "gptq": .gptq, "fp8": .fp8, "exl2": .exl2,
      "mxfp4": .mxfp4,
    ]
    guard let found = method.flatMap({ known[$0.lowercased()] }) else { return nil }
    self = found
  }

  /// Whether a server takes a word for weights of this format.
  func takes(_ word: String) -> Bool {
    let words: [String] =
      switch self {
      case .awq: ["awq", "awq_marlin", "auto_awq", "moe_wna16", "humming", "inc", "auto-round"]
      case .gptq:
        ["gptq", "gptq_marlin", "auto_gptq", "moe_wna16", "humming", "marlin", "inc", "auto-round"]
      case .exl2: ["exl2"]
      case .mxfp4: ["mxfp4", "gpt_oss_mxfp4", "quark"]
      // Many programs make such weights, each with a format of its own.
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
  /// How wide an expert is inside, by the model's files or its name, and where the profile names it.
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

  /// By its name; nil for a model that is not known.
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
