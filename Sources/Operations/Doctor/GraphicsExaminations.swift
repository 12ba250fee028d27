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
    if used.contains(.amd) || hasAMD { findings.append(amd(isUsed: used.contains(.amd))) }
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

  private func amd(isUsed: Bool) -> Finding {
    let subject = "AMD GPUs"
    let problem: Finding.State = isUsed ? .error : .warning
    guard hasAMD else {
      return Finding(
        subject, problem, "/dev/kfd is not there: the kernel has no amdgpu driver for compute",
        fix: "sudo modprobe amdgpu; \(Self.without)")
    }
    let manager = UserManager(of: machine)
    let nodes = machine.names(in: "/dev/dri").filter { $0.hasPrefix("renderD") }
    for device in ["/dev/kfd"] + nodes.map({ "/dev/dri/" + $0 }) {
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
        : "servers may open /dev/kfd and the render nodes")
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

extension String {
  /// `/etc/cdi` of `/etc/cdi/nvidia.yaml`.
  fileprivate var parentFolder: String {
    lastIndex(of: "/").map { String(self[..<$0]) } ?? "."
  }
}
