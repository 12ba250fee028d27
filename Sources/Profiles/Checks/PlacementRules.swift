import Catalogues
import Deployments
import Diagnostics
package import Schema
import Text
import Values

/// Checks that depend on the instance's GPUs, for every runtime.
extension Checks {
  /// All checks of a profile in its place that do not belong to one runtime.
  package static let placement: [PlacementCheck] = [
    worldSize, weightsFit, memoryFits, memoryIsClose, imageOfProcessor, bfloat16OnCard, cacheOnCard,
    cudaOfImage,
    driverOfImage,
  ]

  /// vLLM's config/parallel.py, lines 1000 to 1015.
  ///
  /// If attention is data-parallel, SGLang's replicas share the GPUs of one.
  static let worldSize = PlacementCheck(
    Rule(
      "world-size", "The instance has too few GPUs for the parts and copies of its model.",
      Explanation(
        """
        The model needs as many GPUs as the product of its shards, stages and copies. With fewer GPUs, \
        the server does not start.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          parameters: {num_shard: 2}
          vllm: {data_parallel_size: 2}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0, nvidia.com/gpu=1]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          parameters: {num_shard: 2}
          """,
        source: """
          vLLM 0.31.0, config/parallel.py, lines 1000 to 1015; SGLang 0.5.21, \
          python/sglang/srt/server_args.py
          """))
  ) { profile, placement in
    guard ["vllm", "sglang"].contains(profile.runtime.value.name), let count = placement.gpuCount,
      placement.processor != .cpu,
      !severalMachines.contains(where: { profile.launched($0) != nil })
    else { return nil }
    let shards = profile.shards
    let factors = profile.parallelFactors
    let need = factors.reduce(1) { $0.multipliedSaturated(by: $1.value) }
    // Another rule reports too many shards.
    guard need > count, (shards?.value ?? 1) <= count,
      let range = factors.dropFirst(shards == nil ? 0 : 1).last?.range
    else {
      return nil
    }
    let product = factors.map { String($0.value) }.joined(separator: " x ")
    return .init(
      "has \(Phrase.count(count, "GPU")), but the model needs \(product) = \(need)",
      help: "give it \(need) GPUs, or lower one of the factors", at: range,
      note: "one of the factors is set here")
  }

  private static let severalMachines = [
    "--nnodes", "--data-parallel-size-local", "--data-parallel-address",
    "--distributed-executor-backend", "--data-parallel-backend", "--dist-init-addr",
  ]

  /// The default image for a kind of processor may have another version than that for NVIDIA GPUs.
  static let imageOfProcessor = PlacementCheck(
    Rule(
      "option-of-processor", "The image for the instance's processor does not have the option.",
      Explanation(
        """
        Without 'container.image', amm uses the image for the instance's kind of processor. It may have \
        an older version, which exits at an option that it does not know.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8000, gpus: []}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          vllm: {max_num_active_seqs: 4}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8000, gpus: [nvidia]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          vllm: {max_num_active_seqs: 4}
          """,
        source: "the argument parsers of each pinned version"))
  ) { profile, placement in
    let runtime = profile.runtime.value
    guard profile.image == nil, let image = runtime.image(for: placement.processor),
      let table = LauncherTable(runtime, image: image), table.release != profile.table?.release
    else { return nil }
    let own = profile.settings.own.compactMap { setting in
      setting.option.optionName.map { ($0, setting.value.range) }
    }
    let common = profile.settings.common.compactMap { setting in
      runtime.option(for: setting.field)?.optionName.map { ($0, setting.value.range) }
    }
    let arguments = profile.given.filter { $0.option != nil }.map { ($0.name, $0.range) }
    for (name, range) in own + common + arguments where !table.catalogue.has(name) {
      guard table.catalogue.option(name) == nil, table.isSure({ $0.option(name) == nil }) else {
        continue
      }
      return .init(
        "runs '\(image.text)', which has no option '\(name)'",
        help: "remove it, or name another image under 'container.image'", at: range,
        note: "the option is set here")
    }
    return nil
  }
}

extension Profile {
  /// The numbers whose product is the number of GPUs that vLLM or SGLang need: shards, stages and
  /// copies, each only if the profile sets it.
  package var parallelFactors: [Located<Int>] {
    let stages = number("--pipeline-parallel-size") ?? number("--pp-size")
    let isShared = flag("--enable-dp-attention")?.value == true
    let copies = isShared ? nil : number("--data-parallel-size") ?? number("--dp-size")
    return [shards, stages, copies].compactMap { $0 }
  }
}
