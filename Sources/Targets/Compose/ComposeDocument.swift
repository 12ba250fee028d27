import Deployments
import Values

/// Renders a deployment as a Compose document (compose-spec.io).
enum ComposeDocument {
  static func value(of deployment: Deployment) -> Value {
    let data = deployment.dataStores
    return .set([
      "services": .set(
        deployment.workloads.flatMap { workload in
          workload.containers.map { container in
            .init(
              container.name.text,
              service(container, from: workload.provenance.profile, beside: workload.server))
          }
        }
          + deployment.companions.compactMap(\.container).map { container in
            .init(container.name.text, service(container, from: nil, beside: container))
          }),
      "networks": .set([.init(deployment.network.text, named(deployment.network))]),
      "volumes": deployment.stores.isEmpty
        ? nil
        : .set(
          deployment.stores.map { .init($0.text, store($0, isData: data.contains($0))) }),
    ])
  }

  /// Returns a network with a fixed name in every project, so that other containers can use it.
  private static func named(_ name: ResourceName) -> Value { .set(["name": .text(name.text)]) }

  private static func store(_ name: ResourceName, isData: Bool) -> Value {
    .set([
      "name": .text(name.text),
      "labels": isData ? nil : .set([.init(Podman.storeLabel, "true")]),
    ])
  }

  private static func service(
    _ container: Container, from profile: String?, beside server: Container
  ) -> Value {
    .set([
      "container_name": .text(container.name.text),
      "image": .text(container.image.text),
      "labels": .set(
        [
          .init("ai-models.description", literal(container.description.text))
        ] + (profile.map { [.init("ai-models.profile", literal($0))] } ?? [])
          + container.labels.map { .init($0.name.text, literal($0.value.text)) }),
      // A server without automatic start gets a profile, so that it starts only by name.
      "profiles": server.lifecycle.isAutomatic ? nil : .texts([server.name.text]),
      "init": container.hasInit ? true : nil,
      "user": container.security.user.map { .text($0.text) },
      "read_only": container.security.isReadOnly ? true : nil,
      "entrypoint": container.entrypoint == nil
        ? nil : .list(container.entrypointWords.map(literal)),
      "command": container.arguments.isEmpty
        ? nil : .list(container.arguments.map { literal($0.text) }),
      "environment": container.environment.isEmpty
        ? nil : .set(container.environment.map { .init($0.name.text, literal($0.value)) }),
      "env_file": files(container.secrets),
      "volumes": container.mounts.isEmpty ? nil : .list(container.mounts.map(volume)),
      "devices": devices(container.accelerators),
      "deploy": reservation(container.accelerators),
      "networks": .texts([container.network.text]),
      "ports": ports(container),
      "depends_on": container.requires.isEmpty
        ? nil
        : .set(
          container.requires.map { .init($0.text, .set(["condition": "service_started"])) }),
      "healthcheck": container.health.map(check),
      "security_opt": options(container.security),
      "cap_drop": container.security.capabilities == .none ? .texts(["ALL"]) : nil,
      "shm_size": container.sharedMemory.size.map { .text($0.engineText) },
      "ipc": container.sharedMemory == .ofMachine ? "host" : nil,
      "ulimits": container.resourceLimits.isEmpty
        ? nil : .set(container.resourceLimits.map { .init($0.resource.rawValue, limit($0)) }),
      "logging": container.logDriver.map { .set(["driver": .text($0.rawValue)]) },
      "mem_limit": container.limits.memory.map { .text($0.engineText) },
      "cpus": container.limits.cores.map(Value.integer),
      "restart": .text(restart(container)),
      "stop_grace_period": grace(container.lifecycle),
    ])
  }

