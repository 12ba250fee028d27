import Deployments
import Diagnostics

/// What the units of the system cannot have.
enum SystemObjections {
  static let home = Rule(
    "system-home", "A server of the system has a path below a home folder.",
    Explanation(
      """
      The servers of the system run as root, whose home folder is '/root'. A path with '~' would mean \
      a folder there, and not yours.
      """,
      wrong: """
        # instances.yaml
        targets:
          gpu1: {kind: podman, scope: system}
        instances:
          main: {port: 8080, volumes: ["~/models:/models"]}
        """,
      right: """
        # instances.yaml
        targets:
          gpu1: {kind: podman, scope: system}
        instances:
          main: {port: 8080, volumes: ["/srv/models:/models"]}
        """,
      source: "systemd 257, systemd.unit(5) (Specifiers)"))

  static let program = Rule(
    "system-program", "'llama-swap' would run as root.",
    Explanation(
      """
      llama-swap runs on the machine itself, answers the network, and starts other programs. As root, \
      it could do everything. It belongs to a user.
      """,
      wrong: """
        # instances.yaml
        targets:
          gpu1: {kind: podman, scope: system}
        instances:
          main: {port: 8080, start: manual}
        companions:
          swap: {kind: llama-swap, port: 9292}
        """,
      right: """
        # instances.yaml
        targets:
          gpu1: {kind: podman, scope: user}
        instances:
          main: {port: 8080, start: manual}
        companions:
          swap: {kind: llama-swap, port: 9292}
        """))

  static func objections(to deployment: Deployment) -> [Objection] {
    let named =
      deployment.workloads.map { ($0.name, $0.server) }
      + deployment.companions.compactMap { one in one.container.map { (one.name, $0) } }
    let paths = named.flatMap { name, container in
      container.mounts.compactMap { mount -> Objection? in
        guard case .path(let path) = mount.source else { return nil }
        return objection(to: path, of: name, .mount(mount.target))
      }
        + container.secrets.compactMap { secret in
          guard case .environmentFile(let path) = secret.source else { return nil }
          return objection(to: path, of: name, .secret(secret.variable))
        }
    }
    let programs = deployment.companions.filter { $0.container == nil }.map {
      Objection(
        program, $0.name, .name, "'\($0.name.text)' would run as root",
        help: "write 'scope: user' for its target, or use 'kind: litellm'")
    }
    return paths + programs
  }

  private static func objection(
    to path: HostPath, of name: ResourceName, _ part: Objection.Part
  ) -> Objection? {
    guard path.base == .home else { return nil }
    return Objection(
      home, name, part, "'\(path.text)' is below a home folder, but '\(name.text)' runs as root",
      help: "write a path from the root, such as '/srv/\(path.relative)'")
  }
}
