import Deployments
import Diagnostics
import Profiles
import Schema

/// Which GPUs instances name, and how.
extension WorkspaceChecks {
  static let mixedGPUs = WorkspaceCheck(
    Rule(
      "mixed-gpus", "An instance uses GPUs of one maker: its image is for one.",
      Explanation(
        """
        An image is built for CUDA or for ROCm. It sees the GPUs of one maker, and the others \
        would be handed to it in vain.
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
    // Those of 'defaults' are one mistake, however many instances have them.
    var seen: Set<SourceRange> = []
    for instance in workspace.instances {
      let kinds = Set(instance.devices.map { Processor([$0.value]) })
      guard kinds.count > 1, let last = instance.devices.last, seen.insert(last.range).inserted
      else { continue }
      collector.emit(
        rule, last.range, "'\(instance.name.value.text)' mixes GPUs of two makers",
        help: "make two instances")
    }
  }

  static let gpuTwice = WorkspaceCheck(
    Rule(
      "gpu-twice", "A GPU is named once, and those of one instance in one way.",
      Explanation(
        """
        By its index and by its UUID it would be counted as two, and the model would be split among \
        GPUs that are not there. A number and the name of a device file do not go together either: \
        the first is among all files that the container sees.
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
    // Those of 'defaults' are one mistake, however many instances have them.
    var seen: Set<SourceRange> = []
    for instance in workspace.instances {
      for (index, device) in instance.devices.enumerated() {
        let known = workspace.known(device.value)
        for other in instance.devices[..<index] {
          guard let clash = known.clash(with: workspace.known(other.value)),
            seen.insert(device.range).inserted
          else { continue }
          collector.emit(
            rule, device.range,
            "'\(device.value.text)' and '\(other.value.text)' \(clash.sentence)",
            help: clash.help, notes: [collector.note(other.range, "the other one stands here")])
        }
      }
    }
    let gpus = workspace.host?.gpus?.value ?? []
    for (index, gpu) in gpus.enumerated() {
      let earlier = gpus[..<index]
      for other in earlier.compactMap(\.value.device) {
        // Several of one kind may stand there with no number each.
        guard let device = gpu.value.device, !(device.value.isAll && other.value.isAll),
          let clash = device.value.clash(with: other.value), seen.insert(device.range).inserted
        else { continue }
        collector.emit(
          rule, device.range,
          "'\(device.value.text)' and '\(other.value.text)' of the host \(clash.sentence)",
          help: clash.help, notes: [collector.note(other.range, "the other one stands here")])
      }
      if let uuid = gpu.value.uuid,
        let other = earlier.first(where: { $0.value.uuid?.value == uuid.value })?.value.uuid
      {
        collector.emit(
          rule, uuid.range, "two GPUs of the host have the UUID '\(uuid.value)'",
          help: "'nvidia-smi -L' shows that of each",
          notes: [collector.note(other.range, "the other one stands here")])
      }
    }
  }
}

/// Why two of an instance's GPUs do not go together.
private enum Clash {
  case same, within, ways

  var sentence: String {
    switch self {
    case .same: "are one GPU"
    case .within: "overlap: one of them means all"
    case .ways: "name GPUs in two ways"
    }
  }

  var help: String {
    switch self {
    case .same, .within: "remove one of them"
    case .ways: "name all of them by number, by the name of their device file, or by that of CDI"
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
