import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceChecks {
  /// Variables that choose GPUs by number, which a cluster does itself.
  static let choosingGPUs = WorkspaceCheck(
    Rule(
      "cluster-gpu-variable", .warning, "A variable chooses GPUs, which the cluster assigns.",
      Explanation(
        """
        A pod gets as many GPUs as it asks for, and sees them with the numbers from 0. A variable \
        with other numbers leaves it without a GPU. With 'NVIDIA_VISIBLE_DEVICES: all', some clusters \
        give it the GPUs of other pods.
        """,
        wrong: """
          # instances.yaml
          targets:
            prod: {kind: kubernetes}
          instances:
            main: {port: 8080, gpus: 1, environment: {CUDA_VISIBLE_DEVICES: "1"}}
          """,
        right: """
          # instances.yaml
          targets:
            prod: {kind: kubernetes}
          instances:
            main: {port: 8080, gpus: 1}
          """,
        source: """
          NVIDIA k8s-device-plugin 0.17, README.md (--device-list-strategy); Kubernetes 1.36, Schedule GPUs
          """))
  ) { workspace, rule, collector in
    guard workspace.cluster != nil else { return }
    for instance in workspace.instances {
      let name = instance.name.value.text
      func message(_ variable: Located<EnvironmentVariable.Name>) -> String {
        "'\(variable.value.text)' of '\(name)' chooses GPUs, which the cluster assigns"
      }
      let help = "remove the variable, and write the number of GPUs under 'gpus'"
      for variable in instance.environments.joined()
      where variable.name.value.choosesGPUs && !variable.item.value.choosesNone {
        collector.emit(rule, variable.name.range, message(variable.name), help: help)
      }
      for profile in instance.profiles {
        for variable in profile.environment
        where variable.name.value.choosesGPUs && !variable.item.value.choosesNone {
          collector.emit(
            rule, instance.name.range, message(variable.name), help: help,
            notes: [profile.note(variable.name.range, "the profile sets it here")])
        }
      }
    }
  }
}

extension EnvironmentVariable.Name {
  /// Whether it chooses GPUs of a machine by their numbers.
  fileprivate var choosesGPUs: Bool {
    text.hasSuffix("_VISIBLE_DEVICES") || ["ZE_AFFINITY_MASK", "GPU_DEVICE_ORDINAL"].contains(text)
  }
}

extension String {
  /// Whether it hides all GPUs, which a server without one may need.
  fileprivate var choosesNone: Bool { ["", "-1", "none", "void", "NoDevFiles"].contains(self) }
}

extension WorkspaceDraft {
  /// Returns how to store a secret for an instance, and the setting that names it.
  ///
  /// - Parameter key: The key of a cluster's secret.
  func helpForSecret(
    of instance: Instance, named secret: String, key: String, setting: String
  ) -> String {
    hasCluster(for: instance)
      ? "run 'kubectl create secret generic \(secret) --from-file=./\(key)' and add '\(setting): {secret: \(secret), key: \(key)}'"
      : "run 'podman secret create \(secret) FILE' and add '\(setting): \(setting == "token" ? "{secret: \(secret)}" : secret)'"
  }
}
