import Deployments
import Diagnostics
import Schema

/// Checks of the ports that instances and companions open.
extension WorkspaceChecks {
  static let portInUse = WorkspaceCheck(
    Rule(
      "port-in-use", "Two instances use the same port.",
      Explanation(
        """
        The second container to start cannot open the port. Podman fails, and systemd restarts it \
        again and again.
        """,
        wrong: """
          # instances.yaml
          instances:
            chat: {port: 8080}
            coding: {port: 8080}
          """,
        right: """
          # instances.yaml
          instances:
            chat: {port: 8080}
            coding: {port: 8081}
          """))
  ) { workspace, rule, collector in
    var earlier: [Int: [PortUser]] = [:]
    for instance in workspace.instances + workspace.companionInstances {
      for (address, port) in instance.openedPorts {
        let user = PortUser(
          address: address, group: instance.group?.value, name: instance.name.value.text,
          range: port.range,
          isBackend: port.value != instance.port?.value
            && instance.backend?.value == port.value)
        let others = earlier[port.value] ?? []
        let first = others.first(where: user.clashes)
        if user.isWorthKeeping(beside: others) { earlier[port.value] = others + [user] }
        guard let first else { continue }
        let isBackend =
          instance.backend.map { $0.value == port.value } ?? false
          && address == .loopback && first.range != port.range
        // Only instances have groups, and none in a group starts on demand.
        let users = [user, first].map { workspace.instance(named: $0.name) }
        let canShare =
          users.allSatisfy { $0.map { $0.start != .onDemand } ?? false }
          && Set(users.map { $0.map(workspace.isOfSystem) }).count == 1
        collector.emit(
          rule, port.range,
          isBackend
            ? "port \(port.value), which '\(user.name)' itself listens on behind port \(instance.port?.value ?? 0), is already used by '\(first.name)'"
            : "port \(port.value) of '\(user.name)' is already used by '\(first.name)'",
          help: isBackend
            ? "choose a free port with 'backend_port'"
            : "give each its own port"
              + (canShare ? ", or put both into one 'exclusive' group" : ""),
          notes: [
            collector.note(
              first.range,
              first.isBackend
                ? "its server listens there, behind this port" : "the port is used here")
          ])
      }
    }
  }

  static let privilegedPort = WorkspaceCheck(
    Rule(
      "privileged-port", "The port is privileged and cannot be opened by a user's containers.",
      Explanation(
        """
        Without root privileges, the kernel does not allow programs to listen on ports below 1024. \
        The container would fail at each start.
        """,
        wrong: """
          # instances.yaml
          instances:
            main: {port: 80}
          """,
        right: """
          # instances.yaml
          instances:
            main: {port: 8080}
          """,
        source: "Podman 5.8, rootless.md; Linux, net.ipv4.ip_unprivileged_port_start"))
  ) { workspace, rule, collector in
    for instance in workspace.instances + workspace.companionInstances {
      for (_, port) in instance.openedPorts
      where port.value < 1024 && !workspace.isOfSystem(instance) {
        collector.emit(
          rule, port.range, "port \(port.value) is privileged: rootless Podman cannot open it",
          help:
            "use a port from 1024 to 65535, or a target of the kind 'podman' with 'scope: system'")
      }
    }
  }
}

/// An instance that opens a port.
private struct PortUser {
  let address: BindAddress
  /// Its exclusive group, of which only one member runs.
  let group: ResourceName?
  let name: String
  let range: SourceRange
  /// Whether a server that starts on demand listens there, and not its clients' socket.
  let isBackend: Bool

  /// Returns whether both can want the port at the same time.
  func clashes(with other: PortUser) -> Bool {
    (other.address == address || other.address.isWildcard || address.isWildcard)
      && (group == nil || group != other.group)
  }

  /// Returns whether it finds collisions that the others do not find.
  ///
  /// For each address, one instance in no group is enough, or two of different groups.
  func isWorthKeeping(beside others: [PortUser]) -> Bool {
    let here = others.filter { $0.address == address }
    return here.count < 2 && !here.contains { $0.group == nil || $0.group == group }
  }
}
