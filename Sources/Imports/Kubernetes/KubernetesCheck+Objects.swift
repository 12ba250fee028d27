import Diagnostics
import Schema
import Text
import YAML

/// The objects around pods.
extension KubernetesCheck {
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

  mutating func check(service spec: Node) {
    check(labels: spec["selector"])
    word(
      spec["type"], "type", among: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"])
    let ports = spec["ports"]?.items ?? []
    var names: Set<String> = []
    var numbers: Set<String> = []
    for port in ports {
      number(port["nodePort"], "nodePort", least: 0, most: 65535)
      let number = number(port["port"], "port", least: 1, most: 65535)
      let text = Self.known(port["targetPort"])
      if let text, Int(text.value) == nil { portName(text) }
      if let name = Self.known(port["name"]) {
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
    for mode in spec["accessModes"]?.items ?? [] { word(mode, "accessModes", among: modes) }
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
    guard spec["minAvailable"]?.written != nil, let node = spec["maxUnavailable"],
      node.written != nil
    else { return }
    refuse(
      node.range, "a PodDisruptionBudget has 'minAvailable' or 'maxUnavailable', not both",
      help: "remove one of them")
  }
}
