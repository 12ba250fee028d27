import Deployments
import Targets

/// Containers as commands of Podman.
enum ExportedRun {
  /// Returns the commands that start a server, and the steps after it.
  static func lines(for workload: Workload) -> [String] {
    let name = workload.name.text
    guard !workload.preparation.isEmpty else {
      return [line(for: workload.server, in: nil, isTask: false).text]
    }
    // The steps reach the server by its name, in a network of their own.
    let network = workload.server.network.text
    var ready = ShellLine(["podman", "exec", name, "/bin/sh", "-c"])
    ready.add(workload.temporaryServer?.ready.text ?? "true")
    return [
      ShellLine(["podman", "network", "create", "--ignore", network]).text,
      line(for: workload.server, in: network, isTask: false).text, ready.waiting,
    ] + workload.preparation.map { line(for: $0, in: network, isTask: true).text }
  }

  private static func line(
    for container: Container, in network: String?, isTask: Bool
  ) -> ShellLine {
    var line = ShellLine(["podman", "run"])
    line.add(isTask ? "--rm" : "--detach")
    line.add("--name", container.name.text)
    if let network { line.add("--network", network) }
    for exposure in [container.exposure].compactMap({ $0 }) + container.moreExposures {
      line.add(
        "--publish",
        "\(exposure.address.bracketed):\(exposure.host.number):\(exposure.container.number)")
    }
    addDevices(of: container, to: &line)
    for mount in container.mounts { line.add(ShellLine.Word("--volume"), word(for: mount)) }
    for variable in container.environment {
      line.add("--env", "\(variable.name.text)=\(variable.value)")
    }
    for secret in container.secrets {
      switch secret.source {
      case .stored(let name, _):
        line.add("--secret", "\(name.text),type=env,target=\(secret.variable.text)")
      case .environmentFile(let path): line.add(ShellLine.Word("--env-file"), ShellLine.Word(path))
      }
    }
    addLimits(of: container, to: &line)
    for label in container.labels { line.add("--label", "\(label.name.text)=\(label.value.text)") }
    if let entrypoint = container.entrypoint { line.add("--entrypoint", entrypoint.text) }
    line.add(container.image.text)
    line.add(arguments: container.arguments.map { ShellLine.Word($0.text) })
    return line
  }

  private static func word(for mount: Mount) -> ShellLine.Word {
    let options = mount.options.map(\.rawValue).joined(separator: ",")
    let rest = ShellLine.Word(":" + mount.target.text + (options.isEmpty ? "" : ":" + options))
    return switch mount.source {
    case .store(let name): ShellLine.Word(name.text) + rest
    case .path(let path): ShellLine.Word(path) + rest
    }
  }

  private static func addDevices(of container: Container, to line: inout ShellLine) {
    var devices: [String] = []
    for name in container.accelerators.flatMap(\.deviceNames) where !devices.contains(name) {
      devices.append(name)
    }
    for device in devices { line.add("--device", device) }
    if container.security.groups == .ofUser { line.add("--group-add", "keep-groups") }
    if container.security.labels == .unconfined { line.add("--security-opt", "label=disable") }
  }

  private static func addLimits(of container: Container, to line: inout ShellLine) {
    if !container.security.gainsPrivileges { line.add("--security-opt", "no-new-privileges") }
    if container.security.capabilities == .none { line.add("--cap-drop", "all") }
    if let user = container.security.user { line.add("--user", user.text) }
    if container.security.isReadOnly { line.add("--read-only") }
    if container.hasInit { line.add("--init") }
    switch container.sharedMemory {
    case .ofEngine: break
    case .own(let size): line.add("--shm-size", size.engineText)
    case .ofMachine: line.add("--ipc", "host")
    }
    for limit in container.resourceLimits { line.add("--ulimit", limit.text) }
    if let driver = container.logDriver { line.add("--log-driver", driver.rawValue) }
    if let memory = container.limits.memory { line.add("--memory", memory.engineText) }
    if let cores = container.limits.cores { line.add("--cpus", String(cores)) }
    if let grace = container.lifecycle.grace { line.add("--stop-timeout", String(grace)) }
  }
}
