import Deployments
import Diagnostics

/// What a single machine cannot do, whichever program runs the servers.
enum OneMachine {
  static let setting = Rule(
    "one-machine", "'replicas' or 'span' is set for a server that is not on a cluster.",
    Explanation(
      """
      Only a cluster runs several equal servers behind one address, or one server on several nodes. On \
      a machine, each server has its own instance and port.
      """,
      wrong: """
        # instances.yaml
        instances:
          main: {port: 8080, replicas: 2}
        """,
      right: """
        # instances.yaml
        targets:
          prod: {kind: kubernetes, storage: {access: many}}
        instances:
          main: {port: 8080, gpus: 1, replicas: 2}
        """))

  static func objections(to deployment: Deployment) -> [Objection] {
    deployment.workloads.flatMap { workload in
      let keys = [("replicas", workload.replicas > 1), ("span", workload.span != nil)]
      return keys.filter(\.1).map { key, _ in
        Objection(
          setting, workload.name, .setting(key),
          "'\(key)' of '\(workload.name.text)' needs a cluster",
          help: "remove the line, or give the instance a 'target' of the kind 'kubernetes'")
      }
    }
  }
}
