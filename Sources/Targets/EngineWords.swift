package import Deployments
import Values

extension ByteCount {
  /// The amount as `podman run --memory` and Compose's `mem_limit` accept it: `16g`, in the largest
  /// unit that divides it.
  package var engineText: String {
    for (suffix, shift) in [("g", 30), ("m", 20), ("k", 10)]
    where bytes > 0 && bytes % (1 << shift) == 0 {
      return "\(bytes >> shift)\(suffix)"
    }
    return "\(bytes)b"
  }
}

extension Accelerator {
  /// The values for `AddDevice=` and `--device`: CDI names or device files of the kernel.
  ///
  /// If a GPU is selected by its index, the container gets all device files, and an environment
  /// variable selects the GPU.
  package var deviceNames: [String] {
    switch self {
    case .nvidia(let selection): ["nvidia.com/gpu=" + selection.text]
    // The kernel's interface to all AMD GPUs, and the files of the selected ones.
    case .amd(let selection): ["/dev/kfd"] + selection.files
    case .intel(let selection), .vulkan(let selection): selection.files
    case .device(let name): [name.text]
    }
  }

  /// The device files of the kernel.
  ///
  /// Empty for devices with CDI names.
  var files: [String] { deviceNames.filter { $0.hasPrefix("/") } }
}

extension Accelerator.Selection {
  fileprivate var files: [String] {
    if case .file(let name) = node { ["/dev/dri/" + name] } else { ["/dev/dri"] }
  }
}

extension Container {
  /// The words of its entry point, which is a program or a JSON list; empty if the image's own is kept.
  package var entrypointWords: [String] {
    guard let text = entrypoint?.text else { return [] }
    guard text.hasPrefix("["), let list = JSONValue(parsing: Array(text.utf8))?.list else {
      return [text]
    }
    return list.compactMap(\.text)
  }
}
