package import Memory
import Models
import Schema
import Values

extension Ollama {
  package static let readsGGUF = true

  /// Returns the memory of llama.cpp's server, which Ollama runs (0.32, llm/server.go); by default
  /// with one slot.
  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? {
    var settings = LlamaCppSettings()
    let slots = profile.count("OLLAMA_NUM_PARALLEL") ?? 1
    settings.slots = slots
    let set =
      model.context ?? profile.count("PARAMETER.num_ctx") ?? profile.count("OLLAMA_CONTEXT_LENGTH")
    let context = set ?? defaultContext(of: profile, model)
    settings.hasDefaultContext = set == nil
    settings.context = context.multipliedSaturated(by: slots)
    settings.keyType = profile.word("OLLAMA_KV_CACHE_TYPE")?.value ?? "f16"
    settings.valueType = settings.keyType
    settings.usesFlashAttention = profile.flag("OLLAMA_FLASH_ATTENTION")?.value
    settings.layersOnGPU = profile.count("PARAMETER.num_gpu", atLeast: 0)
    settings.microbatch = profile.count("PARAMETER.num_batch") ?? 512
    settings.promptCache = 0
    if let release = profile.serverRelease, release < ServerRelease(0, 30) {
      settings.isOfOwnEngine = true
      // It kept more of a window than the model uses (0.11, kvcache/causal.go).
      if model.facts.isOf(["gpt_oss", "gpt-oss", "gptoss"]) { settings.keptWindow = 4096 }
    }
    settings.projector = model.projector
    var estimate = try LlamaCppMemory(model.facts, settings, on: model.gpus.map(\.memory)).estimate
    estimate.evictsOthers()
    return estimate
  }

  /// The context of a server without the setting: since 0.15.5 it depends on the memory of all GPUs
  /// (0.32, server/routes.go, defaultNumCtx), and never exceeds the model's (server/sched.go).
  private static func defaultContext(of profile: Profile, _ model: PlannedModel) -> Int {
    if let release = profile.serverRelease, release < ServerRelease(0, 15, 5) { return 4096 }
    let whole = model.gpus.reduce(0.0) { $0 + Double($1.memory) } / Double(1 << 30)
    let tokens = whole >= 47 ? 262_144 : whole >= 23 ? 32768 : 4096
    return min(tokens, model.facts.contextLength ?? tokens)
  }
}
