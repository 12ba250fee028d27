import Diagnostics
import Schema
import Targets
import Text
import YAML

/// The objects around pods.
extension KubernetesCheck {
  /// The kinds with rules of their own.
  private static let kinds = [
    "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job",
    "CronJob", "LeaderWorkerSet", "Service", "PersistentVolumeClaim", "HorizontalPodAutoscaler",
    "PodDisruptionBudget", "ConfigMap", "Secret",
  ]

  /// Checks a kind's letters, and that the file has an object once.
  mutating func check(kind: String, _ object: Node) {
    if !Self.kinds.contains(kind), let node = object["kind"],
      let meant = Self.kinds.first(where: { $0.lowercased() == kind.lowercased() })
    {
      refuse(
        node.range, "Kubernetes has no kind '\(kind)'", help: "did you mean '\(meant)'?")
    }
    let metadata = object["metadata"]
    if Self.kinds.contains(kind), object["spec"] ?? object["data"] != nil,
      metadata?["name"] == nil, metadata?["generateName"] == nil
    {
      refuse(
        metadata?.range ?? object["kind"]?.range ?? object.range, "a \(kind) without a name",
        help: "add 'metadata: {name: …}'")
    }
    guard let name = Self.known(metadata?["name"]) else { return }
    let namespace = object["metadata"]?.text("namespace") ?? ""
    if !objects.insert("\(kind)/\(namespace)/\(name.value)").inserted {
      warn(
        name.range,
        "the file has the \(kind) '\(name.value.abbreviated)' twice, and the last one counts",
        help: "remove one of them")
    }
  }

  mutating func check(workload spec: Node, of kind: String) {
    number(spec["replicas"], "replicas")
    number(spec["revisionHistoryLimit"], "revisionHistoryLimit")
    let ready = number(spec["minReadySeconds"], "minReadySeconds") ?? 0
    let deadline = number(spec["progressDeadlineSeconds"], "progressDeadlineSeconds")
    if let deadline, let node = spec["progressDeadlineSeconds"], deadline <= ready {
      refuse(
        node.range, "'progressDeadlineSeconds' must be above 'minReadySeconds', which is \(ready)",
        help: "write more seconds")
    }
    check(keysOf: spec, of: kind)
    check(strategy: spec["strategy"])
    let template = spec["template"]
    check(selector: spec["selector"], of: kind, template)
    let claims = claims(of: spec)
    if let template { check(template: template, of: kind, claims: claims) }
  }

  /// Checks the templates of claims, and returns their names, which the pods have as volumes.
  mutating func claims(of spec: Node?) -> Set<String> {
    let templates = spec?["volumeClaimTemplates"]?.items ?? []
    for claim in templates {
      if let claim = claim["spec"] { check(claim: claim) }
    }
    return Set(templates.compactMap { $0["metadata"]?.text("name") })
  }

  private mutating func check(strategy: Node?) {
    word(strategy?["type"], "type", among: ["Recreate", "RollingUpdate"])
    guard let rolling = strategy?["rollingUpdate"], rolling.entries != nil else { return }
    if strategy?.text("type") == "Recreate" {
      return refuse(
        rolling.range, "'rollingUpdate' cannot be with the type 'Recreate'",
        help: "remove 'rollingUpdate'")
    }
    share(rolling["maxSurge"], "maxSurge", isLimited: false)
    share(rolling["maxUnavailable"], "maxUnavailable")
    let isNothing = { (key: String) in
      rolling[key]?.written.map { ["0", "0%"].contains($0.value) } ?? false
    }
    if isNothing("maxSurge"), isNothing("maxUnavailable") {
      refuse(
        rolling.range, "'maxSurge' and 'maxUnavailable' are both 0, so no pod could be replaced",
        help: "write 'maxUnavailable: 1'")
    }
  }

  private mutating func check(selector: Node?, of kind: String, _ template: Node?) {
    let chosen = kind == "ReplicationController" ? selector : selector?["matchLabels"]
    check(labels: chosen)
    checkPresence(of: selector, kind, template)
    // A Job has labels and a selector of its own.
    guard let template, kind != "Job" else { return }
    let labels = template["metadata"]?["labels"]
    for entry in chosen?.entries ?? [] {
      guard let wanted = Self.known(entry.value), Self.known(entry.keyNode) != nil else { continue }
      let has = labels?[entry.key]
      guard has?.written == nil || Self.known(has) != nil, has?.written?.value != wanted.value
      else { continue }
      refuse(
        entry.keyRange,
        "the selector wants '\(entry.key.abbreviated): \(wanted.value.abbreviated)', and the template's pods have \(has?.written.map { "'\($0.value.abbreviated)'" } ?? "no such label")",
        help: "write the same label under 'template.metadata.labels'")
    }
  }

