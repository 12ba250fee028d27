import Deployments
package import Diagnostics
import Profiles
import Schema

/// What the instances ask for, beside what `host` says that the machine has.
extension WorkspaceChecks {
  /// One instance alone must fit; all that start by themselves should fit together.
  static let hostMemory = WorkspaceCheck(
    Rule(
      "host-ram", "An instance asks for no more memory than the host has.",
      Explanation(
        """
        A limit above the machine's memory protects nothing: the kernel kills the server while it \
        loads, or moves everything else to swap.
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
            ram: 12GB
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
      "host-cores", "An instance asks for no more cores than the host has.",
      Explanation(
        """
        A limit above the number of cores limits nothing, and the profile's author counted on a \
        larger machine than this one.
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
      "host-gpu-memory", "An instance asks for no more GPU memory than its GPUs have.",
      Explanation(
        """
        The server runs out of memory after it has downloaded the model and loaded a part of it, \
        and systemd starts it over.
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
            gpu_memory_min: 6GB
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
      check(
        workspace, rule, collector, capacity: capacity, at: gpus.range, among: instances,
        need: { instance in
          // What its files say is worked out, and not what its author thinks.
          guard let profile = instance.active?.profile,
            !profile.isPlanned(on: workspace.placement(of: instance))
          else { return nil }
          return profile.resources.gpuMemoryMin?.value.bytes
        },
        text: { "\(ByteCount(clamping: $0).text) of GPU memory" })
    }
  }

  static let unknownGPU = WorkspaceCheck(
    Rule(
      "unknown-gpu", .warning, "An instance's GPUs are among the host's.",
      Explanation(
        """
        Podman refuses to start a container whose device does not exist, and memory cannot be \
        checked for a GPU that 'host' does not describe.
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
    for instance in workspace.instances {
      for device in instance.devices
      where !gpus.value.contains(where: {
        workspace.known(device.value).covers($0.value.device?.value)
      }) {
        // Which of the host's GPUs has a UUID is not said.
        if device.value.isUUID, !gpus.value.contains(where: { $0.value.uuid != nil }) { continue }
        guard instance.writesDevices else {
          let known = Set(gpus.value.compactMap { $0.value.device?.value.text }).sorted()
          collector.emit(
            rule, instance.name.range,
            "'\(instance.name.value.text)' takes all NVIDIA GPUs unless told, and the host has none",
            help: "write 'gpus: [\(known.joined(separator: ", "))]', or add it under 'host.gpus'")
          continue
        }
        collector.emit(
          rule, device.range, "the host has no GPU '\(device.value.text)'",
          help: "add it under 'host.gpus', or choose one of those")
      }
    }
  }

  private static let together = Rule(
    "host-oversubscribed", .warning, "The instances that start by themselves fit together.",
    Explanation(
      """
      Each fits alone, but all of them start with the machine. Those that come last find no \
      memory left, or the kernel kills one of the others.
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
          coding: {port: 8081, auto_start: false}
        # profiles/coding/demo.yaml
        resources:
          ram: 12GB
        """))

  /// The rules that are not a check of their own.
  package static let moreRules = [together, podmanTwice]

  private static func check(
    _ workspace: WorkspaceDraft, _ rule: Rule, _ collector: DiagnosticCollector, capacity: Int,
    at place: SourceRange, among instances: [Instance]? = nil,
    need: (Instance) -> Int?, text: (Int) -> String
  ) {
    var sum = 0
    var isTooLargeAlone = false
    for instance in instances ?? workspace.instances {
      guard let amount = need(instance) else { continue }
      if amount > capacity {
        isTooLargeAlone = true
        collector.emit(
          rule, instance.name.range,
          "'\(instance.name.value.text)' needs \(text(amount)); the host has \(text(capacity))",
          help: "serve a smaller model, or correct 'host'",
          notes: [collector.note(place, "the host's is given here")])
      }
      if instance.startsAutomatically { sum = sum.addingSaturated(amount) }
    }
    if sum > capacity, !isTooLargeAlone {
      collector.emit(
        together, place,
        "the instances that start by themselves need \(text(sum)) together; the host has \(text(capacity))",
        help: "set 'auto_start: false' for one of them")
    }
  }
}

extension Accelerator {
  /// Whether it means the host's device, alone or among all.
  func covers(_ other: Accelerator?) -> Bool {
    switch (self, other) {
    case (.nvidia(.all), .nvidia), (.amd(.all), .amd), (.intel(.all), .intel),
      (.vulkan(.all), .vulkan):
      true
    default: self == other
    }
  }

  /// Whether it is one of NVIDIA's by a number that stays the same in any slot.
  var isUUID: Bool {
    if case .nvidia(.one(let name)) = self {
      name.hasPrefix("GPU-") || name.hasPrefix("MIG-")
    } else {
      false
    }
  }
}

extension WorkspaceDraft {
  /// A GPU as `host.gpus` names it: by its place, where it was named by its UUID.
  func known(_ device: Accelerator) -> Accelerator {
    guard case .nvidia(.one(let name)) = device, device.isUUID else { return device }
    let gpu = host?.gpus?.value.first { $0.value.uuid?.value == name }
    return gpu?.value.device?.value ?? device
  }

  /// An instance's GPUs as `host.gpus` names them.
  func devices(of instance: Instance) -> [Accelerator] { instance.devices.map { known($0.value) } }
}

extension Set<Accelerator> {
  /// A text to sort by, so that the order of messages never depends on hashing.
  fileprivate var order: String { map(\.text).sorted().joined(separator: " ") }
}
