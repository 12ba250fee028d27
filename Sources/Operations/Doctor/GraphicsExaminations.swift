import Deployments
import Diagnostics

/// GPUs: those that the machine has, and those that instances use.
extension Examinations {
  /// Whether containers can use the cards that this machine has, a finding a kind.
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
      findings.append(Finding("GPUs", .ok, "none is used; servers compute on the processor"))
    }
    return findings
  }

  private var hasNVIDIA: Bool {
    machine.exists("/dev/nvidiactl") || machine.exists("/proc/driver/nvidia/version")
  }

  private var hasAMD: Bool { machine.exists("/dev/kfd") }

  private static let without =
    "on a machine without one, write 'gpus: []' under 'defaults:' in instances.yaml"

  /// Whether CDI files describe the devices: Podman passes on no others.
  ///
  /// - Parameter names: The CDI names that instances use.
  private func nvidia(_ names: [String]) -> Finding {
    let subject = "NVIDIA GPUs"
    guard hasNVIDIA else {
      return Finding(
        subject, .error, "there is none here, or its driver is not loaded, and instances use one",
        fix: Self.without)
    }
    let isUsed = !names.isEmpty
    let problem: Finding.State = isUsed ? .error : .warning
    let devices = ContainerDevices(of: machine)
    if let path = devices.unreadable.first, devices.names.isEmpty {
      return Finding(
        subject, problem, "'\(path)' describes them, and you may not read it",
        fix: "sudo chmod a+rx \(path.parentFolder) && sudo chmod a+r \(path)")
    }
    guard !devices.names.isEmpty else {
      return Finding(
        subject, problem, "no CDI file describes them, so Podman cannot pass them on",
        fix: generateCDI)
    }
    if let missing = devices.missing.first {
      return Finding(
        subject, problem,
        "'\(missing.cdi)' names '\(missing.path)', which is not there: it was written for another driver",
        fix: generateCDI)
    }
    let unknown = names.filter { !devices.names.contains($0) }
    guard unknown.isEmpty else {
      return Finding(
        subject, .error,
        "the CDI files know no \(Phrase.allOf(unknown)), but \(Phrase.allOf(devices.names.sorted()))",
        fix: "write one of those under 'gpus:' in instances.yaml, or \(generateCDI)")
    }
    return Finding(
      subject, .ok,
      "\(Phrase.allOf(isUsed ? names : devices.names.sorted())) described for containers")
  }

  /// The command that describes the GPUs anew.
  private var generateCDI: String {
    let command = "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml"
    guard !machine.has("nvidia-ctk") else { return command }
    return distribution.command(for: .containerToolkit) + ", then: " + command
  }

  /// Whether servers may open the kernel's files of a kind of cards.
  private func byFiles(_ kind: KernelGraphics, _ used: Set<Accelerator>) -> Finding {
    let subject = kind.title
    let problem: Finding.State = used.isEmpty ? .warning : .error
    if kind == .amd, !hasAMD {
      return Finding(
        subject, problem, "/dev/kfd is not there: the kernel has no amdgpu driver for compute",
        fix: "sudo modprobe amdgpu; \(Self.without)")
    }
    let nodes = machine.names(in: "/dev/dri").filter { $0.hasPrefix("renderD") }.sorted()
    guard kind == .amd || !nodes.isEmpty else {
      return Finding(
        subject, problem, "/dev/dri has no render node: the kernel has no driver for a card",
        fix: Self.without)
    }
    let named = used.compactMap { accelerator in
      if case .file(let name) = accelerator.node { name } else { String?.none }
    }.sorted()
    if let missing = named.first(where: { !nodes.contains($0) }) {
      return Finding(
        subject, .error, "/dev/dri/\(missing) is not there, but \(Phrase.allOf(nodes))",
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
        ? "no systemd of yours runs, so which groups servers will have was not seen"
        : "servers may open \(kind == .amd ? "/dev/kfd and " : "")the render nodes")
  }

  /// Why servers may not open a device that belongs to a group.
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
          + "before that, and a new login does not change it",
        "loginctl terminate-user \(user), or restart the machine"
      )
    }
    return (
      "\(device) belongs to the group '\(name)', and '\(user)' is not in it",
      "sudo usermod -aG \(name) \(user), then restart the machine: a new login is not enough for servers"
    )
  }
}

/// Cards that containers see by files of the kernel.
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
  /// `/etc/cdi` of `/etc/cdi/nvidia.yaml`.
  fileprivate var parentFolder: String {
    lastIndex(of: "/").map { String(self[..<$0]) } ?? "."
  }
}
