import Deployments
package import Diagnostics
import Profiles
import Schema

/// Checks of the instances' requirements against the hardware in `host`.
extension WorkspaceChecks {
  /// Each instance must fit by itself, and all instances that start by themselves should fit together.
  static let hostMemory = WorkspaceCheck(
    Rule(
      "host-ram", "An instance needs more memory than the host has.",
      Explanation(
        """
        A limit above the machine's memory has no effect: the kernel kills the server while it \
        loads, or moves other programs to swap. Choose a smaller model, quantization or context.
        """,
        wrong: """
          # instances.yaml
          host: {ram: 16GB}
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          resources:
            ram: 32GB
          """,
        right: """
          # instances.yaml
          host: {ram: 16GB}
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          resources:
            ram: 12GB  # with a smaller quantization
          """))
  ) { workspace, rule, collector in
    guard let ram = workspace.host?.ram else { return }
    check(
      workspace, rule, collector, capacity: ram.value.bytes, at: ram.range,
      need: { $0.limits.memory?.bytes },
      text: { "\(ByteCount(clamping: $0).text) of memory" })
  }

  static let hostCores = WorkspaceCheck(
    Rule(
      "host-cores", "An instance needs more cores than the host has.",
      Explanation(
        """
        A limit above the number of cores has no effect, and the profile was written for a larger \
        machine.
        """,
        wrong: """
          # instances.yaml
          host: {cpu_cores: 8}
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          resources:
            cpu_cores: 16
          """,
        right: """
          # instances.yaml
          host: {cpu_cores: 8}
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          resources:
            cpu_cores: 6
          """))
  ) { workspace, rule, collector in
    guard let cores = workspace.host?.cpuCores else { return }
    check(
      workspace, rule, collector, capacity: cores.value, at: cores.range,
      need: { $0.limits.cores }, text: { Phrase.count($0, "core") })
  }

  static let hostGPUMemory = WorkspaceCheck(
    Rule(
      "host-gpu-memory", "An instance needs more GPU memory than its GPUs have.",
      Explanation(
        """
        The server runs out of memory after it has downloaded the model and loaded a part of it, \
        and systemd restarts it. Choose a smaller model, quantization or context.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 8GB}]}
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          resources:
            gpu_memory_min: 12GB
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 8GB}]}
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0]}
          # profiles/coding/demo.yaml
          resources:
            gpu_memory_min: 6GB  # with a smaller quantization
          """))
  ) { workspace, rule, collector in
    guard let gpus = workspace.host?.gpus else { return }
    let groups = Dictionary(grouping: workspace.instances) { instance in
      Set(workspace.devices(of: instance))
    }
    for (devices, instances) in groups.sorted(by: { $0.key.order < $1.key.order }) {
      let matching = gpus.value.filter { gpu in
        devices.contains { $0.covers(gpu.value.device?.value) }
      }
      guard !matching.isEmpty else { continue }
      let capacity = matching.compactMap(\.value.memory?.value)
        .reduce(ByteCount(clamping: 0), +).bytes
      let isPlanned = instances.allSatisfy { instance in
        let placement = workspace.placement(of: instance)
        return instance.profiles.allSatisfy { $0.isPlanned(on: placement) }
      }
      check(
        workspace, rule, collector, capacity: capacity, at: gpus.range, among: instances,
        // If the memory need is calculated, other checks use it instead of the author's estimate.
        need: { instance in
          let placement = workspace.placement(of: instance)
          return instance.profiles.filter { !$0.isPlanned(on: placement) }
            .compactMap { $0.resources.gpuMemoryMin?.value.bytes }.max()
        },
        share: { instance in
          guard !isPlanned else { return nil }
          let placement = workspace.placement(of: instance)
          return instance.profiles.compactMap {
            $0.resources.gpuMemoryMin?.value.bytes ?? $0.leastMemory(on: placement)
          }.max()
        },
        text: { "\(ByteCount(clamping: $0).text) of GPU memory" })
    }
  }

