package import Deployments

/// What a server computes on: each kind wants an image of its own.
package enum Processor: String, Sendable, CaseIterable {
  case nvidia, amd, intel, vulkan, cpu
  /// A device that amm has no image for.
  case other

  /// Those that a runtime may have an image for.
  package static let known: [Processor] = allCases.filter { $0 != .other }

  /// For people: "AMD GPUs".
  package var title: String {
    switch self {
    case .nvidia: "NVIDIA GPUs"
    case .amd: "AMD GPUs"
    case .intel: "Intel GPUs"
    case .vulkan: "Vulkan"
    case .cpu: "the processor alone"
    case .other: "devices of another maker"
    }
  }

  /// The kind of a list of accelerators.
  package init(_ accelerators: [Accelerator]) {
    switch accelerators.first {
    case .nvidia: self = .nvidia
    case .amd: self = .amd
    case .intel: self = .intel
    case .vulkan: self = .vulkan
    case .device(let name): self = Self.makers[name.vendor] ?? .other
    case nil: self = .cpu
    }
  }

  private static let makers: [String: Processor] = [
    "nvidia.com": .nvidia, "amd.com": .amd, "intel.com": .intel,
  ]

  /// Whether its device files belong to groups (video, render) that the server must be in.
  package var usesGroups: Bool { [.amd, .intel, .vulkan].contains(self) }

  /// The variable that chooses one of its processors by its place, where all device files are seen:
  /// AMD's ROCr (HSA runtime), Intel's Level Zero, llama.cpp's Vulkan backend (ggml-vulkan.cpp).
  package var selectingVariable: String? {
    switch self {
    case .amd: "ROCR_VISIBLE_DEVICES"
    case .intel: "ZE_AFFINITY_MASK"
    case .vulkan: "GGML_VK_VISIBLE_DEVICES"
    case .nvidia, .cpu, .other: nil
    }
  }
}
