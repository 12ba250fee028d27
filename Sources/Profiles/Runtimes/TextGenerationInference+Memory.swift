package import Memory
package import Models
import Schema

extension TextGenerationInference {
  package static let shareSetting: ShareSetting? = ShareSetting(
    "cuda_memory_fraction", "--cuda-memory-fraction", factor: 0.9)

  package static func uncounted(in profile: Profile, _ facts: ModelFacts?) -> [String] {
    ["--lora-adapters", "--speculate", "--max-batch-total-tokens"].filter {
      profile.launched($0) != nil
    }
  }

  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? {
    guard let gpu = model.gpus.min(by: { $0.memory < $1.memory }) else { return nil }
    var settings = TGISettings()
    settings.share = profile.amount("--cuda-memory-fraction") ?? 1
    settings.context = model.context ?? profile.count("--max-total-tokens")
    settings.batchedTokens = profile.count("--max-batch-prefill-tokens")
    settings.dataType = profile.word("--dtype")?.value
    settings.quantization = profile.word("--quantize")?.value
    settings.cacheType = profile.word("--kv-cache-dtype")?.value ?? "auto"
    settings.shards = profile.count("--num-shard") ?? 1
    return try TGIMemory(model.facts, settings, memory: gpu.memory).estimate
  }
}
