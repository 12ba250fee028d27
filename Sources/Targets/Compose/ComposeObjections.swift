import Deployments
import Diagnostics

/// What a file of Compose cannot say.
enum ComposeObjections {
  static let secret = Rule(
    "compose-secret", "Compose reads a token from a file of variables.",
    Explanation(
      """
      Compose knows secrets of an engine's own store for swarms alone; a container of its own gets \
      none of them. A file with the line HF_TOKEN=…, readable by you alone, serves both Compose and \
      Podman.
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
    "compose-mount", "A mount of Compose changes no owner.",
    Explanation(
      """
      Only Podman changes the owner of what is mounted. With Docker, the server would see files that \
      it may not write.
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
    "compose-setting", "A setting is one that Compose can say.",
    Explanation(
      """
      Compose restarts a server that ended, not one that answers no more. It knows the log drivers of \
      Docker, and replaces no images by itself.
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

  /// Each container is a service of its own name.
  static func toNames(of deployment: Deployment) -> [Objection] {
    var owners: [ResourceName: ResourceName] = [:]
    var objections: [Objection] = []
    for workload in deployment.workloads {
      for container in workload.containers {
        guard let other = owners.updateValue(workload.name, forKey: container.name) else {
          continue
        }
        objections.append(
          Objection(
            UnitNames.collision, workload.name, .name,
            "'\(other.text)' and '\(workload.name.text)' would both have a container '\(container.name.text)'",
            help: "rename one of the two"))
      }
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
          "Compose cannot hand on the stored secret '\(name.text)' of '\(workload.name.text)'",
          help:
            "write '{environment_file: FILE}' in its place, a file with the line \(reference.variable.text)=…"
        ))
    }
    for one in workload.containers.flatMap(\.mounts) where one.options.contains(.changeOwner) {
      objections.append(
        Objection(
          mount, workload.name, .mount(one.target),
          "Compose cannot change the owner of '\(one.target.text)' ('U')",
          help: "remove the option, and give the files to the server's user"))
    }
    return objections + settings(of: workload)
  }

  private static func settings(of workload: Workload) -> [Objection] {
    let server = workload.server
    let said: [(key: String, isSaid: Bool)] = [
      ("on_unhealthy", server.health?.consequence == .restart),
      ("log_driver", server.logDriver == .file || server.logDriver == .passthrough),
      ("auto_update", server.imageUpdate != nil),
    ]
    return said.filter(\.isSaid).map { key, _ in
      Objection(
        setting, workload.name, .setting(key),
        "Compose cannot say '\(key)' of '\(workload.name.text)'",
        help: "remove the line, or generate for Podman alone")
    }
  }
}
