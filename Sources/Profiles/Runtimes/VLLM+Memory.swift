import Catalogues
package import Memory
package import Models
import Schema
import Values

extension VLLM {
  package static let shareSetting: ShareSetting? = ShareSetting(
    "gpu_memory_utilization", "--gpu-memory-utilization")

  package static func uncounted(in profile: Profile, _ facts: ModelFacts?) -> [String] {
    let options = [
      "--hf-overrides", "--enable-lora", "--lora-modules", "--num-gpu-blocks-override",
      "--decode-context-parallel-size", "--kv-transfer-config", "--enable-dbo",
      "--mamba-cache-dtype", "--mamba-ssm-cache-dtype", "--mamba-cache-mode",
      "--mamba-block-size", "--cudagraph-capture-sizes", "--max-cudagraph-capture-size",
      "--compilation-config", "--prefill-context-parallel-size",
    ].filter { profile.launched($0) != nil }
    let hasSeveralKinds = facts.map { $0.layers.count > 1 } ?? true
    let isMultimodal = facts.map { $0.vision != nil } ?? true
    let flags = [
      hasSeveralKinds ? "--disable-hybrid-kv-cache-manager" : nil,
      isMultimodal ? "--language-model-only" : nil,
    ].compactMap { $0 }.filter { profile.flag($0)?.value == true }
    // These methods guess tokens from text, without a draft model.
    let guesses = profile.launched("--speculative-config") != nil
    return options + flags + (guesses && !draftsFromText(profile) ? ["--speculative-config"] : [])
  }

  /// Whether tokens are drafted from text, without a model.
  private static func draftsFromText(_ profile: Profile) -> Bool {
    let method = profile.object("--speculative-config")?.value.first { $0.name == "method" }?.value
    return method == .text("ngram") || method == .text("ngram_gpu") || method == .text("suffix")
  }

  package static func memory(
    of profile: Profile, _ model: PlannedModel
  ) throws(MissingFacts) -> MemoryEstimate? {
    guard let gpu = model.gpus.min(by: { $0.memory < $1.memory }) else { return nil }
    var settings = VLLMSettings()
    settings.release = profile.serverRelease
    settings.share = profile.amount("--gpu-memory-utilization")
    settings.context = model.context ?? profile.count("--max-model-len")
    settings.sequences = profile.count("--max-num-seqs")
    settings.batchedTokens = profile.count("--max-num-batched-tokens")
    settings.cacheType = profile.word("--kv-cache-dtype")?.value ?? "auto"
    settings.cacheBytes = profile.count("--kv-cache-memory-bytes")
    settings.offload = max(0, profile.amount("--cpu-offload-gb") ?? 0)
    settings.blockSize = profile.count("--block-size")
    settings.dataType = profile.word("--dtype")?.value
    settings.quantization = profile.word("--quantization")?.value
    settings.tensorParts = profile.count("--tensor-parallel-size") ?? 1
    settings.pipelineParts = profile.count("--pipeline-parallel-size") ?? 1
    settings.dataParts = profile.count("--data-parallel-size") ?? 1
    settings.isExpertParallel = profile.flag("--enable-expert-parallel")?.value ?? false
    settings.keepsPrefixes = profile.flag("--enable-prefix-caching")?.value
    settings.isEager = profile.flag("--enforce-eager")?.value ?? false
    settings.splitsPrompts = profile.flag("--enable-chunked-prefill")?.value
    settings.prefersThroughput = profile.word("--performance-mode")?.value == "throughput"
    settings.draftsFromText = draftsFromText(profile)
    let guessed = profile.object("--speculative-config")?.value
      .first { $0.name == "num_speculative_tokens" }
    if case .integer(let tokens)? = guessed?.value { settings.draftTokens = max(0, tokens) }
    switch model.trial {
    case .smallCache: settings.cacheType = "fp8"
    case .fewerRequests: settings.sequences = 64
    case .largerShare: settings.share = 0.95
    case .oneSlot, nil: break
    }
    let isAutomatic =
      profile.parameters.context?.value == .automatic
      || profile.word("--max-model-len")?.value == "auto"
      || profile.number("--max-model-len")?.value == -1
    if isAutomatic, model.context == nil {
      // vLLM takes the longest context that fits into memory.
      settings.context = 1024
      let least = try VLLMMemory(model.facts, settings, on: gpu).estimate
      settings.context = max(1024, least.capacity?.safest ?? 0)
    }
    var estimate = try VLLMMemory(model.facts, settings, on: gpu).estimate
    if let asked = settings.context,
      let most = model.facts.reachableContext ?? model.facts.contextLength,
      asked > most, !stretchesContext(profile)
    {
      estimate.refuse("the model supports \(most) tokens, but \(asked) are requested")
    }
    if model.facts.quantization?.method == "bitsandbytes",
      profile.serverRelease.map({ $0 >= ServerRelease(0, 28) }) ?? true
    {
      estimate.refuse("the weights have the format bitsandbytes, which vLLM 0.28 removed")
    }
    return estimate
  }

  package static func omission(of option: String) -> String {
    option == "--speculative-config"
      ? "The weights of the draft model in '\(option)' are not counted."
      : "The effect of '\(option)' is not counted."
  }

  package static func words(for trial: MemoryTrial) -> String? {
    switch trial {
    case .smallCache: "kv_cache_dtype: fp8"
    case .fewerRequests: "max_batch_size: 64"
    case .largerShare: "gpu_memory_utilization: 0.95"
    case .oneSlot: nil
    }
  }
}
