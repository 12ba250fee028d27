import Diagnostics
import Schema
import Text
import YAML

/// The versions of the API, and the keys that kinds share almost.
extension KubernetesCheck {
  /// The versions of Kubernetes' own kinds (Kubernetes 1.36, staging/src/k8s.io/api).
  private static let versions: [String: [String]] = [
    "Deployment": ["apps/v1"], "StatefulSet": ["apps/v1"], "DaemonSet": ["apps/v1"],
    "ReplicaSet": ["apps/v1"], "Job": ["batch/v1"], "CronJob": ["batch/v1"], "Pod": ["v1"],
    "Service": ["v1"], "ConfigMap": ["v1"], "Secret": ["v1"], "Namespace": ["v1"],
    "PersistentVolumeClaim": ["v1"], "PersistentVolume": ["v1"], "ServiceAccount": ["v1"],
    "PodDisruptionBudget": ["policy/v1"],
    "HorizontalPodAutoscaler": ["autoscaling/v2", "autoscaling/v1"],
    "Ingress": ["networking.k8s.io/v1"], "NetworkPolicy": ["networking.k8s.io/v1"],
  ]

  /// Reports a version of Kubernetes' own that has other kinds.
  mutating func check(version: Located<String>?, of kind: String) {
    guard let version, let right = Self.versions[kind], !right.contains(version.value),
      Self.versions.values.contains(where: { $0.contains(version.value) })
    else { return }
    refuse(
      version.range, "'\(version.value)' has no kind '\(kind)'",
      help: "write 'apiVersion: \(right[0])'")
  }

  /// Reports keys of one kind that another has under another name (apps/v1, types.go).
  mutating func check(keysOf spec: Node, of kind: String) {
    let isDeployment = kind == "Deployment"
    if isDeployment || ["StatefulSet", "DaemonSet"].contains(kind) {
      let (wrong, right) =
        isDeployment ? ("updateStrategy", "strategy") : ("strategy", "updateStrategy")
      if let entry = spec.entries?.first(where: { $0.key == wrong }) {
        refuse(entry.keyRange, "a \(kind) has no '\(wrong)'", help: "write '\(right)'")
      }
    }
    if kind == "DaemonSet", let entry = spec.entries?.first(where: { $0.key == "replicas" }) {
      refuse(
        entry.keyRange, "a DaemonSet has no 'replicas': it runs once on each node",
        help: "remove the line, or write a Deployment")
    }
    guard kind == "Job", let pod = spec["template"]?["spec"], pod["restartPolicy"] == nil,
      let containers = pod["containers"],
      containers.items?.contains(where: { $0["image"] != nil })
        ?? false
    else { return }
    refuse(
      containers.range, "the pods of a Job need a 'restartPolicy'",
      help: "write 'restartPolicy: Never' or 'restartPolicy: OnFailure' beside 'containers'")
  }

  /// Checks the addresses of a Service (ValidateService).
  mutating func check(addressesOf spec: Node) {
    let type = spec["type"]?.written?.value ?? "ClusterIP"
    word(spec["sessionAffinity"], "sessionAffinity", among: ["ClientIP", "None"])
    if let address = Self.known(spec["clusterIP"]), !address.value.isEmpty {
      let isAddress = address.value.utf8.contains { $0 == 0x2E || $0 == 0x3A }
      if address.value != "None", !isAddress {
        refuse(
          address.range, "'clusterIP' has no value '\(address.value.abbreviated)'",
          help: "write 'None' or an IP address, or remove the line")
      } else if address.value == "None", ["NodePort", "LoadBalancer"].contains(type) {
        refuse(
          address.range, "a Service of the type '\(type)' cannot have 'clusterIP: None'",
          help: "remove one of them")
      }
    }
    if type == "ExternalName", let node = spec["type"], spec["externalName"] == nil {
      refuse(node.range, "'type: ExternalName' needs 'externalName'", help: "add the host's name")
    }
    for port in spec["ports"]?.items ?? [] {
      guard let text = Self.known(port["nodePort"]), let number = Int(text.value),
        (1..<30000).contains(number) || (32768...65535).contains(number)
      else { continue }
      warn(
        text.range, "'nodePort: \(number)' is outside the range of most clusters",
        help: "write a port from 30000 to 32767, or none")
    }
  }

  /// Checks the paths of an Ingress (validateHTTPIngressPath).
  mutating func check(ingress spec: Node) {
    for rule in spec["rules"]?.items ?? [] {
      for path in rule["http"]?["paths"]?.items ?? [] where path.entries != nil {
        let types = ["Prefix", "Exact", "ImplementationSpecific"]
        word(path["pathType"], "pathType", among: types)
        if path["pathType"] == nil {
          refuse(
            path.range, "a path of an Ingress needs a 'pathType'", help: "write 'pathType: Prefix'")
        }
      }
    }
  }
}