  static let unknownGPU = WorkspaceCheck(
    Rule(
      "unknown-gpu", .warning, "An instance uses a GPU that 'host' does not list.",
      Explanation(
        """
        Podman does not start a container whose device does not exist, and amm cannot check the \
        memory of a GPU that 'host' does not list.
        """,
        wrong: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 24GB}]}
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=1]}
          """,
        right: """
          # instances.yaml
          host: {gpus: [{device: nvidia.com/gpu=0, memory: 24GB}]}
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=0]}
          """))
  ) { workspace, rule, collector in
    guard let gpus = workspace.host?.gpus else { return }
    for instance in workspace.instances + workspace.companionInstances {
      for device in instance.devices
      where !gpus.value.contains(where: {
        workspace.known(device.value).covers($0.value.device?.value)
      }) {
        // The host lists no UUIDs to compare with.
        if device.value.isUUID, !gpus.value.contains(where: { $0.value.uuid != nil }) { continue }
        guard instance.writesDevices else {
          let known = Set(gpus.value.compactMap { $0.value.device?.value.text }).sorted()
          collector.emit(
            rule, instance.name.range,
            "'\(instance.name.value.text)' uses all NVIDIA GPUs by default, but the host has none",
            help:
              "write 'gpus: [\(known.joined(separator: ", "))]', or add the GPUs under 'host.gpus'")
          continue
        }
        collector.emit(
          rule, device.range, "the host has no GPU '\(device.value.text)'",
          help: "add it under 'host.gpus', or use a GPU that is listed there")
      }
    }
  }

  private static let together = Rule(
    "host-oversubscribed", .warning,
    "The instances that start by themselves need more than the host has.",
    Explanation(
      """
      Each instance fits by itself, but all of them start with the session or with a request. The last \
      ones find too little memory, or the kernel kills one of the others. Of an exclusive group, \
      only the largest instance counts.
      """,
      wrong: """
        # instances.yaml
        host: {ram: 16GB}
        instances:
          chat: {port: 8080}
          coding: {port: 8081}
        # profiles/coding/demo.yaml
        resources:
          ram: 12GB
        """,
      right: """
        # instances.yaml
        host: {ram: 16GB}
        instances:
          chat: {port: 8080}
          coding: {port: 8081, start: manual}
        # profiles/coding/demo.yaml
        resources:
          ram: 12GB
        """))

  /// The rules without a separate check.
  package static let moreRules = [
    together, podmanTwice, twoManagers, namespaceTwice, targetSetting, emptyTarget,
    companionTooLong, memoryShared,
    memorySharedClose,
  ]

  /// - Parameters:
  ///   - need: What an instance takes by itself; nil if another check compares it.
  ///   - share: What it takes of the sum; nil to use `need`.
  private static func check(
    _ workspace: WorkspaceDraft, _ rule: Rule, _ collector: DiagnosticCollector, capacity: Int,
    at place: SourceRange, among instances: [Instance]? = nil,
    need: (Instance) -> Int?, share: ((Instance) -> Int?)? = nil, text: (Int) -> String
  ) {
    let instances = instances ?? workspace.instances
    var isTooLargeAlone = false
    for instance in instances {
      guard let amount = need(instance), amount > capacity else { continue }
      isTooLargeAlone = true
      collector.emit(
        rule, instance.name.range,
        "'\(instance.name.value.text)' needs \(text(amount)), but the host has \(text(capacity))",
        help: "serve a smaller model, or correct 'host'",
        notes: [collector.note(place, "the host's value is here")])
    }
    let shares =
      share.map { workspace.together(among: instances, $0) }
      ?? workspace.together(among: instances, need)
    let sum = shares.reduce(0) { $0.addingSaturated($1.amount) }
    isTooLargeAlone = isTooLargeAlone || shares.contains { $0.amount > capacity }
    if sum > capacity, !isTooLargeAlone {
      let isRouted = instances.contains { workspace.routed.contains($0.name.value) }
      collector.emit(
        together, place,
        isRouted
          ? "the instances that clients or sessions can start need \(text(sum)) in total, but the host has \(text(capacity))"
          : "the instances that start by themselves need \(text(sum)) in total, but the host has \(text(capacity))",
        help: isRouted
          ? "put some of them into one 'exclusive' group, or leave some out under 'for' of the router"
          : "set 'start: manual' for one of them, or put some of them into one 'exclusive' group")
    }
  }
}

extension Accelerator {
  /// Returns whether it is or includes the host's device.
  func covers(_ other: Accelerator?) -> Bool {
    switch (self, other) {
    case (.nvidia(.all), .nvidia), (.amd(.all), .amd), (.intel(.all), .intel),
      (.vulkan(.all), .vulkan):
      true
    default: self == other
    }
  }

  /// Whether it is an NVIDIA GPU that is named by its UUID.
  var isUUID: Bool {
    if case .nvidia(.one(let name)) = self {
      name.hasPrefix("GPU-") || name.hasPrefix("MIG-")
    } else {
      false
    }
  }
}

extension WorkspaceDraft {
  /// Returns a GPU as `host.gpus` names it: a GPU that was named by its UUID is replaced by its
  /// device name.
  func known(_ device: Accelerator) -> Accelerator {
    guard case .nvidia(.one(let name)) = device, device.isUUID else { return device }
    let gpu = host?.gpus?.value.first { $0.value.uuid?.value == name }
    return gpu?.value.device?.value ?? device
  }

  /// Returns an instance's GPUs as `host.gpus` names them.
  func devices(of instance: Instance) -> [Accelerator] { instance.devices.map { known($0.value) } }
}

extension Set<Accelerator> {
  /// A sort key, so that the order of messages does not depend on hashing.
  fileprivate var order: String { map(\.text).sorted().joined(separator: " ") }
}
