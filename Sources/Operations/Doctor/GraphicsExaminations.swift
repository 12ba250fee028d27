import Deployments
import Diagnostics

/// Checks of GPUs: those of the machine, and those that instances use.
extension Examinations {
  /// Checks whether containers can use the machine's GPUs; returns a finding for each kind.
  package func graphics() -> [Finding] {
    let used = Set(servers?.deployment.workloads.flatMap(\.server.accelerators) ?? [])
    let names = used.compactMap { device in
      if case .nvidia(let selection) = device { selection.text } else { nil }
    }.sorted()
    let hasNVIDIA = hasNVIDIA
    var findings: [Finding] = []
    if !names.isEmpty || hasNVIDIA { findings.append(nvidia(names)) }
    let files = KernelGraphics.allCases.map { ($0, used.filter($0.covers)) }
    for (kind, used) in files where !used.isEmpty || (kind == .amd && hasAMD) {
      findings.append(byFiles(kind, used))
    }
    if findings.isEmpty {
      findings.append(Finding("GPUs", .ok, "no GPU is used; servers run on the CPU"))
    }
    return findings
  }

  private var hasNVIDIA: Bool {
    machine.exists("/dev/nvidiactl") || machine.exists("/proc/driver/nvidia/version")
  }

  private var hasAMD: Bool { machine.exists("/dev/kfd") }

  private static let without =
    "on a machine without a GPU, write 'gpus: []' under 'defaults:' in instances.yaml"

  /// Checks whether CDI files describe the GPUs: Podman does not pass on others.
  ///
  /// - Parameter names: The CDI names that instances use.
  private func nvidia(_ names: [String]) -> Finding {
    let subject = "NVIDIA GPUs"
    guard hasNVIDIA else {
      return Finding(
        subject, .error,
        "instances use one, but this machine has none, or its driver is not loaded",
        fix: Self.without)
    }
    let isUsed = !names.isEmpty
    let problem: Finding.State = isUsed ? .error : .warning
    let devices = ContainerDevices(of: machine)
    if let path = devices.unreadable.first, devices.names.isEmpty {
      return Finding(
        subject, problem, "'\(path)' describes them, but you do not have permission to read it",
        fix: "sudo chmod a+rx \(path.parentFolder) && sudo chmod a+r \(path)")
    }
    guard !devices.names.isEmpty else {
      return Finding(
        subject, problem, "no CDI file describes them, so Podman cannot pass them to containers",
        fix: generateCDI)
    }
    if let missing = devices.missing.first {
      return Finding(
        subject, problem,
        "'\(missing.cdi)' names '\(missing.path)', which does not exist: it was written for another driver",
        fix: generateCDI)
    }
    let unknown = names.filter { !devices.names.contains($0) }
    guard unknown.isEmpty else {
      return Finding(
        subject, .error,
        "the CDI files describe \(Phrase.allOf(devices.names.sorted())), but not \(Phrase.allOf(unknown))",
        fix: "write one of those under 'gpus:' in instances.yaml, or \(generateCDI)")
    }
    return Finding(
      subject, .ok,
      "CDI files describe \(Phrase.allOf(isUsed ? names : devices.names.sorted())) for containers")
  }

  /// The command that describes the GPUs again.
  private var generateCDI: String {
    let command = "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"
    guard !machine.has("nvidia-ctk") else { return command }
    return distribution.command(for: .containerToolkit) + ", then: " + command
  }

  /// Checks whether servers have permission to open the kernel's device files of a kind of GPU.
  private func byFiles(_ kind: KernelGraphics, _ used: Set<Accelerator>) -> Finding {
    let subject = kind.title
    let problem: Finding.State = used.isEmpty ? .warning : .error
    if kind == .amd, !hasAMD {
      return Finding(
        subject, problem, "/dev/kfd does not exist: the kernel has no amdgpu driver for compute",
        fix: "sudo modprobe amdgpu; \(Self.without)")
    }
    let nodes = machine.names(in: "/dev/dri").filter { $0.hasPrefix("renderD") }.sorted()
    guard kind == .amd || !nodes.isEmpty else {
      return Finding(
        subject, problem, "/dev/dri has no render node: the kernel has no driver for a GPU",
        fix: Self.without)
    }
    let named = used.compactMap { accelerator in
      if case .file(let name) = accelerator.node { name } else { String?.none }
    }.sorted()
    if let missing = named.first(where: { !nodes.contains($0) }) {
      return Finding(
        subject, .error, "/dev/dri/\(missing) does not exist; the nodes are \(Phrase.allOf(nodes))",
        fix: "write one of those under 'gpus:' in instances.yaml")
    }
    let manager = UserManager(of: machine)
    let devices = (named.isEmpty ? nodes : named).map { "/dev/dri/" + $0 }
    for device in (kind == .amd ? ["/dev/kfd"] : []) + devices {
      guard let mode = machine.permissions(of: device), mode & 0o006 != 0o006,
        let group = machine.group(of: device)
      else { continue }
      if let objection = objection(to: device, group, manager) {
        return Finding(subject, problem, objection.message, fix: objection.fix)
      }
    }
    return Finding(
      subject, manager.groups == nil ? .unseen : .ok,
      manager.groups == nil
        ? "your systemd user manager does not run, so the groups of servers are not known"
        : "servers can open \(kind == .amd ? "/dev/kfd and " : "")the render nodes")
  }

  /// Returns the reason that servers have no permission to open a device of a group.
  private func objection(
    to device: String, _ group: Int, _ manager: UserManager
  ) -> (message: String, fix: String)? {
    guard let groups = manager.groups, !groups.contains(group) else { return nil }
    let user = machine.userName ?? "$USER"
    let known = manager.group(group)
    let name = known?.name ?? String(group)
    if known?.hasUser == true {
      return (
        "'\(user)' is in the group '\(name)' of \(device), but the systemd that starts servers was started "
          + "before that, and a new login does not restart it",
        "loginctl terminate-user \(user), or restart the machine"
      )
    }
    return (
      "\(device) belongs to the group '\(name)', but '\(user)' is not in it",
      "sudo usermod -aG \(name) \(user), then restart the machine: a new login is not enough for servers"
    )
  }
}

/// Kinds of GPUs that containers use through device files of the kernel.
private enum KernelGraphics: CaseIterable {
  case amd, intel, vulkan

  var title: String {
    switch self {
    case .amd: "AMD GPUs"
    case .intel: "Intel GPUs"
    case .vulkan: "GPUs for Vulkan"
    }
  }

  func covers(_ accelerator: Accelerator) -> Bool {
    switch (self, accelerator) {
    case (.amd, .amd), (.intel, .intel), (.vulkan, .vulkan): true
    default: false
    }
  }
}

extension String {
  /// The folder of a path: `/etc/cdi` of `/etc/cdi/nvidia.yaml`.
  fileprivate var parentFolder: String {
    lastIndex(of: "/").map { String(self[..<$0]) } ?? "."
  }
}
