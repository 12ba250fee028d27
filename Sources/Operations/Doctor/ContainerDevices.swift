import Diagnostics
import YAML

/// The NVIDIA GPUs that CDI files describe (Container Device Interface, SPEC.md, v0.6 to v1.0).
package struct ContainerDevices {
  /// The described GPUs, without the vendor: `0` of `nvidia.com/gpu=0`.
  package private(set) var names: Set<String> = []
  /// The host files that CDI files name, each with its CDI file.
  private var files: [(cdi: String, path: String)] = []
  /// CDI files that exist but cannot be read.
  package private(set) var unreadable: [String] = []

  /// The folders that Podman reads; the second takes precedence.
  package static let folders = ["/etc/cdi", "/run/cdi"]

  private let machine: Machine

  init(of machine: Machine) {
    self.machine = machine
    for folder in Self.folders {
      for name in machine.names(in: folder) where Self.isRead(name) {
        add(folder + "/" + name)
      }
    }
  }

  private static func isRead(_ name: String) -> Bool {
    name.hasSuffix(".yaml") || name.hasSuffix(".json")
  }

  private mutating func add(_ path: String) {
    guard let bytes = machine.read(path) else { return unreadable.append(path) }
    guard let root = Composer.compose(SourceFile(path: path, bytes: bytes)).value,
      root["kind"]?.text == "nvidia.com/gpu"
    else { return }
    let devices = root["devices"]?.items ?? []
    names.formUnion(devices.compactMap { $0["name"]?.text })
    for edits in ([root] + devices).compactMap({ $0["containerEdits"] }) {
      let mounts = edits["mounts"]?.items.compactMap { $0["hostPath"]?.text } ?? []
      let nodes = edits["deviceNodes"]?.items.compactMap { node in
        (node["hostPath"] ?? node["path"])?.text
      }
      let hooks = edits["hooks"]?.items.compactMap { $0["path"]?.text } ?? []
      files += (mounts + (nodes ?? []) + hooks).map { (path, $0) }
    }
  }

  /// Missing files that a CDI file names; it was written for another driver.
  package var missing: [(cdi: String, path: String)] { files.filter { !machine.exists($0.path) } }
}

extension Node {
  fileprivate var items: [Node] { if case .sequence(let items) = content { items } else { [] } }
}
