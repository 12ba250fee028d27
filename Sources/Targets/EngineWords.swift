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
  ///
  /// One that is chosen by its place sees all files, and a variable says which it is.
  var deviceNames: [String] {
    switch self {
    case .nvidia(let selection): ["nvidia.com/gpu=" + selection.text]
    // The kernel's door to all of AMD's processors, and the files of each.
    case .amd(let selection): ["/dev/kfd"] + selection.files
    case .intel(let selection), .vulkan(let selection): selection.files
    case .device(let name): [name.text]
    }
  }

  /// Files of the kernel; none for devices that have names.
  var files: [String] { deviceNames.filter { $0.hasPrefix("/") } }
}

extension Accelerator.Selection {
  fileprivate var files: [String] {
    if case .file(let name) = node { ["/dev/dri/" + name] } else { ["/dev/dri"] }
  }
}