  /// Returns text in which Compose does not replace variables such as `$NAME`.
  private static func literal(_ text: String) -> Value { .text(escaped(text)) }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      out.unicodeScalars.append(scalar)
      if scalar == "$" { out.unicodeScalars.append(scalar) }
    }
    return out
  }

  private static func path(_ path: HostPath) -> String {
    (path.base == .home ? "${HOME}/" : "/") + escaped(path.relative)
  }

  private static func files(_ secrets: [SecretReference]) -> Value? {
    let paths = secrets.compactMap { reference -> Value? in
      if case .environmentFile(let file) = reference.source { .text(path(file)) } else { nil }
    }
    return paths.isEmpty ? nil : .list(paths)
  }

  /// Returns a mount in the long form: the short form creates missing host folders.
  private static func volume(_ mount: Mount) -> Value {
    let isReadOnly = mount.options.contains(.readOnly)
    let label = mount.options.first { $0 == .sharedLabel || $0 == .privateLabel }
    switch mount.source {
    case .store(let name):
      return .set([
        "type": "volume", "source": .text(name.text), "target": literal(mount.target.text),
        "read_only": isReadOnly ? true : nil,
      ])
    case .path(let source):
      return .set([
        "type": "bind", "source": .text(path(source)), "target": literal(mount.target.text),
        "read_only": isReadOnly ? true : nil,
        "bind": .set([
          "create_host_path": false, "selinux": label.map { .text($0.rawValue) },
        ]),
      ])
    }
  }

  /// Returns the kernel's device files of GPUs, and CDI names.
  private static func devices(_ accelerators: [Accelerator]) -> Value? {
    var names: [String] = []
    for accelerator in accelerators {
      if case .nvidia = accelerator { continue }
      for name in accelerator.deviceNames {
        let text = name.hasPrefix("/") ? "\(name):\(name)" : name
        if !names.contains(text) { names.append(text) }
      }
    }
    return names.isEmpty ? nil : .texts(names)
  }

  /// Returns the reservation of NVIDIA GPUs (compose-spec, deploy.md, devices).
  private static func reservation(_ accelerators: [Accelerator]) -> Value? {
    let selections = accelerators.compactMap { accelerator in
      if case .nvidia(let selection) = accelerator { selection } else { nil }
    }
    guard !selections.isEmpty else { return nil }
    let isAll = selections.contains(.all)
    return .set([
      "resources": .set([
        "reservations": .set([
          "devices": .list([
            .set([
              "driver": "nvidia", "count": isAll ? "all" : nil,
              "device_ids": isAll ? nil : .texts(selections.map(\.text)),
              "capabilities": .texts(["gpu"]),
            ])
          ])
        ])
      ])
    ])
  }

  private static func limit(_ limit: ResourceLimit) -> Value {
    .set(["soft": .integer(limit.soft ?? -1), "hard": .integer(limit.hard ?? -1)])
  }

  private static func ports(_ container: Container) -> Value? {
    let all = [container.exposure].compactMap { $0 } + container.moreExposures
    return all.isEmpty ? nil : .texts(all.map(port))
  }

  private static func port(_ exposure: Exposure) -> String {
    "\(exposure.address.bracketed):\(exposure.host.number):\(exposure.container.number)"
  }

  private static func check(_ health: HealthCheck) -> Value {
    .set([
      "test": .list(["CMD-SHELL", literal(health.probe.command.text)]),
      "interval": .text("\(health.interval)s"), "timeout": .text("\(health.timeout)s"),
      "retries": .integer(health.retries), "start_period": .text("\(health.startPeriod)s"),
    ])
  }

  private static func options(_ security: Security) -> Value? {
    let options =
      (security.gainsPrivileges ? [] : ["no-new-privileges:true"])
      + (security.labels == .unconfined ? ["label:disable"] : [])
    return options.isEmpty ? nil : .texts(options)
  }

  /// Returns the restart policy.
  ///
  /// Compose has no setting for the delay, which the engine increases with each start.
  private static func restart(_ container: Container) -> String {
    if let limit = container.restart.limit, container.restart.condition == .onFailure {
      return "on-failure:\(limit.attempts)"
    }
    // With 'on-failure', a server would stay down after a reboot.
    return container.lifecycle.isAutomatic ? "unless-stopped" : "on-failure"
  }

  private static func grace(_ lifecycle: Lifecycle) -> Value? {
    lifecycle.grace.map { .text("\($0)s") }
  }
}
