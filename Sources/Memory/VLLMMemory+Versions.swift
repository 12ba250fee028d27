import Models

/// What differs between versions of vLLM (config/vllm.py, config/model.py, model_executor/models/
/// config.py and envs.py of each version).
extension VLLMMemory {
  /// Whether Model Runner V2 serves the model by default (use_v2_model_runner).
  ///
  /// The versions extend it to more and more models.
  var usesNewRunner: Bool {
    guard !settings.draftsFromText, facts.task == .writes || isAtLeast(29) else { return false }
    if isAtLeast(29) { return true }
    let isDense = facts.experts == nil
    if isAtLeast(25) { return isDense && !facts.hasStates || facts.isOf(Self.expertsOfNewRunner) }
    let dense: Set<String> = isAtLeast(23) ? ["llama", "mistral", "qwen3"] : ["qwen3"]
    if isAtLeast(24) { return facts.isOf(dense) || facts.isOf(Self.expertsOfNewRunner) }
    return isAtLeast(22) && isDense && facts.quantization == nil && facts.isOf(dense)
      && settings.quantization == nil
  }

  /// The models with experts that it serves from 0.24 (DEFAULT_V2_MODEL_RUNNER_ARCHITECTURES).
  private static let expertsOfNewRunner: Set<String> = ["deepseek_v2", "qwen2_moe", "granitemoe"]

  /// Whether CUDA graphs are part of the share: from 0.20
  /// (VLLM_MEMORY_PROFILER_ESTIMATE_CUDAGRAPHS), but with Model Runner V2 only from 0.29
  /// (profile_cudagraph_memory).
  var countsGraphs: Bool { isAtLeast(usesNewRunner ? 29 : 20) }

  /// Whether prompt prefixes are cached; from 0.26, this is the default also for models with states
  /// (is_prefix_caching_supported).
  var keepsPrefixes: Bool { settings.keepsPrefixes ?? isAtLeast(26) }

  /// Whether the cache has a state for each block of a prompt: the default of some families with
  /// prefixes before 0.28 (mamba_cache_mode "all", SupportsMambaPrefixCaching).
  var keepsStateOfBlock: Bool {
    keepsPrefixes && !isAtLeast(28)
      && facts.isOf(["falcon_h1", "granitemoehybrid", "jamba", "nemotron_h", "zamba2"])
  }
}
