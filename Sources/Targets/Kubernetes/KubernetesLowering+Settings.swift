import Deployments
import Diagnostics

extension KubernetesLowering {
  /// Returns the GPUs as extended resources, which nodes count and do not name.
  mutating func gpus(
    _ accelerators: [Accelerator], of name: ResourceName
  ) -> [ClusterPod.Resource] {
    var counts: [(resource: String, count: Int)] = []
    for accelerator in accelerators {
      guard let resource = accelerator.resource(settings.intelDriver) else {
        let written = accelerator.deviceNames.first ?? ""
        object(
          to: name, .setting("gpus"), KubernetesObjections.gpus,
          accelerator.isAll
            ? "Kubernetes assigns a number of GPUs, and '\(name.text)' asks for all of a machine"
            : "Kubernetes has no resource for '\(written)'",
          help: accelerator.isAll
            ? "write one entry for each GPU: 'gpus: [\(accelerator.example)=0]'"
            : "write the GPU as its vendor's: 'nvidia.com/gpu=0', 'amd=0', 'intel=0' or another resource of a device plugin"
        )
        continue
      }
      if let place = counts.firstIndex(where: { $0.resource == resource }) {
        counts[place].count += 1
      } else {
        counts.append((resource, 1))
      }
    }
    return counts.map { .init(name: $0.resource, amount: String($0.count)) }
  }

  mutating func objectToSettings(of workload: Workload) {
    let server = workload.server
    let said: [(key: String, isSaid: Bool, help: String)] = [
      (
        "start", workload.activation != nil,
        "write 'start: boot', and scale the Deployment with KEDA if it should start on demand"
      ),
      (
        "exclusive", workload.group != nil,
        "remove the line: a server waits until a node has a GPU for it"
      ),
      ("log_driver", server.logDriver != nil, "remove the line: the cluster collects the output"),
      ("auto_update", server.imageUpdate != nil, "remove the line, and use 'amm lock --update'"),
      ("ipc", server.sharedMemory == .ofMachine, "write 'shm_size' instead"),
      ("ulimits", !server.resourceLimits.isEmpty, "remove the lines: nodes set these limits"),
    ]
    for (key, isSaid, help) in said where isSaid {
      object(
        to: workload.name, .setting(key), KubernetesObjections.setting,
        "Kubernetes does not support '\(key)' of '\(workload.name.text)'", help: help)
    }
  }

  /// Objects to a shell that starts the server, and to which the cluster sends the signal to stop.
  mutating func objectToShell(of container: Container, _ name: ResourceName) {
    var words = container.entrypointWords + container.arguments.map(\.text)
    func program(_ word: String) -> Substring { word.split(separator: "/").last ?? "" }
    if words.first.map(program) == "env" { words.removeFirst() }
    let shells = ["sh", "bash", "dash", "ash", "zsh", "ksh"]
    guard let shell = words.first, shells.contains(String(program(shell))),
      let option = words.firstIndex(where: { word in
        word.hasPrefix("-") && !word.hasPrefix("--") && word.hasSuffix("c")
      }), option + 1 < words.count
    else { return }
    let commands = words[option + 1].split { ";&|\n".contains($0) }
    let hands = commands.last?.split(separator: " ").dropLast().contains("exec") ?? false
    // A script with a trap passes the signal on by itself.
    let traps = commands.contains { $0.split(separator: " ").first == "trap" }
    guard !hands, !traps else { return }
    object(
      to: name, .setting("entrypoint"), KubernetesObjections.setting,
      "'\(name.text)' is started by '\(shell) \(words[option])', which keeps the signal to stop from the server",
      help: "begin the last command with 'exec'")
  }

  /// Objects to servers that share a volume which only one node can mount.
  mutating func objectToSharedClaims(of deployment: Deployment) {
    guard settings.storage.access == .one else { return }
    var users: [ResourceName: ResourceName] = [:]
    let all =
      deployment.workloads.map { ($0.name, $0.server, $0.replicas * ($0.span?.nodes ?? 1)) }
      + deployment.companions.compactMap { one in one.container.map { (one.name, $0, 1) } }
    for (name, container, pods) in all {
      for mount in container.mounts {
        guard let store = mount.store, !isTemporary(store, of: container) else { continue }
        if pods > 1 {
          object(
            to: name, .mount(mount.target), KubernetesObjections.storage,
            "the \(pods) pods of '\(name.text)' share the volume '\(store.text)', which only one node can mount",
            help:
              "write 'storage: {access: many}' for the target if the storage class supports it")
        }
        guard let other = users[store], other != name else {
          users[store] = name
          continue
        }
        object(
          to: name, .mount(mount.target), KubernetesObjections.storage,
          "'\(other.text)' and '\(name.text)' share the volume '\(store.text)', which only one node can mount",
          help:
            "write 'storage: {access: many}' for the target if the storage class supports it, or 'cache: own' for the instances"
        )
      }
    }
  }
}

extension Accelerator {
  /// Whether it means all GPUs of a machine.
  fileprivate var isAll: Bool {
    switch self {
    case .nvidia(.all), .amd(.all), .intel(.all): true
    default: false
    }
  }

  /// The name of one GPU, without its number.
  fileprivate var example: String {
    switch self {
    case .amd: "amd"
    case .intel: "intel"
    default: "nvidia.com/gpu"
    }
  }

  /// Returns the resource of the vendor's device plugin, or nil if there is none or the GPUs are not
  /// counted.
  fileprivate func resource(_ driver: KubernetesSettings.IntelDriver) -> String? {
    switch self {
    // A partition is a resource of its own, which depends on how the cluster offers it.
    case .nvidia(.one(let name)):
      name.contains(":") || name.hasPrefix("MIG-") ? nil : "nvidia.com/gpu"
    case .amd(.one): "amd.com/gpu"
    case .intel(.one): "gpu.intel.com/" + driver.rawValue
    case .device(let device) where device.name != "all" && device.kind != "mig":
      device.vendor + "/" + device.kind
    default: nil
    }
  }
}
