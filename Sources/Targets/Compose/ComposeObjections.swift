import Deployments
import Diagnostics

/// Finds the parts of a deployment that Compose does not support.
enum ComposeObjections {
  static let secret = Rule(
    "compose-secret", "Compose cannot read a secret from the engine's store.",
    Explanation(
      """
      Compose supports secrets of the engine's store only in swarm mode. A file with the line \
      HF_TOKEN=…, readable only by you, works with both Compose and Podman.
      """,
      wrong: """
        # instances.yaml
        targets:
          stack: {kind: compose}
        instances:
          main: {port: 8080, token: {secret: hf-token}}
        """,
      right: """
        # instances.yaml
        targets:
          stack: {kind: compose}
        instances:
          main: {port: 8080, token: {environment_file: ~/.config/hf.env}}
        """,
      source: "Docker Compose 2.26, pkg/compose/create.go (unsupported external secret)"))

  static let mount = Rule(
    "compose-mount", "Compose cannot change the owner of a mount.",
    Explanation(
      """
      Only Podman can change the owner of mounted files. With Docker, the server would not be able \
      to write to them.
      """,
      wrong: """
        # instances.yaml
        targets:
          stack: {kind: compose}
        instances:
          main: {port: 8080, volumes: ["~/models:/models:U"]}
        """,
      right: """
        # instances.yaml
        targets:
          stack: {kind: compose}
        instances:
          main: {port: 8080, volumes: ["~/models:/models"]}
        """,
      source: "compose-spec, 05-services.md (volumes)"))

  static let setting = Rule(
    "compose-setting", "Compose does not support the setting.",
    Explanation(
      """
      Compose restarts a server that exited, but not one that stopped responding. It supports only \
      Docker's log drivers and does not update images automatically. It cannot start a server when \
      a client connects, or stop one when another starts.
      """,
      wrong: """
        # instances.yaml
        targets:
          stack: {kind: compose}
        instances:
          main: {port: 8080, on_unhealthy: restart}
        """,
      right: """
        # instances.yaml
        targets:
          stack: {kind: compose}
        instances:
          main: {port: 8080}
        """,
      source: "compose-spec, 05-services.md (healthcheck, logging)"))

  /// Returns the collisions between container names, which are also the names of services.
  static func toNames(of deployment: Deployment) -> [Objection] {
    var owners: [ResourceName: ResourceName] = [:]
    var objections: [Objection] = []
    let all =
      deployment.workloads.flatMap { workload in workload.containers.map { (workload.name, $0) } }
      + deployment.companions.compactMap { one in one.container.map { (one.name, $0) } }
    for (name, container) in all {
      guard let other = owners.updateValue(name, forKey: container.name) else { continue }
      objections.append(
        Objection(
          UnitNames.collision, name, .name,
          "'\(other.text)' and '\(name.text)' would both have a container '\(container.name.text)'",
          help: "rename one of them"))
    }
    return objections
  }

  static func objections(to workload: Workload) -> [Objection] {
    var objections: [Objection] = []
    for reference in workload.containers.flatMap(\.secrets) {
      guard case .stored(let name, _) = reference.source else { continue }
      objections.append(
        Objection(
          secret, workload.name, .secret(reference.variable),
          "Compose cannot read the stored secret '\(name.text)' of '\(workload.name.text)'",
          help:
            "write '{environment_file: FILE}' instead, with the line \(reference.variable.text)=… in that file"
        ))
    }
    for one in workload.containers.flatMap(\.mounts) where one.options.contains(.changeOwner) {
      objections.append(
        Objection(
          mount, workload.name, .mount(one.target),
          "Compose cannot change the owner of '\(one.target.text)' ('U')",
          help: "remove the option, and change the owner of the files to the server's user"))
    }
    return objections + settings(of: workload)
  }

  /// Returns the objections to a companion: to secrets that the engine stores, and to a program that
  /// runs on the machine itself.
  static func objections(to companion: Companion) -> [Objection] {
    guard let container = companion.container else {
      return [
        Objection(
          setting, companion.name, .name,
          "Compose cannot run '\(companion.name.text)', which is not a container",
          help: "use only Podman as a target, or remove the companion")
      ]
    }
    return container.secrets.compactMap { reference in
      guard case .stored(let name, _) = reference.source else { return nil }
      return Objection(
        secret, companion.name, .secret(reference.variable),
        "Compose cannot read the stored secret '\(name.text)' of '\(companion.name.text)'",
        help:
          "write '{environment_file: FILE}' instead, with the line \(reference.variable.text)=… in that file"
      )
    }
  }

  private static func settings(of workload: Workload) -> [Objection] {
    let server = workload.server
    let said: [(key: String, isSaid: Bool)] = [
      ("on_unhealthy", server.health?.consequence == .restart),
      ("log_driver", server.logDriver == .file || server.logDriver == .passthrough),
      ("auto_update", server.imageUpdate != nil), ("start", workload.activation != nil),
      ("exclusive", workload.group != nil),
    ]
    return said.filter(\.isSaid).map { key, _ in
      Objection(
        setting, workload.name, .setting(key),
        key == "start"
          ? "Compose cannot start '\(workload.name.text)' on demand"
          : "Compose does not support '\(key)' of '\(workload.name.text)'",
        help: key == "start"
          ? "write 'start: boot' or 'start: manual', or use only Podman as a target"
          : "remove the line, or use only Podman as a target")
    }
  }
}
