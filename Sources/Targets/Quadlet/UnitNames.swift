import Deployments
import Diagnostics

/// The names of the units that Podman's generator creates.
enum UnitNames {
  /// Quadlet derives service names from files of all kinds (`a.network` becomes
  /// `a-network.service`) and does not report collisions.
  ///
  /// Container names in Podman and unit names in home-manager can collide in the same way.
  static let collision = Rule(
    "name-collision", "Two units would have the same name.",
    Explanation(
      """
      Quadlet creates 'a-volume.service' for both the volume 'a' and the container 'a-volume'. It \
      reports no error, and one of the two is lost.
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
              help: "rename one of them"))
        }
        owners[service] = owner
      }
      take(workload.name.text, "the instance '\(workload.name.text)'")
      for step in workload.preparation {
        take(step.name.text, "the model task of '\(workload.name.text)'")
      }
      if workload.activation != nil {
        take(ActivationUnits.name(of: workload), "the proxy of '\(workload.name.text)'")
      }
      for store in workload.stores {
        take(store.text + "-volume", "the volume '\(store.text)'")
      }
    }
    for companion in deployment.companions {
      let owner = "the companion '\(companion.name.text)'"
      for name in [companion.name.text]
        + (companion.container?.mounts.compactMap(\.store).map { $0.text + "-volume" } ?? [])
      {
        guard let other = owners.updateValue(owner, forKey: name), other != owner else { continue }
        objections.append(
          Objection(
            collision, companion.name, .name,
            "\(owner) and \(other) would both be '\(name).service'", help: "rename one of them"))
      }
    }
    return objections
  }
}
