import Deployments
import Diagnostics
import Schema
import Text
import Values

/// What fits into the memory of the instance's GPUs.
extension Checks {
  static let weightsFit = PlacementCheck(
    Rule(
      "weights-exceed-gpu", "The weights and one request of full length fit into the GPUs' share.",
      Explanation(
        """
        A server that keeps all weights on its GPUs runs out of memory after the download. With \
        room for the weights and none for one request, it stops as well.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 24GB}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          model: {parameters: 14.8B}
          parameters: {dtype: bfloat16}
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 24GB}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          model: {parameters: 14.8B}
          parameters: {quantization: fp8}
          """,
        source: "vLLM 0.31.0, v1/core/kv_cache_utils.py; the profile's own figures"))
  ) { profile, placement in
    guard let share = profile.runtime.value.gpuShare(of: profile), !placement.cards.isEmpty,
      placement.cards.count == placement.gpuCount ?? placement.cards.count,
      let parameters = profile.facts.parameters, let bits = profile.bitsOfWeights,
      profile.launched("--cpu-offload-gb") == nil
    else { return nil }
    let parts = (profile.shards?.value ?? 1)
      .multipliedSaturated(by: profile.number("--pipeline-parallel-size")?.value ?? 1)
    guard parts <= placement.cards.count, let smallest = placement.cards.map(\.memory).min() else {
      return nil
    }
    let room = Double(smallest) * share
    let weights = Double(parameters.value) * bits / 8 / Double(parts)
    let request = Double(profile.bytesOfRequest ?? 0) / Double(parts)
    guard weights + request > room else { return nil }
    let bytes = weights > room ? weights : weights + request
    let need = ByteCount(clamping: Int(min(bytes, 1e18))).text
    let what = weights > room ? "the weights alone take" : "weights and one full request take"
    return .init(
      "has \(ByteCount(clamping: Int(room)).text) of GPU memory for it, and \(what) \(need)"
        + (parts > 1 ? " on each GPU" : ""),
      help: weights > room
        ? "choose quantized weights, or split the model over more GPUs with 'num_shard'"
        : "lower 'context_length', or split the model over more GPUs with 'num_shard'",
      at: parameters.range,
      note: profile.origin(of: parameters.range, "the model's size is given here"))
  }
}

extension Profile {
  /// Bits that a parameter takes on the GPU; nil where neither the profile nor the repository's name
  /// tells.
  fileprivate var bitsOfWeights: Double? {
    if let dtype = word("--dtype")?.value, dtype == "float32", parameters.quantization == nil {
      return 32
    }
    switch parameters.quantization?.value {
    case .awq, .gptq, .awqMarlin, .gptqMarlin, .mxfp4, .modeloptFP4, .bitsandbytesNF4,
      .bitsandbytesFP4, .bitsandbytes, .marlin:
      return 4
    case .fp8, .eetq, .mxfp8, .w8a8FP8, .w8a8INT8: return 8
    case .none?: return 16
    case nil: break
    default: return nil
    }
    guard launched("--quantization") == nil, case .huggingFace(let id, _) = model else {
      return nil
    }
    let name = id.value.lowercased()
    let marks = [
      "awq", "gptq", "int4", "int8", "fp8", "fp4", "4bit", "8bit", "w4a", "w8a", "bnb", "quant",
      "gguf", "exl2", "gpt-oss", "deepseek-v3", "deepseek-r1", "deepseek-v4", "kimi-k", "mxfp",
    ]
    return marks.contains(where: name.contains) ? nil : 16
  }

  /// Bytes of keys and values of one request of full length, in 16 bits; nil where a figure is
  /// missing, or the cache is stored otherwise.
  fileprivate var bytesOfRequest: Int? {
    let format = word("--kv-cache-dtype")?.value ?? "auto"
    guard ["auto", "float16", "bfloat16", "bf16"].contains(format), facts.slidingWindow == nil,
      let layers = facts.layers?.value, let heads = facts.keyValueHeads?.value,
      let size = facts.headSize?.value,
      let context = (parameters.contextLength ?? parameters.maxTotalTokens)?.value
    else { return nil }
    return [2, 2, layers, heads, size, context].reduce(1) { $0.multipliedSaturated(by: $1) }
  }
}

extension Int {
  /// The product, or the largest number there is where it is larger.
  func multipliedSaturated(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
