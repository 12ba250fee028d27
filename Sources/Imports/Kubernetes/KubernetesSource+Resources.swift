import Deployments
import Diagnostics
import Profiles
import Schema
import Text
import YAML

/// The resources of a container: GPUs, memory and processors.
extension KubernetesSource {
  /// Reads the limits and requests of a container.
  ///
  /// - Parameter shared: The shared memory, which counts as the container's in a cluster; amm adds it for a
  ///   cluster, and Podman counts it in the same limit.
  mutating func readResources(
    _ node: Node, besides shared: Int, into server: inout ForeignServer
  ) {
    let limits = node["limits"]?.entries ?? []
    let requests = node["requests"]?.entries ?? []
    var gpus: [String] = []
    var place: SourceRange?
    for entry in limits + requests.filter({ one in !limits.contains { $0.key == one.key } }) {
      guard let amount = entry.value.written else { continue }
      let count = Int(amount.value).map { max(0, min($0, 64)) } ?? 0
      switch entry.key {
      case "memory", "cpu", "ephemeral-storage": continue
      case "nvidia.com/gpu": gpus += (0..<count).map { "nvidia.com/gpu=\($0)" }
      case "amd.com/gpu": gpus += (0..<count).map { "amd=\($0)" }
      case let name where name.hasPrefix("gpu.intel.com/"):
        guard !name.hasSuffix("monitoring") else { continue }
        gpus += (0..<count).map { "intel=\($0)" }
      case let name where name.hasPrefix("nvidia.com/"):
        gpus.append("nvidia")
        server.tell(
          Located(name, entry.keyRange), .changed,
          "write the part's name under 'gpus'; 'nvidia-ctk cdi list' prints it")
      default:
        server.tell(
          Located(entry.key, entry.keyRange), .dropped, "write the devices under 'gpus'")
        continue
      }
      place = place ?? entry.keyRange
    }
    if let place { server.gpus = Located(gpus, place) }
    if let cores = limits.first(where: { $0.key == "cpu" })?.value.written,
      let number = KubernetesQuantity.number(cores.value)
    {
      server.addSetting("cpus", Located(String(number), cores.range))
      if number.rounded(.up) != number {
        server.tell(
          Located("limits.cpu", cores.range), .changed,
          "'cpu_cores' has whole cores, so \(cores.value.abbreviatedName) is rounded up")
      }
    }
    if let memory = limits.first(where: { $0.key == "memory" })?.value.written,
      let bytes = KubernetesQuantity.bytes(memory.value)
    {
      let isWithout = (isForCluster || server.isInstance) && shared > 0 && bytes > shared
      let own = isWithout ? bytes - shared : bytes
      server.settings.append(("limits.ram", Located(KubernetesQuantity.size(own), memory.range)))
      if isWithout, !server.isInstance {
        server.tell(
          Located("limits.memory", memory.range), .changed,
          "'ram' has no shared memory, which amm adds for a cluster")
      }
    }
    if let storage = limits.first(where: { $0.key == "ephemeral-storage" })?.value.written {
      server.diskLimit = KubernetesQuantity.bytes(storage.value).map { ($0, storage) }
    }
    for entry in requests where ["memory", "cpu"].contains(entry.key) {
      guard !limits.contains(where: { $0.key == entry.key }) else { continue }
      server.tell(
        Located("requests." + entry.key, entry.keyRange), .dropped,
        "a machine has no scheduler; see 'limits'")
    }
  }
}
