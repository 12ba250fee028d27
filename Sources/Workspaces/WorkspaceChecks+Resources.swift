import Deployments
package import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  static let mixedGPUs = WorkspaceCheck(
    Rule("mixed-gpus", "An instance uses GPUs of one maker: its image is for one.")
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      let kinds = Set(instance.devices.map { Processor([$0.value]) })
      guard kinds.count > 1, let last = instance.devices.last else { continue }
      collector.emit(
        rule, last.range, "'\(instance.name.value.text)' mixes GPUs of two makers",
        help: "make two instances")
    }
  }

  static let cacheConflict = WorkspaceCheck(
    Rule("cache-conflict", "Two instances share a cache only where their runtimes can.")
  ) { workspace, rule, collector in
    var users: [Mount.Source: Instance] = [:]
    for instance in workspace.instances {
      guard let runtime = instance.active?.profile.runtime.value else { continue }
      let place = instance.cachePlace(of: runtime)
      defer { users[place] = instance }
      guard let other = users[place], let otherRuntime = other.active?.profile.runtime.value
      else { continue }
      let names = "'\(other.name.value.text)' and '\(instance.name.value.text)'"
      let range = instance.cache?.range ?? instance.name.range
      if runtime.cache.kind != otherRuntime.cache.kind {
        collector.emit(
          rule, range, "\(names) keep different kinds of models in one cache",
          help: "give one of them 'cache: own'")
      } else if !runtime.cache.isShareable {
        collector.emit(
          rule, range, "\(names) would write to one cache, which \(runtime.name) cannot share",
          help: "give one of them 'cache: own'")
      }
    }
  }

  static let tokenSource = WorkspaceCheck(
    Rule("token-source", "A token comes from one place.")
  ) { workspace, rule, collector in
    var seen: Set<SourceRange> = []
    for instance in workspace.instances {
      guard let token = instance.token, seen.insert(token.range).inserted else { continue }
      switch (token.value.secret, token.value.environmentFile) {
      case (nil, nil) where !collector.hasErrors(in: token.range):
        collector.emit(
          rule, token.range, "'token' names no place",
          help: "write 'token: {secret: hf-token}' or 'token: {environment_file: PATH}'")
      case (_?, let file?):
        collector.emit(
          rule, file.range, "'token' names two places", help: "remove one of the two")
      case (nil, let file?) where workspace.location.contains(file.value):
        collector.emit(
          rule, file.range, "'\(file.value.text)' lies in the workspace, which is shared",
          help: "move it out, such as to '~/.config/amm/hf.env'")
      default: continue
      }
    }
  }

  static let reservedVariable = WorkspaceCheck(
    Rule("reserved-variable", "What amm sets itself is not set again by an instance.")
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let runtime = instance.active?.profile.runtime.value else { continue }
      for variable in instance.environments.joined()
      where runtime.reserved.contains(variable.name.value.text) {
        collector.emit(
          rule, variable.name.range,
          "amm sets '\(variable.name.value.text)' itself for \(runtime.name)",
          help: "remove the line")
      }
    }
  }

  static let secretVariable = WorkspaceCheck(SchemaRules.secretValue) {
    workspace, _, collector in
    for instance in workspace.instances {
      for variable in instance.environments.joined()
      where Secrets.isSecretName(variable.name.value.text) {
        collector.emit(
          Secrets.refusal(
            .unquoted(workspace.source, variable.item.range),
            "'environment.\(variable.name.value.text)' is a secret by its name"))
      }
    }
  }

  /// One instance alone must fit; all that start by themselves should fit together.
  static let hostMemory = WorkspaceCheck(
    Rule("host-ram", "An instance asks for no more memory than the host has.")
  ) { workspace, rule, collector in
    guard let ram = workspace.host?.ram else { return }
    check(
      workspace, rule, collector, capacity: ram.value.bytes, at: ram.range,
      need: { $0.limits.memory?.bytes },
      text: { "\(ByteCount(bytes: $0).text) of memory" })
  }

  static let hostCores = WorkspaceCheck(
    Rule("host-cores", "An instance asks for no more cores than the host has.")
  ) { workspace, rule, collector in
    guard let cores = workspace.host?.cpuCores else { return }
    check(
      workspace, rule, collector, capacity: cores.value, at: cores.range,
      need: { $0.limits.cores }, text: { Phrase.count($0, "core") })
  }

  static let hostGPUMemory = WorkspaceCheck(
    Rule("host-gpu-memory", "An instance asks for no more GPU memory than its GPUs have.")
  ) { workspace, rule, collector in
    guard let gpus = workspace.host?.gpus else { return }
    let groups = Dictionary(grouping: workspace.instances) { instance in
      Set(instance.devices.map(\.value))
    }
    for (devices, instances) in groups.sorted(by: { $0.key.order < $1.key.order }) {
      let matching = gpus.value.filter { gpu in
        devices.contains { $0.covers(gpu.value.device?.value) }
      }
      guard !matching.isEmpty else { continue }
      let capacity = matching.compactMap(\.value.memory?.value.bytes).reduce(0, +)
      check(
        workspace, rule, collector, capacity: capacity, at: gpus.range, among: instances,
        need: { $0.active?.profile.resources.gpuMemoryMin?.value.bytes },
        text: { "\(ByteCount(bytes: $0).text) of GPU memory" })
    }
  }

  static let unknownGPU = WorkspaceCheck(
    Rule("unknown-gpu", .warning, "An instance's GPUs are among the host's.")
  ) { workspace, rule, collector in
    guard let gpus = workspace.host?.gpus else { return }
    for instance in workspace.instances {
      for device in instance.devices
      where !gpus.value.contains(where: { device.value.covers($0.value.device?.value) }) {
        collector.emit(
          rule, device.range, "the host has no GPU '\(device.value.text)'",
          help: "add it under 'host.gpus', or choose one of those")
      }
    }
  }

  private static let together = Rule(
    "host-oversubscribed", .warning, "The instances that start by themselves fit together.")

  /// The rules that are not a check of their own.
  package static let moreRules = [together]

  private static func check(
    _ workspace: Workspace, _ rule: Rule, _ collector: DiagnosticCollector, capacity: Int,
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
          "'\(instance.name.value.text)' needs \(text(amount)); there is \(text(capacity))",
          help: "serve a smaller model, or correct 'host'",
          notes: [collector.note(place, "the host's is given here")])
      }
      if instance.startsAutomatically { sum += amount }
    }
    if sum > capacity, !isTooLargeAlone {
      collector.emit(
        together, place,
        "the instances that start by themselves need \(text(sum)) together; there is \(text(capacity))",
        help: "set 'auto_start: false' for one of them")
    }
  }
}

extension Device {
  /// Whether it means the host's device, alone or among all.
  fileprivate func covers(_ other: Device?) -> Bool {
    switch (self, other) {
    case (.nvidia("all"), .nvidia): true
    default: self == other
    }
  }
}

extension Set<Device> {
  /// A text to sort by, so that the order of messages never depends on hashing.
  fileprivate var order: String { map(\.text).sorted().joined(separator: " ") }
}
