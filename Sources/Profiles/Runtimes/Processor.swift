package import Deployments

/// The kind of processor that a server computes on; each kind needs its own image.
package enum Processor: String, Sendable, CaseIterable {
  case nvidia, amd, intel, vulkan, cpu
  /// A device for which amm has no image.
  case other

  /// The kinds for which a runtime can have an image.
  package static let known: [Processor] = allCases.filter { $0 != .other }

  /// The name for display, such as "AMD GPUs".
  package var title: String {
    switch self {
    case .nvidia: "NVIDIA GPUs"
    case .amd: "AMD GPUs"
    case .intel: "Intel GPUs"
    case .vulkan: "Vulkan"
    case .cpu: "CPUs"
    case .other: "devices of other makers"
    }
  }

  /// Creates the kind for a list of accelerators.
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

  /// Whether the device files belong to groups (video, render) that the server must be in.
  package var usesGroups: Bool { [.amd, .intel, .vulkan].contains(self) }

  /// The variable that selects processors by index if the server sees all device files: for AMD's
  /// ROCr (HSA runtime), Intel's Level Zero, and llama.cpp's Vulkan backend (ggml-vulkan.cpp).
  package var selectingVariable: String? {
    switch self {
    case .amd: "ROCR_VISIBLE_DEVICES"
    case .intel: "ZE_AFFINITY_MASK"
    case .vulkan: "GGML_VK_VISIBLE_DEVICES"
    case .nvidia, .cpu, .other: nil
    }
  }
}
