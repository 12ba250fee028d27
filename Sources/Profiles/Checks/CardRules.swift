import Deployments
import Diagnostics
import Memory
import Schema
import Text
import Values

/// Checks of what the instance's GPUs can compute.
extension Checks {
  /// platforms/cuda.py, check_if_supports_dtype: capability 8.0.
  static let bfloat16OnCard = PlacementCheck(
    Rule(
      "bfloat16-on-card", "The GPU does not support bfloat16.",
      Explanation(
        """
        GPUs before Ampere, such as the T4 and the RTX 20 series, do not support bfloat16. vLLM does \
        not start with it.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 16GB, name: T4}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          parameters: {dtype: bfloat16}
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 16GB, name: T4}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          parameters: {dtype: float16}
          """,
        source: "vLLM 0.31.0, platforms/cuda.py (check_if_supports_dtype)"))
  ) { profile, placement in
    guard profile.runtime.value.name == "vllm", let dtype = profile.word("--dtype"),
      dtype.value == "bfloat16", let card = placement.weakest(below: ComputeCapability(8, 0))
    else { return nil }
    return .init(
      "'bfloat16' needs a GPU of compute capability 8.0 or higher, but \(card.text)",
      help: "write 'float16'", at: dtype.range, note: "runs on that GPU", isInProfile: true)
  }

  /// vLLM issue 26431: Triton has no fp8e4nv below 8.9.
  ///
  /// All GPUs can store and read e5m2.
  static let cacheOnCard = PlacementCheck(
    Rule(
      "cache-format-on-card", .warning,
      "The GPU does not support the number format of the KV cache.",
      Explanation(
        """
        GPUs before Ada, such as the RTX 30 series and the A100, do not support the FP8 format \
        e4m3, which 'fp8' selects. Only Blackwell supports four-bit floating point. The server stops \
        when it compiles its kernels.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 24GB, name: RTX 3090}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          vllm: {kv_cache_dtype: fp8}
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 24GB, name: RTX 3090}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          vllm: {kv_cache_dtype: auto}
          """,
        source: "vLLM issue 26431; vLLM 0.31.0, platforms/cuda.py"))
  ) { profile, placement in
    guard ["vllm", "sglang"].contains(profile.runtime.value.name),
      let format = profile.word("--kv-cache-dtype")
    else { return nil }
    let least: ComputeCapability? =
      switch format.value {
      case "fp8", "fp8_e4m3", "fp8_ds_mla", "mxfp8": ComputeCapability(8, 9)
      case "nvfp4", "nvfp4_4over6", "nvfp4_ds_mla", "fp4_mx_block16": ComputeCapability(10, 0)
      default: nil
      }
    guard let least, let card = placement.weakest(below: least) else { return nil }
    let other = least.major == 8 ? "write 'fp8_e5m2', or remove the line" : "remove the line"
    return .init(
      "'\(format.value)' needs a GPU of compute capability \(least.text) or higher, but \(card.text)",
      help: other, at: format.range, note: "runs on that GPU", isInProfile: true)
  }

  /// CUDA 13 has no code for GPUs before Turing (its release notes).
  static let cudaOfImage = PlacementCheck(
    Rule(
      "cuda-of-image", "The image has no code for the instance's GPU.",
      Explanation(
        """
        Images with CUDA 13 have no code for GPUs before Turing, such as the V100 and the P40. The \
        server stops at its first kernel.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 32GB, name: V100}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 32GB, name: V100}]}
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: llama-cpp}
          """,
        source: "CUDA 13.0 release notes; the images of vLLM 0.31 and SGLang 0.5.21"))
  ) { profile, placement in
    guard profile.hasCUDA13, let card = placement.weakest(below: ComputeCapability(7, 5)) else {
      return nil
    }
    return .init(
      "cannot run \(profile.title): its image has CUDA 13, which needs compute capability 7.5, but \(card.text)",
      help: "use 'runtime: llama-cpp', or an image with CUDA 12",
      at: profile.runtime.range, note: "the runtime is chosen here")
  }

  /// CUDA 13 needs driver 580 or newer (its release notes).
  ///
  /// Images contain a workaround for older drivers on GPUs of data centers and workstations only
  /// (vLLM 0.31.0, docs/getting_started/installation/gpu.cuda.inc.md), so those GPUs are not
  /// checked.
  static let driverOfImage = PlacementCheck(
    Rule(
      "driver-of-image", "The driver is too old for the image.",
      Explanation(
        """
        Images with CUDA 13 need NVIDIA's driver 580 or newer on GeForce GPUs. With an older driver, \
        the server stops immediately.
        """,
        wrong: """
          # instances.yaml
          host:
            nvidia_driver: "570.86"
            gpus: [{device: nvidia.com/gpu=0, memory: 24GB, name: RTX 3090}]
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        right: """
          # instances.yaml
          host:
            nvidia_driver: "580.65"
            gpus: [{device: nvidia.com/gpu=0, memory: 24GB, name: RTX 3090}]
          instances:
            main: {port: 8000, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        source:
          "CUDA 13.0 release notes, table of drivers; the images of vLLM 0.31 and SGLang 0.5.21"
      ))
  ) { profile, placement in
    guard profile.hasCUDA13, placement.processor == .nvidia, let driver = placement.driver,
      driver < "580", let card = placement.cards.first(where: \.isForDesktops)
    else { return nil }
    return .init(
      """
      cannot run \(profile.title): its image has CUDA 13, which needs driver 580 or newer on \
      '\(card.name)', but the host has driver \(driver.text)
      """,
      help: "update the driver, or use an image with CUDA 12",
      at: profile.runtime.range, note: "the runtime is chosen here")
  }
}

extension Profile {
  /// Whether the tag of its image for NVIDIA GPUs shows that the image has CUDA 13.
  fileprivate var hasCUDA13: Bool {
    let runtime = runtime.value
    let first: Release? = ["vllm": "0.31", "sglang": "0.5.21"][runtime.name]
    guard let used = image?.value ?? runtime.image(for: .nvidia), let tag = used.tag else {
      return false
    }
    if tag.holds("cuda13") || tag.holds("cu13") { return true }
    guard let first, let table, case .exact = table.fit else { return false }
    return !(table.release < first) && !tag.holds("cu12")
  }

  /// The runtime and its version, for messages: "vllm 0.31.0".
  fileprivate var title: String {
    runtime.value.name + (table.map { " " + $0.release.text } ?? "")
  }
}

extension HostCard {
  /// Whether its name is that of a desktop series: GeForce and Titan, not 'RTX A4000'.
  fileprivate var isForDesktops: Bool {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
    if words.contains("quadro") { return false }
    if words.contains(where: { ["geforce", "gtx", "titan"].contains($0) }) { return true }
    // RTX 2050 to 5090; workstation GPUs are RTX 4000 and 4500.
    return words.contains("rtx")
      && words.contains { $0.utf8.count == 4 && (50...90).contains((Int($0) ?? 0) % 100) }
  }
}

extension Placement {
  /// Returns the first GPU below a compute capability.
  fileprivate func weakest(below least: ComputeCapability) -> (card: HostCard, text: String)? {
    guard processor == .nvidia else { return nil }
    for card in cards {
      guard let compute = card.compute, compute < least else { continue }
      return (card, "'\(card.name)' has \(compute.text)")
    }
    return nil
  }
}
