package import Deployments

extension Accelerator {
  private static let nvidiaPrefix = "nvidia.com/gpu="

  /// Parses a value of `gpus:`: `nvidia`, `nvidia.com/gpu=0`, `amd`, `amd=0`, `intel=renderD128`,
  /// `vulkan`, or any other CDI name.
  package init?(_ text: String) {
    if text == "nvidia" {
      self = .nvidia(.all)
      return
    }
    if text.hasPrefix(Self.nvidiaPrefix) {
      guard let selection = Selection(String(text.dropFirst(Self.nvidiaPrefix.count))) else {
        return nil
      }
      self = .nvidia(selection)
      return
    }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = Self.kinds[String(parts[0])] else {
      guard let device = DeviceName(text) else { return nil }
      self = .device(device)
      return
    }
    guard parts.count == 2 else {
      self = kind(.all)
      return
    }
    guard let selection = Selection(String(parts[1])), selection != .all, selection.node != nil
    else { return nil }
    self = kind(selection)
  }

  private static let kinds: [String: @Sendable (Selection) -> Accelerator] = [
    "amd": { .amd($0) }, "intel": { .intel($0) }, "vulkan": { .vulkan($0) },
  ]

  /// The full name as it is written under `gpus:`.
  package var text: String {
    func kernel(_ kind: String, _ selection: Selection) -> String {
      selection == .all ? kind : kind + "=" + selection.text
    }
    return switch self {
    case .nvidia(let selection): Self.nvidiaPrefix + selection.text
    case .amd(let selection): kernel("amd", selection)
    case .intel(let selection): kernel("intel", selection)
    case .vulkan(let selection): kernel("vulkan", selection)
    case .device(let name): name.text
    }
  }

  /// Whether it means all GPUs of its kind.
  var isAll: Bool {
    switch self {
    case .nvidia(let selection), .amd(let selection), .intel(let selection),
      .vulkan(let selection):
      selection == .all
    case .device(let name): name.name == "all"
    }
  }
}
