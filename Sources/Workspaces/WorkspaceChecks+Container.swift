import Deployments
import Diagnostics
import Profiles
import Schema
import Targets

/// What an instance says of its container.
extension WorkspaceChecks {
  static let sharedMemorySize = WorkspaceCheck(
    Rule(
      "shared-memory-size", "A size of shared memory is given to a server with memory of its own.",
      Explanation(
        """
        Podman refuses a size together with the host's memory: 'cannot set shmsize when running in the \
        host IPC Namespace'.
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
        "'shm_size' of '\(instance.name.value.text)' cannot be set with 'ipc: host'",
        help: "remove one of the two")
    }
  }

  static let settingWithoutEffect = WorkspaceCheck(
    Rule(
      "setting-without-effect", .warning, "What an instance asks for can be done.",
      Explanation(
        """
        A server without a health check is never found unhealthy. Units wait for the network in \
        any case before Podman 5.3 lets them say otherwise, or do not wait at all. A secret of Podman \
        holds one value, and is handed over whole.
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
          rule, wish.range, "'\(name)' has no health check, and is never found unhealthy",
          help: "write how it is asked in its profile, such as 'custom: {health_command: …}'",
          notes: [
            .init(
              SourceLocation(profile.source, profile.runtime.range), "the runtime is chosen here")
          ])
      }
      for place in instance.secretPlaces {
        guard place.value.key != nil, seen.insert(place.range).inserted else { continue }
        collector.emit(
          rule, place.range, "Podman hands over a whole secret, whichever 'key' is named",
          help: "make a secret of that one value, and remove 'key'")
      }
      let wait = instance.setting(\.waitForNetwork)
      if let wait, !wait.value, instance.podman < PodmanVersion(5, 3),
        seen.insert(wait.range).inserted
      {
        collector.emit(
          rule, wait.range,
          "units for Podman \(instance.podman.text) cannot say whether they wait for the network",
          help: "remove the line, or write 'podman: \"5.3\"' if the machine has it")
      }
    }
  }

  static let userOfImage = WorkspaceCheck(
    Rule(
      "user-of-image", .warning, "A server's user may write where it keeps its models.",
      Explanation(
        """
        The servers' images are made for root: nobody else may write where they keep models. With \
        Podman as you run it, root in a container is you on the machine.
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
        "'\(instance.name.value.text)' runs as '\(user.value.text)', who may not write '\(path)' in its image",
        help: "remove the line: root in a container of yours is you, and nobody more")
    }
  }

  static let quadletKey = WorkspaceCheck(
    Rule(
      "quadlet-key-release", "A key of 'quadlet' is one that the Podman release has.",
      Explanation(
        """
        Podman's generator refuses a unit with a key that it does not know, and the server is gone.
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
          "'\(entry.value.key)' came with Podman \(since.text), and the files of '\(instance.name.value.text)' are for \(instance.podman.text)",
          help: "write 'podman: \"\(since.text)\"' if the machine has it, or remove the key")
      }
    }
  }

  static let openingKey = WorkspaceCheck(
    Rule(
      "quadlet-opens-host", "What opens the host to a server is asked for knowingly.",
      Explanation(
        """
        With such a key a server may read files of the host, gain rights or leave its walls, or other \
        units are started and stopped with it. A workspace from somebody else should not do that \
        unseen.
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
            : "'\(entry.value.key)' can open this machine to '\(instance.name.value.text)'",
          help: "remove it; 'unsafe: true' under 'quadlet' says that you want it")
      }
    }
  }
}
