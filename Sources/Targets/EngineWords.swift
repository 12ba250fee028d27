package import Deployments

extension ByteCount {
  /// As `podman run --memory` and Compose's `mem_limit` take it: `16g`, the largest unit that divides
  /// the amount.
  package var engineText: String {
    for (suffix, shift) in [("g", 30), ("m", 20), ("k", 10)]
    where bytes > 0 && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(suffix)"
    }
    return "\(bytes)b"
  }
}

extension Accelerator {
  /// What `AddDevice=` and `--device` take: a name of the container device interface, or files of the
  /// kernel.
  var deviceNames: [String] {
    switch self {
    case .nvidia(let selection): ["nvidia.com/gpu=" + selection.text]
    case .amd: ["/dev/kfd", "/dev/dri"]
    }
  }
}
