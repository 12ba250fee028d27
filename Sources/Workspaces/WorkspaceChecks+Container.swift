import Deployments
import Diagnostics
import Profiles
import Schema
import Targets

/// Checks of an instance's container settings.
extension WorkspaceChecks {
  static let sharedMemorySize = WorkspaceCheck(
    Rule(
      "shared-memory-size", "'shm_size' is set together with 'ipc: host'.",
      Explanation(
        """
        Podman refuses a size together with the host's shared memory: 'cannot set shmsize when \
        running in the host IPC Namespace'.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, ipc: host, shm_size: 8GB}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, ipc: host}
          """,
        source: "Podman 5.4.2, pkg/specgen/container_validate.go"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard instance.setting(\.ipc)?.value == .host, let size = instance.setting(\.shmSize) else {
        continue
      }
      collector.emit(
        rule, size.range,
        "'shm_size' of '\(instance.name.value.text)' cannot be combined with 'ipc: host'",
        help: "remove one of them")
    }
  }

  static let settingWithoutEffect = WorkspaceCheck(
    Rule(
      "setting-without-effect", .warning, "A setting of an instance has no effect.",
      Explanation(
        """
        A server without a health check is never reported as unhealthy. Before Podman 5.3, a unit \
        cannot control whether it waits for the network. A Podman secret holds one value and is \
        always passed on completely. Only a server that starts on demand has a port of its own, \
        and stops if it is idle.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, podman: "4.9", wait_for_network: false}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, podman: "5.4", wait_for_network: false}
          """,
        source: "Podman 5.3.0, pkg/systemd/quadlet/quadlet.go (addDefaultDependencies)"))
  ) { workspace, rule, collector in
    var seen: Set<SourceRange> = []
    for instance in workspace.instances {
      let name = instance.name.value.text
      if let wish = instance.setting(\.onUnhealthy), wish.value == .restart,
        let profile = instance.active?.profile,
        profile.runtime.value.interface(of: profile).healthCheck(startPeriod: 1) == nil,
        seen.insert(wish.range).inserted
      {
        collector.emit(
          rule, wish.range, "'\(name)' has no health check, so it is never reported as unhealthy",
          help: "define a health check in its profile, such as 'custom: {health_command: …}'",
          notes: [
            .init(
              SourceLocation(profile.source, profile.runtime.range), "the runtime is chosen here")
          ])
      }
      for place in instance.secretPlaces {
        guard place.value.key != nil, !workspace.hasCluster(for: instance),
          seen.insert(place.range).inserted
        else { continue }
        collector.emit(
          rule, place.range, "Podman ignores 'key' and passes on the entire secret",
          help: "create a secret with only that value, and remove 'key'")
      }
      let wait = instance.setting(\.waitForNetwork)
      if let wait, !wait.value, instance.podman < PodmanVersion(5, 3),
        seen.insert(wait.range).inserted
      {
        collector.emit(
          rule, wait.range,
          "units for Podman \(instance.podman.text) cannot control whether they wait for the network",
          help: "remove the line, or write 'podman: \"5.3\"' if that version is installed")
      }
      guard instance.start != .onDemand else { continue }
      let ofDemand = [
        ("stop_after_idle", instance.own.value.stopAfterIdle?.range),
        ("backend_port", instance.backendPort?.range),
      ]
      for (key, range) in ofDemand {
        guard let range else { continue }
        collector.emit(
          rule, range, "'\(name)' does not start on demand, so '\(key)' has no effect",
          help: "write 'start: on-demand', or remove the line")
      }
    }
  }

  static let userOfImage = WorkspaceCheck(
    Rule(
      "user-of-image", .warning, "The server's user cannot write to the folder of its models.",
      Explanation(
        """
        The servers' images are built for root, and no other user can write to their model \
        folders. In rootless Podman, root in a container is your own user on the machine.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, user: "1000"}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          """,
        source: "the images' Dockerfiles; podman-run(1), --userns"))
  ) { workspace, rule, collector in
    var seen: Set<SourceRange> = []
    // On a cluster, a server that is not root has a home folder of its own.
    guard workspace.cluster == nil else { return }
    for instance in workspace.instances {
      guard let user = instance.setting(\.user), !user.value.isRoot,
        instance.active?.profile.runtime.value.needsImage == false,
        instance.unitAdditions?.entries.contains(where: { $0.value.key == "UserNS" }) != true,
        let place = instance.cachePlace,
        seen.insert(user.range).inserted
      else { continue }
      let path = place.cache.path.text
      collector.emit(
        rule, user.range,
        "'\(instance.name.value.text)' runs as '\(user.value.text)', which cannot write to '\(path)' in its image",
        help: workspace.isOfSystem(instance)
          ? "remove the line, or write a folder under 'cache' that this user can write to"
          : "remove the line: in rootless Podman, root in a container is your own user")
    }
  }

  static let quadletKey = WorkspaceCheck(
    Rule(
      "quadlet-key-release", "A key of 'quadlet' requires a newer Podman version.",
      Explanation(
        """
        Podman's generator refuses a unit with an unknown key, and the server disappears.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, podman: "4.9", quadlet: {Container: {AddHost: "box:10.0.0.2"}}}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, podman: "5.4", quadlet: {Container: {AddHost: "box:10.0.0.2"}}}
          """,
        source: "Podman 4.9 to 6.2, pkg/systemd/quadlet/quadlet.go"))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      for entry in instance.unitAdditions?.entries ?? [] where entry.value.section == .container {
        guard let since = UnitAdditions.release(of: entry.value.key), instance.podman < since else {
          continue
        }
        collector.emit(
          rule, entry.range,
          "'\(entry.value.key)' requires Podman \(since.text), but the files of '\(instance.name.value.text)' are for \(instance.podman.text)",
          help: "write 'podman: \"\(since.text)\"' if that version is installed, or remove the key")
      }
    }
  }

  static let openingKey = WorkspaceCheck(
    Rule(
      "quadlet-opens-host", "A key of 'quadlet' can give the server access to the host.",
      Explanation(
        """
        With such a key, a server may read host files, gain privileges or escape its container, or \
        it may start and stop other units. A workspace from another author should not do that \
        unnoticed.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 8080, quadlet: {Container: {AddCapability: SYS_ADMIN}}}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080, quadlet: {unsafe: true, Container: {AddCapability: SYS_NICE}}}
          """))
  ) { workspace, rule, collector in
    for instance in workspace.instances {
      guard let additions = instance.unitAdditions, !additions.isUnsafe else { continue }
      for entry in additions.entries where UnitKeys.opens(entry.value.key, in: entry.value.section)
      {
        collector.emit(
          rule, entry.range,
          entry.value.section == .unit
            ? "'\(entry.value.key)' of '\(instance.name.value.text)' can start or stop other units"
            : "'\(entry.value.key)' can give '\(instance.name.value.text)' access to this machine",
          help: "remove it, or confirm it with 'unsafe: true' under 'quadlet'")
      }
    }
  }
}