  /// Reports a missing or empty selector, and containers without an image, of an object that is no patch.
  private mutating func checkPresence(of selector: Node?, _ kind: String, _ template: Node?) {
    guard ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"].contains(kind) else { return }
    let containers = template?["spec"]?["containers"]?.items ?? []
    let labels = template?["metadata"]?["labels"]
    if let selector {
      let isEmpty = ["matchLabels", "matchExpressions"].allSatisfy { key in
        selector[key].map { $0.entries?.isEmpty ?? $0.items?.isEmpty ?? true } ?? true
      }
      if isEmpty, selector.entries != nil || selector.scalar?.isNull ?? false {
        refuse(
          selector.range, "the selector of a \(kind) is empty",
          help: "write 'matchLabels' with the labels of the template")
      }
    } else if let labels, !(labels.entries ?? []).isEmpty, !containers.isEmpty,
      containers.allSatisfy({ $0["image"] != nil })
    {
      refuse(
        labels.range, "a \(kind) needs a 'selector' of the labels of its template",
        help: "write 'selector: {matchLabels: …}' under 'spec'")
    }
    guard selector != nil, labels != nil else { return }
    for container in containers where container.entries != nil && container["image"] == nil {
      refuse(
        (container["name"] ?? container).range, "a container has no image",
        help: "write the name of an image")
    }
  }

  mutating func check(service spec: Node) {
    check(addressesOf: spec)
    check(labels: spec["selector"])
    word(
      spec["type"], "type", among: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"])
    let ports = spec["ports"]?.items ?? []
    let isHeadless =
      spec.text("clusterIP") == "None" || spec.text("type") == "ExternalName"
    if ports.isEmpty, !isHeadless, Self.known(spec["ports"]) == nil,
      let place = spec["ports"] ?? spec["selector"]
    {
      refuse(place.range, "a Service without a port", help: "add 'ports', or 'clusterIP: None'")
    }
    var names: Set<String> = []
    var numbers: Set<String> = []
    for port in ports {
      let open = number(port["nodePort"], "nodePort", least: 0, most: 65535)
      if let open, open != 0, let node = port["nodePort"],
        (spec["type"]?.written?.value ?? "ClusterIP") == "ClusterIP"
      {
        refuse(
          node.range, "a Service of the type 'ClusterIP' has no 'nodePort'",
          help: "remove the line, or write 'type: NodePort'")
      }
      word(port["protocol"], "protocol", among: ["TCP", "UDP", "SCTP"])
      let number = number(port["port"], "port", least: 1, most: 65535)
      let text = Self.known(port["targetPort"])
      if let text, Int(text.value) == nil { portName(text) }
      if let name = Self.known(port["name"]) {
        if ClusterName(name.value) == nil {
          refuse(
            name.range, "'\(name.value.abbreviated)' is not a name of a port",
            help: "use at most 63 lower-case letters, digits and '-'")
        }
        if !names.insert(name.value).inserted {
          refuse(
            name.range, "two ports have the name '\(name.value.abbreviated)'", help: "rename one")
        }
      } else if ports.count > 1, port["name"] == nil {
        refuse(
          port.range, "a Service with several ports needs a name for each",
          help: "add 'name' to the port")
      }
      guard let number, let place = port["port"] else { continue }
      if !numbers.insert("\(number)/\(port.text("protocol") ?? "TCP")").inserted {
        refuse(place.range, "the Service has the port \(number) twice", help: "remove one of them")
      }
    }
  }

  mutating func check(claim spec: Node) {
    let modes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]
    let written = spec["accessModes"]?.items ?? []
    for mode in written { word(mode, "accessModes", among: modes) }
    if written.count > 1,
      let one = written.first(where: { $0.written?.value == "ReadWriteOncePod" })
    {
      refuse(
        one.range, "'ReadWriteOncePod' cannot be with other access modes",
        help: "remove it, or the others")
    }
    domain(spec["storageClassName"], "a StorageClass")
    word(spec["volumeMode"], "volumeMode", among: ["Filesystem", "Block"])
    if !written.isEmpty, spec["resources"]?["requests"]?["storage"] == nil,
      Self.known(spec["resources"]) == nil
    {
      refuse(
        (spec["resources"] ?? spec["accessModes"] ?? spec).range, "a claim needs a size",
        help: "write 'resources: {requests: {storage: 100Gi}}'")
    }
    if let resources = spec["resources"], spec["accessModes"]?.items?.isEmpty ?? true,
      Self.known(spec["accessModes"]) == nil
    {
      refuse(
        spec["accessModes"]?.range ?? resources.range, "a claim needs 'accessModes'",
        help: "write 'accessModes: [ReadWriteOnce]'")
    }
    guard let storage = spec["resources"]?["requests"]?["storage"],
      let size = amount(storage, "storage"), size <= 0
    else { return }
    refuse(storage.range, "a claim of 0 bytes", help: "write a size, such as '100Gi'")
  }

  mutating func check(scaler spec: Node) {
    let least = number(spec["minReplicas"], "minReplicas")
    guard let most = number(spec["maxReplicas"], "maxReplicas", least: 1), let least, least > most,
      let node = spec["maxReplicas"]
    else { return }
    refuse(
      node.range, "'maxReplicas' is below 'minReplicas', which is \(least)",
      help: "write \(least) or more")
  }

  mutating func check(budget spec: Node) {
    share(spec["minAvailable"], "minAvailable")
    share(spec["maxUnavailable"], "maxUnavailable")
    guard spec["minAvailable"]?.written != nil, let node = spec["maxUnavailable"],
      node.written != nil
    else { return }
    refuse(
      node.range, "a PodDisruptionBudget has 'minAvailable' or 'maxUnavailable', not both",
      help: "remove one of them")
  }
}
