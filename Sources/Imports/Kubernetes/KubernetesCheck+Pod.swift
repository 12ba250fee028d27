import Diagnostics
import Schema
import Targets
import Text
import YAML

/// Pods: what their containers share.
extension KubernetesCheck {
  mutating func check(template: Node, of kind: String, claims: Set<String> = []) {
    check(labels: template["metadata"]?["labels"])
    check(annotations: template["metadata"]?["annotations"])
    if let spec = template["spec"] { check(pod: spec, of: kind, claims: claims) }
  }

  mutating func check(pod spec: Node, of kind: String, claims: Set<String> = []) {
    let policies =
      switch kind {
      case "Pod": ["Always", "OnFailure", "Never"]
      case "Job": ["OnFailure", "Never"]
      default: ["Always"]
      }
    if let policy = Self.known(spec["restartPolicy"]), !policies.contains(policy.value) {
      refuse(
        policy.range, "a \(kind) has no 'restartPolicy: \(policy.value.abbreviated)'",
        help: "write \(Phrase.oneOf(policies.map { "'\($0)'" }))")
    }
    let graceName = "terminationGracePeriodSeconds"
    let grace = number(spec[graceName], graceName, least: .min)
    if let grace, grace < 0, let node = spec[graceName] {
      warn(
        node.range,
        "'terminationGracePeriodSeconds' is negative, so servers are ended without notice",
        help: "write the seconds that a server needs to end")
    }
    check(labels: spec["nodeSelector"])
    for toleration in spec["tolerations"]?.items ?? [] { check(toleration: toleration) }
    for constraint in spec["topologySpreadConstraints"]?.items ?? [] {
      number(constraint["maxSkew"], "maxSkew", least: 1)
      word(
        constraint["whenUnsatisfiable"], "whenUnsatisfiable",
        among: ["DoNotSchedule", "ScheduleAnyway"])
    }
    domain(spec["runtimeClassName"], "a RuntimeClass")
    check(security: spec["securityContext"])
    check(securityKeys: spec["securityContext"], ofPod: true)
    check(settingsOf: spec)
    if let containers = spec["containers"]?.items, containers.isEmpty, let node = spec["containers"]
    {
      refuse(node.range, "a pod without a container", help: "add one")
    }
    let usesHost = spec["hostNetwork"]?.written?.value == "true"
    let volumes = check(volumes: spec["volumes"])
    var names: Set<String> = []
    for key in ["initContainers", "containers"] {
      for container in spec[key]?.items ?? [] {
        if let name = Self.known(container["name"]) {
          if ClusterName(name.value) == nil {
            refuse(
              name.range, "'\(name.value.abbreviated)' is not a name of a container",
              help: "use at most 63 lower-case letters, digits and '-'")
          } else if !names.insert(name.value).inserted {
            refuse(
              name.range, "two containers have the name '\(name.value)'", help: "rename one of them"
            )
          }
        }
        check(
          container: container, (volumes ?? []).union(claims),
          isStep: key == "initContainers" && container.text("restartPolicy") != "Always",
          usesHost: usesHost)
      }
    }
  }

  private mutating func check(toleration: Node) {
    word(toleration["operator"], "operator", among: ["Exists", "Equal", "Lt", "Gt"])
    word(toleration["effect"], "effect", among: ["NoSchedule", "PreferNoSchedule", "NoExecute"])
    if let value = toleration["value"] { text(value, "value") }
    if toleration.text("operator") == "Exists", let value = Self.known(toleration["value"]),
      !value.value.isEmpty
    {
      refuse(
        value.range, "a toleration with 'operator: Exists' has no value",
        help: "remove 'value', or write 'operator: Equal'")
    }
    if toleration.text("operator") != "Exists", toleration["key"]?.written?.value.isEmpty ?? true,
      let value = Self.known(toleration["value"])
    {
      refuse(
        value.range, "a toleration without 'key' needs 'operator: Exists'",
        help: "add the 'key' of the taint")
    }
    if let seconds = toleration["tolerationSeconds"], seconds.written != nil,
      let effect = Self.known(toleration["effect"]), effect.value != "NoExecute"
    {
      refuse(
        seconds.range, "'tolerationSeconds' is only for the effect 'NoExecute'",
        help: "remove the line")
    }
  }

  /// Returns the names of a pod's volumes; nil if it has none.
  private mutating func check(volumes node: Node?) -> Set<String>? {
    guard let items = node?.items else { return nil }
    var names: Set<String> = []
    for volume in items {
      if let name = Self.known(volume["name"]), ClusterName(name.value) == nil {
        refuse(
          name.range, "'\(name.value.abbreviated)' is not a name of a volume",
          help: "use at most 63 lower-case letters, digits and '-'")
      }
      if let medium = Self.known(volume["emptyDir"]?["medium"]),
        !["", "Memory"].contains(medium.value), !medium.value.hasPrefix("HugePages")
      {
        warn(
          medium.range, "no node has the medium '\(medium.value.abbreviated)'",
          help: "write 'Memory', or remove the line")
      }
      if let name = Self.known(volume["name"]), !names.insert(name.value).inserted {
        refuse(
          name.range, "two volumes have the name '\(name.value.abbreviated)'",
          help: "rename one of them")
      } else if let name = volume.text("name") {
        names.insert(name)
      }
      let sources = (volume.entries ?? []).filter { entry in
        entry.key != "name" && !(entry.value.scalar?.isNull ?? false)
      }
      if sources.count > 1 {
        refuse(
          sources[1].keyRange,
          "a volume has one source, not '\(sources[0].key.abbreviated)' and '\(sources[1].key.abbreviated)'",
          help: "remove one of them")
      }
      amount(volume["emptyDir"]?["sizeLimit"], "sizeLimit")
    }
    return names
  }

  /// Reports a name of a port that is none (IANA_SVC_NAME).
  mutating func portName(_ name: Located<String>) {
    let bytes = name.value.utf8
    let isEnd = { (byte: UInt8?) in byte.map { $0.isASCIILowercase || $0.isASCIIDigit } ?? false }
    let isName =
      (1...15).contains(bytes.count) && isEnd(bytes.first) && isEnd(bytes.last)
      && bytes.contains { $0.isASCIILowercase } && !name.value.contains("--")
      && bytes.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == 0x2D }
    guard !isName else { return }
    refuse(
      name.range, "'\(name.value.abbreviated)' is not a name of a port",
      help: "use at most 15 lower-case letters, digits and single '-', with a letter")
  }
}
