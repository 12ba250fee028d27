import Deployments
import Diagnostics
import Schema

/// Checks that depend on the instance's GPUs.
extension TextGenerationInference {
  package static let placementChecks: [PlacementCheck] = [
    countedShards, shardedHeads, cacheOnGPU, prefillOnGPU, windowOnGPU, tunnelToken,
  ]

  /// `num_cuda_devices` and `find_num_shards`: if neither number is set, the launcher counts what
  /// `nvidia-smi` lists; before 3.3.7, it read CDI's value of NVIDIA_VISIBLE_DEVICES as one GPU.
  private static let countedShards = PlacementCheck(
    Rule(
      "tgi-shard-count", "TGI cannot determine the number of shards.",
      Explanation(
        """
        Without 'num_shard', the launcher counts the GPUs itself. It exits if it finds only one. It \
        cannot count AMD GPUs, and versions before 3.3.7 always exit.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          tgi:
            sharded: true
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]}
          # profiles/coding/demo.yaml
          tgi:
            sharded: true
          """,
        source: "TGI 3.3.7, launcher/src/main.rs (num_cuda_devices, find_num_shards)"))
  ) { profile, placement in
    guard let sharded = options(of: profile).sharded, sharded.value, profile.shards == nil,
      !profile.environment.contains(where: { $0.name.value.text.hasSuffix("_VISIBLE_DEVICES") })
    else { return nil }
    let reason: String
    switch placement.processor {
    case .cpu: reason = "it has no GPU"
    case .amd: reason = "TGI cannot count AMD GPUs"
    case .intel, .vulkan, .other: reason = "TGI can count only NVIDIA GPUs"
    case .nvidia:
      if let count = placement.gpuCount, count < 2 {
        reason = "it has only one GPU"
      } else if let release = release(of: profile), release < "3.3.7" {
        reason = "before version 3.3.7, TGI counts the GPUs from Podman as one"
      } else {
        return nil
      }
    }
    return .init(
      "cannot shard the model: \(reason)",
      help: "write 'num_shard', give the instance more GPUs, or remove 'sharded'",
      at: sharded.range, note: "sharding is enabled here")
  }

  /// If neither `sharded` nor `num_shard` is set, there are as many shards as GPUs.
  private static let shardedHeads = PlacementCheck(Checks.headsOfModel.rule) { profile, placement in
    guard profile.shards == nil, options(of: profile).sharded?.value != false,
      placement.processor == .nvidia, let count = placement.gpuCount, count > 1,
      let split = profile.facts.indivisible(by: count, copyingKeyValueHeads: false)
    else { return nil }
    return .init(
      "splits the model over \(count) GPUs, but its \(split.heads.value) \(split.kind) heads are not divisible by \(count)",
      help: "set 'num_shard: \(split.divisor)' in the profile, or list fewer GPUs under 'gpus'",
      at: split.heads.range,
      note: profile.origin(of: split.heads.range, "the number of heads is set here"))
  }

  private static let cacheOnGPU = PlacementCheck(cacheFormat.rule) { profile, placement in
    guard let format = options(of: profile).kvCacheDtype else { return nil }
    switch (placement.processor, format.value) {
    case (.amd, .fp8E5M2):
      return .init(
        "cannot keep its KV cache in fp8_e5m2: TGI does not support it on AMD GPUs",
        help: "write 'fp8_e4m3fn', or remove the line", at: format.range,
        note: "the format is chosen here")
    case (.cpu, .fp8E4M3FN):
      return .init(
        "cannot keep its KV cache in fp8_e4m3fn: TGI does not support it without a GPU",
        help: "write 'fp8_e5m2', or remove the line", at: format.range,
        note: "the format is chosen here")
    default: return nil
    }
  }

  /// The ROCm image sets PREFILL_CHUNKING=0 (Dockerfile_amd), so a prompt must fit into one step.
  private static let prefillOnGPU = PlacementCheck(batchTokenLimits.rule) { profile, placement in
    let options = options(of: profile)
    guard placement.processor == .amd, options.prefillChunking?.value != true,
      chunksPrefill(profile), let prefill = options.maxBatchPrefillTokens,
      let input = profile.parameters.maxInputLength ?? options.maxInputTokens,
      input.value > prefill.value
    else { return nil }
    return .init(
      "cannot compute a prompt of \(input.value) tokens: on AMD GPUs, TGI does not split it into chunks of \(prefill.value)",
      help: "raise 'tgi.max_batch_prefill_tokens' to \(input.value) or more",
      at: prefill.range, note: "the limit is set here")
  }

  /// server/text_generation_server/models/__init__.py, line 656.
  private static let windowOnGPU = PlacementCheck(
    Rule(
      "tgi-sliding-window", "Prompts are longer than the model's sliding window.",
      Explanation(
        """
        On AMD GPUs and without a GPU, TGI does not support attention with a sliding window. It \
        loads such a model only if no prompt is longer than the window.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [amd]}
          # profiles/coding/demo.yaml
          model:
            sliding_window: 4096
          parameters:
            max_input_length: 6144
            max_total_tokens: 8192
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [amd]}
          # profiles/coding/demo.yaml
          model:
            sliding_window: 4096
          parameters:
            max_input_length: 4096
            max_total_tokens: 8192
          """,
        source: "TGI 3.3.7, server/text_generation_server/models/__init__.py, line 656"))
  ) { profile, placement in
    guard placement.processor != .nvidia, let window = profile.facts.slidingWindow,
      let input = profile.parameters.maxInputLength ?? options(of: profile).maxInputTokens,
      input.value > window.value
    else { return nil }
    return .init(
      "cannot serve prompts of \(input.value) tokens: TGI has no sliding window on \(placement.processor.title)",
      help: "lower 'max_input_length' to \(window.value), the model's window", at: input.range,
      note: "prompts can be this long")
  }

  /// The launcher's check of `ngrok_authtoken`; the token can come only from the environment file.
  private static let tunnelToken = PlacementCheck(tunnel.rule) { profile, placement in
    guard let switched = profile.opensTunnel, !placement.hasEnvironmentFile else { return nil }
    return .init(
      "has no token for ngrok",
      help: "add NGROK_AUTHTOKEN=… to the file of 'token.environment_file'",
      at: switched, note: "the tunnel is enabled here")
  }
}
