import Deployments
import Diagnostics
import Profiles
import Schema

/// Checks of the GPUs that instances name.
extension WorkspaceChecks {
  static let mixedGPUs = WorkspaceCheck(
    Rule(
      "mixed-gpus", "An instance uses GPUs of different vendors.",
      Explanation(
        """
        An image is built for CUDA or for ROCm. It can use the GPUs of only one vendor, and the \
        others would be idle.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [nvidia, amd]}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, gpus: [nvidia]}
            other: {port: 8081, gpus: [amd]}
          """))
  ) { workspace, rule, collector in
    // GPUs in 'defaults' are reported once, even if several instances inherit them.
    var seen: Set<SourceRange> = []
    for instance in workspace.instances + workspace.companionInstances {
      let kinds = Set(instance.devices.map { Processor([$0.value]) })
      guard kinds.count > 1, let last = instance.devices.last, seen.insert(last.range).inserted
      else { continue }
      collector.emit(
        rule, last.range, "'\(instance.name.value.text)' mixes GPUs of different vendors",
        help: "create an instance for each vendor")
    }
  }

  static let gpuTwice = WorkspaceCheck(
    Rule(
      "gpu-twice", "A GPU is named twice, or an instance names its GPUs in different ways.",
      Explanation(
        """
        A GPU that is named by its index and by its UUID would count as two, and the model would \
        be split across GPUs that do not exist. An index cannot be combined with a device file \
        either, because it counts all device files that the container sees.
        """,
        wrong: """
          # instances.yaml
          host:
            gpus: [{device: nvidia.com/gpu=0, memory: 24GB, uuid: GPU-2f68f999-7b41-e64a-3709-0c8c4fa756c0}]
          instances:
            main:
              port: 8080
              gpus: [nvidia.com/gpu=0, nvidia.com/gpu=GPU-2f68f999-7b41-e64a-3709-0c8c4fa756c0]
          """,
        right: """
          # instances.yaml
          host:
            gpus: [{device: nvidia.com/gpu=0, memory: 24GB, uuid: GPU-2f68f999-7b41-e64a-3709-0c8c4fa756c0}]
          instances:
            main: {port: 8080, gpus: [nvidia.com/gpu=GPU-2f68f999-7b41-e64a-3709-0c8c4fa756c0]}
          """))
  ) { workspace, rule, collector in
    // GPUs in 'defaults' are reported once, even if several instances inherit them.
    var seen: Set<SourceRange> = []
    for instance in workspace.instances + workspace.companionInstances {
      for (index, device) in instance.devices.enumerated() {
        let known = workspace.known(device.value)
        for other in instance.devices[..<index] {
          guard let clash = known.clash(with: workspace.known(other.value)),
            seen.insert(device.range).inserted
          else { continue }
          collector.emit(
            rule, device.range,
            "'\(device.value.text)' and '\(other.value.text)' \(clash.sentence)",
            help: clash.help, notes: [collector.note(other.range, "the other one is here")])
        }
      }
    }
    let gpus = workspace.host?.gpus?.value ?? []
    for (index, gpu) in gpus.enumerated() {
      let earlier = gpus[..<index]
      for other in earlier.compactMap(\.value.device) {
        // The host may list several GPUs of one kind without indices.
        guard let device = gpu.value.device, !(device.value.isAll && other.value.isAll),
          let clash = device.value.clash(with: other.value), seen.insert(device.range).inserted
        else { continue }
        collector.emit(
          rule, device.range,
          "'\(device.value.text)' and '\(other.value.text)' of the host \(clash.sentence)",
          help: clash.help, notes: [collector.note(other.range, "the other one is here")])
      }
      if let uuid = gpu.value.uuid,
        let other = earlier.first(where: { $0.value.uuid?.value == uuid.value })?.value.uuid
      {
        collector.emit(
          rule, uuid.range, "two GPUs of the host have the UUID '\(uuid.value)'",
          help: "'nvidia-smi -L' shows the UUID of each GPU",
          notes: [collector.note(other.range, "the other one is here")])
      }
    }
  }
}

/// Why two GPU names cannot be combined.
private enum Clash {
  case same, within, ways

  var sentence: String {
    switch self {
    case .same: "are the same GPU"
    case .within: "overlap: one of them means all GPUs"
    case .ways: "name GPUs in different ways"
    }
  }

  var help: String {
    switch self {
    case .same, .within: "remove one of them"
    case .ways: "name all of them by index, by device file, or by CDI name"
    }
  }
}

extension Accelerator {
  fileprivate func clash(with other: Accelerator) -> Clash? {
    if self == other { return .same }
    if covers(other) || other.covers(self) { return .within }
    switch (self, other) {
    case (.nvidia, .nvidia): return nil
    case (.amd, .amd), (.intel, .intel), (.vulkan, .vulkan):
      return isFile == other.isFile ? nil : .ways
    case (.device(let one), .device(let two)):
      let isOneKind = one.vendor == two.vendor && one.kind == two.kind
      if isOneKind, let first = Int(one.name), first == Int(two.name) { return .same }
      return isOneKind && (one.name == "all" || two.name == "all") ? .within : nil
    default: return Processor([self]) == Processor([other]) ? .ways : nil
    }
  }
}

extension Accelerator {
  private var isFile: Bool {
    if case .file = node { true } else { false }
  }
}
