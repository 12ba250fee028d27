import Deployments
import Diagnostics
import Memory
import Models
import Schema
import Text
import Values

/// Checks that a model fits into the memory of the instance's GPUs.
extension Checks {
  static let weightsFit = PlacementCheck(
    Rule(
      "weights-exceed-gpu", "The weights and one full request do not fit into the GPUs' memory.",
      Explanation(
        """
        A server that keeps all weights on its GPUs runs out of memory after the download. It also \
        stops if the weights fit but one request does not.
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
    // If the model's files are known, the other rules check the complete estimate.
    guard placement.planned == nil,
      let share = profile.runtime.value.gpuShare(of: profile), !placement.cards.isEmpty,
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
    let what = weights > room ? "the weights need" : "the weights and one full request need"
    let message =
      "has \(ByteCount(clamping: Int(room)).text) of GPU memory available, but \(what) \(need)"
      + (parts > 1 ? " on each GPU" : "")
    if let objection = profile.raisingShare(message, share, over: bytes / Double(smallest)) {
      return objection
    }
    let split =
      profile.runtime.value.option(for: .numShard).map { _ in
        ", or split the model over more GPUs with 'num_shard'"
      } ?? ""
    return .init(
      message,
      help: (weights > room ? "choose quantized weights" : "lower 'context_length'") + split,
      at: parameters.range,
      note: profile.origin(of: parameters.range, "the model's size is given here"))
  }
}

extension Checks {
  static let memoryFits = PlacementCheck(
    Rule(
      "memory-exceeds-gpu", "The model and one request do not fit into the GPUs' memory.",
      Explanation(
        """
        amm calculates from the model's files what the server needs: weights, one step of the largest \
        batch, libraries, and keys and values of one request. If even the lowest estimate exceeds the \
        GPUs' memory, the server stops after it has loaded the model. 'amm plan INSTANCE --explain' \
        shows each part.
        """,
        wrong: """
          # home/models/demo/config.json
          {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072}
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          parameters: {context_length: 131072}
          """,
        right: """
          # home/models/demo/config.json
          {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072}
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          parameters: {context_length: 16384}
          """,
        source: "the servers' own code, version by version; 'amm plan --explain' names it"))
  ) { profile, placement in
    guard let estimate = placement.planned,
      case .fails(let missing) = estimate.verdict
    else { return nil }
    return profile.objection(estimate, missing: missing)
  }

  static let memoryIsClose = PlacementCheck(
    Rule(
      "memory-close", .warning, "The server needs almost as much memory as its GPUs have.",
      Explanation(
        """
        The estimate is so close to the available memory that the server may or may not start. Some \
        parts differ between machines. 'amm plan INSTANCE --explain' shows each part and its range.
        """,
        wrong: """
          # home/models/demo/config.json
          {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072}
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          parameters: {context_length: 43000}
          """,
        right: """
          # home/models/demo/config.json
          {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072}
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, name: RTX 4090, memory: 24GB}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          source: {type: local, path: ~/models/demo}
          container: {runtime: vllm}
          parameters: {context_length: 32768}
          """,
        source: "the servers' own code, version by version; 'amm plan --explain' names it"))
  ) { profile, placement in
    guard let estimate = placement.planned,
      case .unsure(let missing?, let spare?) = estimate.verdict, missing >= spare,
      estimate.taking != .upToNeed
    else { return nil }
    return profile.objection(estimate, missing: missing, isSure: false)
  }
}

extension Checks {
  static let memoryClaimed = Check(
    Rule(
      "gpu-memory-min", .warning, "The server needs more GPU memory than 'gpu_memory_min'.",
      Explanation(
        """
        Readers and 'amm init' choose a GPU by 'gpu_memory_min'. According to the model's files, or the \
        figures under 'model:', the server does not start with so little memory. 'amm plan PROFILE' \
        shows what it needs.
        """,
        wrong: """
          container: {runtime: vllm}
          model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128}
          parameters: {context_length: 8192}
          resources: {gpu_memory_min: 12GB}
          """,
        right: """
          container: {runtime: vllm}
          model: {parameters: 8.03B, layers: 32, attention_heads: 32, key_value_heads: 8, head_size: 128}
          parameters: {context_length: 8192}
          resources: {gpu_memory_min: 22GB}
          """,
        source: "the servers' own code, version by version; 'amm plan --explain' names it"))
  ) { profile, report in
    guard let claimed = profile.resources.gpuMemoryMin, profile.hasPlainMemory,
      let facts = profile.plannedFacts
    else { return }
    // 'gpu_memory_min' is the sum for several GPUs.
    let parts = (profile.shards?.value ?? 1)
      .multipliedSaturated(by: profile.number("--pipeline-parallel-size")?.value ?? 1)
    let gpu = GPU(card: nil, memory: claimed.value.bytes / max(1, parts))
    let model = PlannedModel(facts: facts, gpus: [gpu])
    guard let found = (try? profile.runtime.value.memory(of: profile, model)) ?? nil,
      case .fails(let missing) = found.verdict
    else { return }
    let least = found.least.map { ByteCount(clamping: $0.multipliedSaturated(by: parts)).text }
    report(
      claimed.range,
      "the server does not start with \(claimed.value.text) of GPU memory: it needs at least \(ByteCount(clamping: missing.multipliedSaturated(by: parts)).text) more",
      help: least.map { "it needs about \($0); 'amm plan' shows each part" })
  }
}

extension Int {
  /// Returns the product, or the largest number on overflow.
  package func multipliedSaturated(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
