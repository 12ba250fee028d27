package import Deployments

/// A container as a quadlet file for a Podman version.
package struct ContainerUnit: Sendable {
  let container: Container
  let podman: PodmanVersion
  /// The manager of systemd that runs the unit.
  let scope: Scope
  /// Whether the server, or the server of the task, starts on demand.
  let isOnDemand: Bool
  /// The keys that the instance adds to the unit.
  let additions: UnitAdditions
  /// The prefix before a container's name in its service's name: empty, or `podman-` for
  /// home-manager.
  let servicePrefix: String

  /// Creates the unit of a container for a Podman version.
  ///
  /// The prefix applies to service names.
  package init(
    _ container: Container, for podman: PodmanVersion, in scope: Scope = .user,
    onDemand isOnDemand: Bool = false, adding additions: UnitAdditions = .init(),
    servicePrefix: String = ""
  ) {
    self.container = container
    self.podman = podman
    self.scope = scope
    self.isOnDemand = isOnDemand || container.lifecycle.activation != nil
    self.additions = additions
    self.servicePrefix = servicePrefix
  }

  /// The unit file, sections and keys in the order of podman-systemd.unit(5).
  package var file: UnitFile {
    var file = UnitFile()
    file.add("Unit", unit + additions.entries(of: "Unit"))
    file.add("Container", podmanOptions + additions.entries(of: "Container"))
    if Self.isHasty(container, for: podman) { file.add("Quadlet", [Self.hasty]) }
    file.add("Service", service + additions.entries(of: "Service"))
    file.add("Install", install)
    return file
  }

  typealias Entry = UnitFile.Entry

  private var unit: [Entry] {
    var entries = [Entry("Description", .systemd(container.description.text))]
    for name in container.requires {
      // Not Requires=, which also starts the other unit: a server that wants its task and waits for
      // a restart would be started immediately, again and again, until it reaches its start limit
      // (tested with systemd 257; src/core/unit.c, retroactively_start_dependencies).
      entries.append(Entry("Requisite", .systemd(serviceName(name))))
      entries.append(Entry("After", .systemd(serviceName(name))))
    }
    for name in container.wants {
      entries.append(Entry("Wants", .systemd(serviceName(name))))
    }
    for name in container.after {
      entries.append(Entry("After", .systemd(serviceName(name))))
    }
    for name in container.conflicts {
      // systemd also stops this unit when the other one starts. With After=, the unit that starts
      // waits until the other one has stopped, whichever of the two that is (systemd.unit(5)).
      entries.append(Entry("Conflicts", .systemd(serviceName(name))))
      entries.append(Entry("After", .systemd(serviceName(name))))
    }
    // The proxy needs the server, and ends when it is idle.
    if container.lifecycle.activation != nil {
      entries.append(Entry("StopWhenUnneeded", .systemd("yes")))
    }
    if let limit = container.restart.limit {
      entries.append(Entry("StartLimitIntervalSec", .systemd(String(limit.window))))
      entries.append(Entry("StartLimitBurst", .systemd(String(limit.attempts))))
    }
    return entries
  }

  private func serviceName(_ name: ResourceName) -> String {
    servicePrefix + name.text + ".service"
  }

  private var podmanOptions: [Entry] {
    identity + program + storage + processors + network + health + rights + limits
  }

  /// The entry that stops a unit from waiting for the machine's network.
  static let hasty = UnitFile.Entry("DefaultDependencies", .flag(false))

  /// Whether a container's unit does not wait for the machine's network.
  ///
  /// Since Podman 5.3, units wait by default (pkg/systemd/quadlet/quadlet.go,
  /// addDefaultDependencies).
  static func isHasty(_ container: Container, for podman: PodmanVersion) -> Bool {
    !container.waitsForNetwork && podman >= PodmanVersion(5, 3)
  }

  private var identity: [Entry] {
    [
      Entry("ContainerName", .single(container.name.text)),
      Entry("Image", .single(container.image.text)),
    ]
      + (container.imageUpdate.map { [Entry("AutoUpdate", .single($0.rawValue))] } ?? [])
      + container.labels.map { Entry("Label", .assignment($0.name.text, $0.value.text)) }
  }

  private var program: [Entry] {
    var entries: [Entry] = []
    if container.hasInit { entries.append(Entry("RunInit", .flag(true))) }
    // The unit is active, and the proxy starts, when the server has loaded its model.
    if container.lifecycle.activation != nil { entries.append(option(.notify, "healthy")) }
    if let entrypoint = container.entrypoint {
      entries.append(option(.entrypoint, entrypoint.text))
    }
    if !container.arguments.isEmpty {
      entries.append(Entry("Exec", .words(container.arguments.map(\.text))))
    }
    entries += container.environment.map {
      Entry("Environment", .assignment($0.name.text, $0.value))
    }
    for secret in container.secrets {
      switch secret.source {
      case .stored(let name, _):
        let options = "type=env,target=\(secret.variable.text)"
        entries.append(Entry("Secret", .words(["\(name.text),\(options)"])))
      case .environmentFile(let path): entries.append(Entry("EnvironmentFile", path.value("")))
      }
    }
    return entries
  }

  private var storage: [Entry] {
    container.mounts.map { mount in
      let options = mount.options.map(\.rawValue).joined(separator: ",")
      let target = ":" + mount.target.text + (options.isEmpty ? "" : ":" + options)
      switch mount.source {
      case .store(let name): return Entry("Volume", .single(name.text + ".volume" + target))
      case .path(let path): return Entry("Volume", path.value(target))
      }
    }
  }

  private var processors: [Entry] {
    var devices: [String] = []
    for name in container.accelerators.flatMap(\.deviceNames) where !devices.contains(name) {
      devices.append(name)
    }
    var entries = devices.map { Entry("AddDevice", .single($0)) }
    // Root can open all device files, and Podman refuses this as root.
    if container.security.groups == .ofUser, scope == .user {
      entries.append(option(.groupAdd, "keep-groups"))
    }
    if container.security.labels == .unconfined {
      entries.append(Entry("SecurityLabelDisable", .flag(true)))
    }
    return entries
  }

  private var network: [Entry] {
    var entries = [Entry("Network", .single(container.network.text + ".network"))]
    for port in [container.exposure].compactMap({ $0 }) + container.moreExposures {
      entries.append(
        Entry(
          "PublishPort",
          .single("\(port.address.bracketed):\(port.host.number):\(port.container.number)")))
    }
    return entries
  }

  private var rights: [Entry] {
    (container.security.gainsPrivileges ? [] : [Entry("NoNewPrivileges", .flag(true))])
      + (container.security.capabilities == .none ? [Entry("DropCapability", .single("all"))] : [])
      + (container.security.user.map(user) ?? [])
      + (container.security.isReadOnly ? [Entry("ReadOnly", .flag(true))] : [])
  }

  private func user(_ user: ContainerUser) -> [Entry] {
    [Entry("User", .single(user.user))]
      + (user.group.map { [Entry("Group", .single($0))] } ?? [])
  }

  private var limits: [Entry] {
    var entries: [Entry] = []
    switch container.sharedMemory {
    case .ofEngine: break
    case .own(let size): entries.append(Entry("ShmSize", .single(size.engineText)))
    case .ofMachine: entries.append(option(.ipc, "host"))
    }
    entries += container.resourceLimits.map { option(.ulimit, $0.text) }
    if let driver = container.logDriver {
      entries.append(Entry("LogDriver", .single(driver.rawValue)))
    }
    if let memory = container.limits.memory { entries.append(option(.memory, memory.engineText)) }
    if let cores = container.limits.cores { entries.append(option(.cpus, String(cores))) }
    if let grace = container.lifecycle.grace {
      entries.append(option(.stopTimeout, String(grace)))
    }
    return entries
  }

  private var service: [Entry] {
    let restart = [
      Entry("Restart", .systemd(container.restart.condition == .always ? "always" : "on-failure")),
      Entry("RestartSec", .systemd(String(container.restart.delay))),
    ]
    return switch container.lifecycle {
    case .server(_, let startBudget, let grace):
      restart + [
        // A unit that is active once its server is healthy also loads the model in this time.
        Entry("TimeoutStartSec", .systemd(String(isOnDemand ? startBudget * 2 : startBudget))),
        // A server that does not end in its time, or does not handle the signal, was still asked to.
        Entry("SuccessExitStatus", .systemd("137 143")),
        // Podman needs some time after the container has stopped.
        Entry("TimeoutStopSec", .systemd(String(grace + 15))),
      ]
    case .task:
      [
        Entry("Type", .systemd("oneshot"))
      ]
        // A task that counts as running would keep its server from stopping when it is idle
        // (systemd 257, src/core/unit-dependency-atom.c, UNIT_REQUISITE_OF).
        + (isOnDemand ? [] : [Entry("RemainAfterExit", .systemd("yes"))]) + restart + [
          Entry("TimeoutStartSec", .systemd("infinity"))
        ]
    }
  }

  private var install: [Entry] {
    guard container.lifecycle.isAutomatic else { return [] }
    return [Entry("WantedBy", .systemd(scope.startTarget))]
  }

  /// Returns an option as its quadlet key if the Podman version has it, else as an option in
  /// PodmanArgs.
  private func option(_ option: ContainerOption, _ value: String) -> Entry {
    guard let since = option.since, podman >= since else {
      return Entry("PodmanArgs", .words([option.argument + "=" + value]))
    }
    return Entry(option.key, .single(value))
  }
}

