import Diagnostics
import Schema
import Targets
import Text
import YAML

/// Parts of pods that have rules of their own (Kubernetes 1.36, pkg/apis/core/validation/validation.go).
extension KubernetesCheck {
  // MARK: Handlers

  /// Checks what a probe or hook does (validateHTTPGetAction, validateExecAction).
  mutating func check(handler: Node, _ name: String) {
    for key in ["httpGet", "tcpSocket", "grpc"] {
      guard let action = handler[key], action.entries != nil else { continue }
      guard let port = action["port"] else {
        refuse(action.range, "'\(key)' of '\(name)' has no 'port'", help: "add the port")
        continue
      }
      if let text = Self.known(port), let number = Int(text.value), !(1...65535).contains(number) {
        refuse(
          text.range, "'port' must be from 1 to 65535, found \(number)",
          help: "write the container's port")
      }
    }
    if let words = handler["exec"]?["command"]?.items, words.isEmpty, let node = handler["exec"] {
      refuse(
        node.range, "'exec' of '\(name)' has no command", help: "write the words of the command")
    }
  }

  /// Checks the hooks of a container (validateLifecycle).
  mutating func check(lifecycle: Node?) {
    for name in ["postStart", "preStop"] {
      guard let hook = lifecycle?[name], hook.entries != nil else { continue }
      let handlers = ["exec", "httpGet", "tcpSocket", "sleep"].filter { hook[$0] != nil }
      if handlers.count > 1, let second = hook[handlers[1]] {
        refuse(
          second.range, "'\(name)' does one thing, not '\(handlers[0])' and '\(handlers[1])'",
          help: "remove one of them")
      } else if handlers.isEmpty {
        refuse(hook.range, "'\(name)' does nothing", help: "add 'exec', 'httpGet' or 'sleep'")
      }
      check(handler: hook, name)
    }
  }

  /// Checks the time that a probe gives the server to end (validateProbe, validateReadinessProbe).
  mutating func check(graceOf probe: Node, _ name: String) {
    let key = "terminationGracePeriodSeconds"
    guard let node = probe[key], node.written != nil else { return }
    if name == "readinessProbe" {
      refuse(
        node.range, "'readinessProbe' ends no container, and has no '\(key)'",
        help: "remove the line")
    } else {
      number(node, key, least: 1)
    }
  }

  // MARK: Variables

  /// Checks the source of a variable's value (validateEnvVarValueFrom).
  mutating func check(sourceOf from: Node) {
    let sources = (from.entries ?? []).filter { !($0.value.scalar?.isNull ?? false) }
    if sources.count > 1 {
      refuse(
        sources[1].keyRange,
        "'valueFrom' has one source, not '\(sources[0].key.abbreviated)' and '\(sources[1].key.abbreviated)'",
        help: "remove one of them")
    } else if sources.isEmpty {
      refuse(
        from.range, "'valueFrom' has no source",
        help: "add 'secretKeyRef', 'configMapKeyRef' or 'fieldRef'")
    }
  }

  // MARK: Places

  /// Checks on which nodes a pod may run (validateAffinity).
  mutating func check(affinity: Node?) {
    let required = "requiredDuringSchedulingIgnoredDuringExecution"
    let preferred = "preferredDuringSchedulingIgnoredDuringExecution"
    let nodes = affinity?["nodeAffinity"]
    for term in nodes?[required]?["nodeSelectorTerms"]?.items ?? [] { check(term: term) }
    for item in nodes?[preferred]?.items ?? [] {
      number(item["weight"], "weight", least: 1, most: 100)
      if let term = item["preference"] { check(term: term) }
    }
    for key in ["podAffinity", "podAntiAffinity"] {
      for term in affinity?[key]?[required]?.items ?? [] { check(podTerm: term) }
      for item in affinity?[key]?[preferred]?.items ?? [] {
        number(item["weight"], "weight", least: 1, most: 100)
        if let term = item["podAffinityTerm"] { check(podTerm: term) }
      }
    }
  }

  private mutating func check(term: Node) {
    for wanted in term["matchExpressions"]?.items ?? [] {
      word(
        wanted["operator"], "operator",
        among: ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"])
      guard let how = Self.known(wanted["operator"]), ["In", "NotIn"].contains(how.value),
        wanted["values"]?.items?.isEmpty ?? (wanted["values"] == nil)
      else { continue }
      refuse(
        how.range, "'operator: \(how.value)' needs 'values'",
        help: "write the values, or 'operator: Exists'")
    }
  }

  private mutating func check(podTerm term: Node) {
    guard term.entries != nil, term["topologyKey"]?.written?.value.isEmpty ?? true,
      term["topologyKey"]?.written != nil || term["topologyKey"] == nil
    else { return }
    refuse(
      term.range, "a term of pods has no 'topologyKey'",
      help: "add 'topologyKey: kubernetes.io/hostname'")
  }

  // MARK: Pods

  /// Checks the words and names that a pod has beside its containers (ValidatePodSpec).
  mutating func check(settingsOf spec: Node) {
    word(
      spec["dnsPolicy"], "dnsPolicy",
      among: ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"])
    domain(spec["serviceAccountName"], "a ServiceAccount")
    domain(spec["priorityClassName"], "a PriorityClass")
    number(spec["activeDeadlineSeconds"], "activeDeadlineSeconds", least: 1)
    if let secrets = Self.known(spec["imagePullSecrets"]), !secrets.value.isEmpty {
      refuse(
        secrets.range, "'imagePullSecrets' is a list of names, and this is one text",
        help: "write '- name: \(secrets.value.abbreviated)' below the key")
    }
    check(affinity: spec["affinity"])
    for volume in spec["volumes"]?.items ?? [] {
      guard let claim = volume["persistentVolumeClaim"], claim.entries != nil,
        claim["claimName"] == nil
      else { continue }
      refuse(claim.range, "a volume of a claim has no 'claimName'", help: "add the claim's name")
    }
  }

  private static let securityOfBoth = [
    "appArmorProfile", "runAsGroup", "runAsNonRoot", "runAsUser", "seLinuxOptions",
    "seccompProfile", "windowsOptions",
  ]
  private static let securityOfContainers = [
    "allowPrivilegeEscalation", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem",
  ]
  private static let securityOfPods = [
    "fsGroup", "fsGroupChangePolicy", "seLinuxChangePolicy", "supplementalGroups",
    "supplementalGroupsPolicy", "sysctls",
  ]

  /// Reports keys of a `securityContext` that only the other one has, or none (core/v1, PodSecurityContext and
  /// SecurityContext).
  mutating func check(securityKeys security: Node?, ofPod: Bool) {
    let own = ofPod ? Self.securityOfPods : Self.securityOfContainers
    let others = ofPod ? Self.securityOfContainers : Self.securityOfPods
    for entry in security?.entries ?? [] {
      guard Self.known(entry.keyNode) != nil, !entry.key.hasPrefix("$"),
        !(Self.securityOfBoth + own).contains(entry.key)
      else { continue }
      refuse(
        entry.keyRange,
        "'securityContext' of a \(ofPod ? "pod" : "container") has no '\(entry.key.abbreviated)'",
        help: others.contains(entry.key)
          ? "write it under 'securityContext' of the \(ofPod ? "container" : "pod")"
          : Suggestion.help(
            for: entry.key, among: Self.securityOfBoth + own, otherwise: "remove the line"))
    }
  }
}
