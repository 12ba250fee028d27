/// A graphics processor that a container may use.
package enum Device: Sendable, Hashable {
  /// By its CDI name, the part after `nvidia.com/gpu=`: `all`, an index or a UUID.
  case nvidia(String)
  /// All AMD processors, by the kernel's device files.
  case amd

  /// Parses `nvidia`, `nvidia.com/gpu=NAME` or `amd`.
  package init?(_ text: String) {
    let prefix = "nvidia.com/gpu="
    switch text {
    case "nvidia": self = .nvidia("all")
    case "amd": self = .amd
    case _ where text.hasPrefix(prefix):
      let name = text.dropFirst(prefix.count)
      guard (1...64).contains(name.utf8.count),
        name.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x2D || $0 == 0x3A || $0 == 0x2E })
      else { return nil }
      self = .nvidia(String(name))
    default: return nil
    }
  }

  package var text: String {
    switch self {
    case .nvidia(let name): "nvidia.com/gpu=" + name
    case .amd: "amd"
    }
  }

  /// What `AddDevice=` and `--device` take.
  package var paths: [String] {
    switch self {
    case .nvidia(let name): ["nvidia.com/gpu=" + name]
    case .amd: ["/dev/kfd", "/dev/dri"]
    }
  }
}