/// An option that does not have a quadlet key in every supported Podman version.
private struct ContainerOption {
  let key: String
  /// The version that introduced the key (pkg/systemd/quadlet/quadlet.go), or nil if no version has
  /// it.
  let since: PodmanVersion?
  let argument: String

  static let entrypoint = ContainerOption(
    key: "Entrypoint", since: PodmanVersion(5, 0), argument: "--entrypoint")
  /// Podman 4.9 has the key as a boolean only.
  static let notify = ContainerOption(
    key: "Notify", since: PodmanVersion(5, 0), argument: "--sdnotify")
  static let stopTimeout = ContainerOption(
    key: "StopTimeout", since: PodmanVersion(5, 0), argument: "--stop-timeout")
  static let groupAdd = ContainerOption(
    key: "GroupAdd", since: PodmanVersion(5, 1), argument: "--group-add")
  static let memory = ContainerOption(
    key: "Memory", since: PodmanVersion(5, 5), argument: "--memory")
  static let cpus = ContainerOption(key: "", since: nil, argument: "--cpus")
  static let ipc = ContainerOption(key: "", since: nil, argument: "--ipc")
  /// If the key is repeated, Podman 4.9 reads only the last line.
  static let ulimit = ContainerOption(
    key: "Ulimit", since: PodmanVersion(5, 0), argument: "--ulimit")
}

extension HostPath {
  /// Returns the path followed by other text, such as a mount's target.
  fileprivate func value(_ rest: String) -> UnitValue {
    switch base {
    case .home: .belowHome(relative + rest)
    case .root: .single("/" + relative + rest)
    }
  }
}

extension Scope {
  /// The target of systemd that starts units with the session or the machine.
  var startTarget: String {
    switch self {
    case .user: "default.target"
    case .system: "multi-user.target"
    }
  }
}
