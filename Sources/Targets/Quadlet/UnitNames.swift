import Deployments
import Diagnostics

/// The names of the units that Podman's generator makes.
enum UnitNames {
  /// Quadlet names services after files of all kinds (`a.network` is `a-network.service`), and
  /// reports no collision; Podman names containers and home-manager units alike.
  static let collision = Rule(
    "name-collision", "No two units come out with one name.",
    Explanation(
      """
      Quadlet makes 'a-volume.service' of the volume 'a' as well as of the container 'a-volume', \
      and reports nothing: one of the two is gone.
      """,
      wrong: """
        # instances.yaml
        instances:
          a: {port: 8080, cache: own}
          a-volume: {port: 8081}
        """,
      right: """
        # instances.yaml
        instances:
          a: {port: 8080, cache: own}
          b: {port: 8081}
        """,
      source: "Podman 5.4.2, pkg/systemd/quadlet/quadlet.go"))

  static func objections(to deployment: Deployment) -> [Objection] {
    var owners = [
      deployment.network.text + "-network": "the network '\(deployment.network.text)'"
    ]
    var objections: [Objection] = []
    for workload in deployment.workloads {
      func take(_ service: String, _ owner: String) {
        if let other = owners[service], other != owner {
          objections.append(
            Objection(
              collision, workload.name, .name,
              "\(owner) and \(other) would both be '\(service).service'",
              help: "rename one of the two"))
        }
        owners[service] = owner
      }
      take(workload.name.text, "the instance '\(workload.name.text)'")
      for step in workload.preparation {
        take(step.name.text, "the model task of '\(workload.name.text)'")
      }
      for store in workload.containers.flatMap(\.mounts).compactMap(\.store) {
        take(store.text + "-volume", "the volume '\(store.text)'")
      }
    }
    return objections
  }
}
