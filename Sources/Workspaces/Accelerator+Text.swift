package import Deployments

extension Accelerator {
  private static let prefix = "nvidia.com/gpu="

  /// Parses `nvidia`, `nvidia.com/gpu=NAME` or `amd`, as `gpus:` has them.
  package init?(_ text: String) {
    switch text {
    case "nvidia": self = .nvidia(.all)
    case "amd": self = .amd
    case _ where text.hasPrefix(Self.prefix):
      guard let selection = Selection(String(text.dropFirst(Self.prefix.count))) else { return nil }
      self = .nvidia(selection)
    default: return nil
    }
  }

  /// As `gpus:` has it, in full.
  package var text: String {
    switch self {
    case .nvidia(let selection): Self.prefix + selection.text
    case .amd: "amd"
    }
  }
}
