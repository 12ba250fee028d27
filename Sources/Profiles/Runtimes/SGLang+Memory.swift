package import Memory
package import Models
import Schema

extension SGLang {
  package static let shareSetting: ShareSetting? = ShareSetting(
    "mem_fraction_static", "--mem-fraction-static")

  package static func uncounted(in profile: Profile, _ facts: ModelFacts?) -> [String] {
    [
      "--cpu-offload-gb", "--json-model-override-args", "--enable-lora", "--lora-paths",
      "--speculative-draft-model-path", "--speculative-algorithm", "--enable-dp-attention",
    ].filter { profile.launched($0) != nil }
  }

  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? {
    guard let gpu = model.gpus.min(by: { $0.memory < $1.memory }) else { return nil }
    var settings = SGLangSettings()
    settings.release = profile.serverRelease
    settings.share = profile.amount("--mem-fraction-static")
    settings.context = model.context ?? profile.count("--context-length")
    settings.tokens = profile.count("--max-total-tokens")
    settings.chunk = profile.count("--chunked-prefill-size", atLeast: 0)
    settings.cacheType = profile.word("--kv-cache-dtype")?.value ?? "auto"
    settings.dataType = profile.word("--dtype")?.value
    settings.quantization = profile.word("--quantization")?.value
    settings.tensorParts = profile.count("--tp-size") ?? 1
    settings.pipelineParts = profile.count("--pp-size") ?? 1
    settings.expertParts = profile.count("--ep-size") ?? 1
    settings.windowRatio = profile.amount("--swa-full-tokens-ratio") ?? 0.8
    if model.trial == .smallCache { settings.cacheType = "fp8_e4m3" }
    return try SGLangMemory(model.facts, settings, memory: gpu.memory).estimate
  }

  package static func words(for trial: MemoryTrial) -> String? {
    trial == .smallCache ? "kv_cache_dtype: fp8_e4m3" : nil
  }
}
