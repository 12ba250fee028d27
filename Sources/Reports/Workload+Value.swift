package import Deployments
package import Values

/// A workload as plain data, whatever runs it: what `info --json` prints and reports keep.
extension Workload {
  /// The workload as `amm info --json` shows it.
  package var value: Value {
    .set([
      "name": .text(name.text),
      "description": .text(server.description.text),
      "profile": .text(provenance.profile),
      "runtime": .text(provenance.runtime),
      "model": .text(provenance.model),
      "bind": .text(exposure.address.text),
      "port": .integer(exposure.host.number),
      "url": .text(url),
      "endpoints": .set([
        "health": endpoint.health.map(Value.text), "info": endpoint.info.map(Value.text),
        "metrics": endpoint.metrics.map(Value.text),
        "openai": endpoint.openAI == nil ? nil : "/v1",
      ]),
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
      "memory": limits.memory.map { .integer($0.bytes) },
      "cpuCores": limits.cores.map(Value.integer),
      "sharedMemory": sharedMemory.map { .integer($0.bytes) },
      "health": health.map(\.value),
      "restart": restart.value,
    ]
    return .set(
      members.compactMap { name, value in value.map { Value.Member(name, $0) } } + lifecycle.members
    )
  }
}

extension SecretReference {
  /// Where the secret is; never what it is.
  fileprivate var reference: Value {
    let place: Value.Member =
      switch source {
      case .stored(let name, _): .init("stored", .text(name.text))
      case .environmentFile(let path): .init("file", .text(path.text))
      }
    return .set([.init("variable", .text(variable.text)), place])
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
    case .nvidia(let selection): .set(["vendor": "nvidia", "device": .text(selection.text)])
    case .amd: .set(["vendor": "amd"])
    }
  }
}

extension HealthCheck {
  fileprivate var value: Value {
    let path: Value? = if case .http(let path, _) = probe { .text(path) } else { nil }
    return .set([
      "path": path, "command": .text(probe.command.text), "interval": .integer(interval),
      "timeout": .integer(timeout), "retries": .integer(retries),
      "startPeriod": .integer(startPeriod),
    ])
  }
}

extension RestartPolicy {
  fileprivate var value: Value {
    .set([
      "delay": .integer(delay), "attempts": limit.map { .integer($0.attempts) },
      "window": limit.map { .integer($0.window) },
    ])
  }
}

extension Lifecycle {
  fileprivate var members: [Value.Member] {
    switch self {
    case .server(let automatic, let startBudget, let grace):
      [
        .init("autoStart", .boolean(automatic)), .init("startTimeout", .integer(startBudget)),
        .init("stopTimeout", .integer(grace)),
      ]
    case .task: []
    }
  }
}
