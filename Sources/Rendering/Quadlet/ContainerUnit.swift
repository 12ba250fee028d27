package import Deployments

/// A container as a quadlet file, for a Podman release.
package struct ContainerUnit: Sendable {
  let container: Container
  let podman: PodmanVersion
  /// What stands before a container's name in its service's: nothing, or home-manager's `podman-`.
  let servicePrefix: String

  package init(_ container: Container, for podman: PodmanVersion, servicePrefix: String = "") {
    self.container = container
    self.podman = podman
    self.servicePrefix = servicePrefix
  }

  package var file: UnitFile {
    var file = UnitFile()
    file.add("Unit", unit)
    file.add("Container", podmanOptions)
    file.add("Service", service)
    file.add("Install", install)
    return file
  }

  private typealias Entry = UnitFile.Entry

  private var unit: [Entry] {
    var entries = [Entry("Description", .systemd(container.description.text))]
    for name in container.requires {
      entries.append(Entry("Requires", .systemd(serviceName(name))))
      entries.append(Entry("After", .systemd(serviceName(name))))
    }
    for name in container.wants {
      entries.append(Entry("Wants", .systemd(serviceName(name))))
    }
    if case .task = container.lifecycle {
      // A task that cannot succeed, such as one with a misspelt model, gives up after a while.
      entries.append(Entry("StartLimitIntervalSec", .systemd("600")))
      entries.append(Entry("StartLimitBurst", .systemd("5")))
    }
    return entries
  }

  private func serviceName(_ name: UnitName) -> String { servicePrefix + name.text + ".service" }

  private var podmanOptions: [Entry] {
    identity + program + storage + processors + network + health + rights + limits
  }

  private var identity: [Entry] {
    [
      Entry("ContainerName", .single(container.name.text)),
      Entry("Image", .single(container.image.text)),
    ]
  }

  private var program: [Entry] {
    var entries: [Entry] = []
    if let entrypoint = container.entrypoint {
      entries.append(option(.entrypoint, entrypoint.text))
    }
    if !container.arguments.isEmpty {
      entries.append(Entry("Exec", .words(container.arguments.map(\.text))))
    }
    entries += container.environment.map {
      Entry("Environment", .assignment($0.name.text, $0.value))
    }
    switch container.token {
    case .secret(let secret, let variable):
      entries.append(
        Entry("Secret", .words(["\(secret.text),type=env,target=\(variable.text)"])))
    case .environmentFile(let path): entries.append(Entry("EnvironmentFile", path.value("")))
    case nil: break
    }
    return entries
  }

  private var storage: [Entry] {
    container.mounts.map { mount in
      let options = mount.options.map(\.rawValue).joined(separator: ",")
      let target = ":" + mount.target.text + (options.isEmpty ? "" : ":" + options)
      switch mount.source {
      case .volume(let name): return Entry("Volume", .single(name.text + ".volume" + target))
      case .path(let path): return Entry("Volume", path.value(target))
      }
    }
  }

  private var processors: [Entry] {
    guard !container.devices.isEmpty else { return [] }
    var entries = container.devices.flatMap(\.paths).map { Entry("AddDevice", .single($0)) }
    if container.devices.contains(.amd) {
      // The user's own groups (video, render) own the device files.
      entries.append(option(.groupAdd, "keep-groups"))
    }
    // SELinux would deny the devices; CDI's and Podman's own documents ask for this.
    entries.append(Entry("SecurityLabelDisable", .flag(true)))
    return entries
  }

  private var network: [Entry] {
    var entries = [Entry("Network", .single(container.network.text + ".network"))]
    if let port = container.port {
      entries.append(
        Entry(
          "PublishPort",
          .single("\(port.address.bracketed):\(port.host.number):\(port.container.number)")))
    }
    return entries
  }

  private var health: [Entry] {
    guard let health = container.health else { return [] }
    return [
      Entry("HealthCmd", .single(health.command.text)),
      Entry("HealthInterval", .single("\(health.interval)s")),
      Entry("HealthTimeout", .single("10s")),
      Entry("HealthRetries", .single("3")),
      Entry("HealthStartPeriod", .single("\(health.startPeriod)s")),
    ]
  }

  private var rights: [Entry] {
    [Entry("NoNewPrivileges", .flag(true)), Entry("DropCapability", .single("all"))]
  }

  private var limits: [Entry] {
    var entries: [Entry] = []
    if let size = container.sharedMemory {
      entries.append(Entry("ShmSize", .single(size.podmanText)))
    }
    if let memory = container.limits.memory { entries.append(option(.memory, memory.podmanText)) }
    if let cores = container.limits.cores { entries.append(option(.cpus, String(cores))) }
    if case .server(_, _, let stopTimeout) = container.lifecycle {
      entries.append(option(.stopTimeout, String(stopTimeout)))
    }
    return entries
  }

  private var service: [Entry] {
    switch container.lifecycle {
    case .server(_, let startTimeout, let stopTimeout):
      [
        Entry("Restart", .systemd("on-failure")),
        Entry("RestartSec", .systemd("10")),
        Entry("TimeoutStartSec", .systemd(String(startTimeout))),
        // Podman needs a moment after the container has stopped.
        Entry("TimeoutStopSec", .systemd(String(stopTimeout + 15))),
      ]
    case .task:
      [
        Entry("Type", .systemd("oneshot")),
        Entry("RemainAfterExit", .systemd("yes")),
        Entry("Restart", .systemd("on-failure")),
        Entry("RestartSec", .systemd("15")),
        Entry("TimeoutStartSec", .systemd("infinity")),
      ]
    }
  }

  private var install: [Entry] {
    guard case .server(automatic: true, _, _) = container.lifecycle else { return [] }
    return [Entry("WantedBy", .systemd("default.target"))]
  }

  /// An option as its key where the release has it, else as Podman's own option.
  private func option(_ option: ContainerOption, _ value: String) -> Entry {
    guard let since = option.since, podman >= since else {
      return Entry("PodmanArgs", .words([option.argument + "=" + value]))
    }
    return Entry(option.key, .single(value))
  }
}

/// An option that not every supported Podman has a key for.
private struct ContainerOption {
  let key: String
  /// The release that brought the key (pkg/systemd/quadlet/quadlet.go); nil when none has yet.
  let since: PodmanVersion?
  let argument: String

  static let entrypoint = ContainerOption(
    key: "Entrypoint", since: PodmanVersion(5, 0), argument: "--entrypoint")
  static let stopTimeout = ContainerOption(
    key: "StopTimeout", since: PodmanVersion(5, 0), argument: "--stop-timeout")
  static let groupAdd = ContainerOption(
    key: "GroupAdd", since: PodmanVersion(5, 1), argument: "--group-add")
  static let memory = ContainerOption(
    key: "Memory", since: PodmanVersion(5, 5), argument: "--memory")
  static let cpus = ContainerOption(key: "", since: nil, argument: "--cpus")
}

extension HostPath {
  /// The path with what follows it, such as a mount's target.
  fileprivate func value(_ rest: String) -> UnitValue {
    switch base {
    case .home: .belowHome(relative + rest)
    case .root: .single("/" + relative + rest)
    }
  }
}
