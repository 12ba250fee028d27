package import Deployments
package import Values

/// A workload as plain data that does not depend on the target: `info --json` and reports use it.
extension Workload {
  /// Returns the workload as `amm info --json` shows it.
  ///
  /// - Parameter url: The address of the server for its clients.
  package func value(at url: String) -> Value {
    .set([
      "name": .text(name.text),
      "description": .text(server.description.text),
      "profile": .text(provenance.profile),
      "runtime": .text(provenance.runtime),
      "model": .text(provenance.model),
      "models": .texts(provenance.models.map(\.name)),
      "bind": .text(exposure.address.text),
      "port": .integer(exposure.host.number),
      "url": .text(url),
      "exclusive": group.map { .text($0.text) },
      "drain": drain == 0 ? nil : .integer(drain),
      "endpoints": .set([
        "health": endpoint.health.map(Value.text), "info": endpoint.info.map(Value.text),
        "metrics": endpoint.metrics.map(Value.text),
        "openai": endpoint.openAI == nil ? nil : "/v1",
      ]),
      "api_key": key.map(\.reference),
      "server": server.value,
      "preparation": .list(preparation.map(\.value)),
    ])
  }
}

extension Container {
  fileprivate var value: Value {
    let members: KeyValuePairs<String, Value?> = [
      "name": .text(name.text),
      "image": .text(image.text),
      "port": exposure.map { .integer($0.container.number) },
      "entrypoint": entrypoint.map { .text($0.text) },
      "arguments": .texts(arguments.map(\.text)),
      "environment": .set(environment.map { .init($0.name.text, .text($0.value)) }),
      "secrets": .list(secrets.map(\.reference)),
      "mounts": .list(mounts.map(\.value)),
      "network": .text(network.text),
      "accelerators": .list(accelerators.map(\.value)),
      "memory_bytes": limits.memory.map { .integer($0.bytes) },
      "cpu_cores": limits.cores.map(Value.integer),
      "shared_memory_bytes": sharedMemory.size.map { .integer($0.bytes) },
      "ipc": sharedMemory == .ofMachine ? "host" : nil,
      "init": hasInit ? true : nil,
      "user": security.user.map { .text($0.text) },
      "read_only": security.isReadOnly ? true : nil,
      "labels": labels.isEmpty
        ? nil : .set(labels.map { .init($0.name.text, .text($0.value.text)) }),
      "resource_limits": resourceLimits.isEmpty ? nil : .texts(resourceLimits.map(\.text)),
      "log_driver": logDriver.map { .text($0.rawValue) },
      "image_update": imageUpdate.map { .text($0.rawValue) },
      "wait_for_network": waitsForNetwork ? nil : false,
      "extra_ports": moreExposures.isEmpty
        ? nil
        : .texts(
          moreExposures.map {
            "\($0.address.bracketed):\($0.host.number):\($0.container.number)"
          }),
      "health": health.map(\.value),
      "restart": restart.value,
    ]
    return .set(
      members.compactMap { name, value in value.map { Value.Member(name, $0) } } + lifecycle.members
    )
  }
}

extension SecretReference {
  /// The place of the secret, never its value.
  package var reference: Value {
    let place: [Value.Member] =
      switch source {
      case .stored(let name, let key):
        [.init("stored", .text(name.text))] + (key.map { [.init("key", .text($0.text))] } ?? [])
      case .environmentFile(let path): [.init("file", .text(path.text))]
      }
    return .set([.init("variable", .text(variable.text))] + place)
  }
}

extension Mount {
  fileprivate var value: Value {
    .set([
      "source": .text(source.text), "target": .text(target.text),
      "options": .texts(options.map(\.rawValue)),
    ])
  }
}

extension Accelerator {
  fileprivate var value: Value {
    switch self {
    case .nvidia(let selection): kernel("nvidia", selection)
    case .amd(let selection): kernel("amd", selection)
    case .intel(let selection): kernel("intel", selection)
    case .vulkan(let selection): kernel("vulkan", selection)
    case .device(let name): .set(["vendor": .text(name.vendor), "device": .text(name.text)])
    }
  }

  private func kernel(_ vendor: Value, _ selection: Selection) -> Value {
    .set(["vendor": vendor, "device": .text(selection.text)])
  }
}

extension HealthCheck {
  fileprivate var value: Value {
    let path: Value? = if case .http(let path, _) = probe { .text(path) } else { nil }
    return .set([
      "path": path, "command": .text(probe.command.text), "interval": .integer(interval),
      "timeout": .integer(timeout), "retries": .integer(retries),
      "start_period": .integer(startPeriod), "on_unhealthy": .text(consequence.rawValue),
    ])
  }
}

extension Start {
  /// The word for it, as in `instances.yaml`.
  package var word: String {
    switch self {
    case .boot: "boot"
    case .manual: "manual"
    case .onDemand: "on-demand"
    }
  }
}

extension RestartPolicy {
  fileprivate var value: Value {
    .set([
      "condition": condition == .always ? "always" : "on-failure", "delay": .integer(delay),
      "attempts": limit.map { .integer($0.attempts) },
      "window": limit.map { .integer($0.window) },
    ])
  }
}

extension Lifecycle {
  fileprivate var members: [Value.Member] {
    switch self {
    case .server(let start, let startBudget, let grace):
      [
        .init("auto_start", .boolean(isAutomatic)), .init("start", .text(start.word)),
        .init("start_timeout", .integer(startBudget)), .init("stop_timeout", .integer(grace)),
      ]
        + (activation.map {
          [.init("backend_port", .integer($0.backend.number))]
            + ($0.idle.map { [.init("stop_after_idle", .integer($0))] } ?? [])
        } ?? [])
    case .task: []
    }
  }
}
