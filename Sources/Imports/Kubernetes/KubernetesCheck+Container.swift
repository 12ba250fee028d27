import Deployments
import Diagnostics
import Schema
import Targets
import Text
import YAML

/// One container of a pod.
extension KubernetesCheck {
  /// - Parameters:
  ///   - volumes: The names of the pod's volumes.
  ///   - isStep: Whether it runs before the others, and ends.
  ///   - usesHost: Whether the pod has the network of its node.
  mutating func check(
    container: Node, _ volumes: Set<String>, isStep: Bool, usesHost: Bool
  ) {
    check(image: container["image"])
    word(
      container["imagePullPolicy"], "imagePullPolicy", among: ["Always", "IfNotPresent", "Never"])
    for key in ["command", "args"] {
      for item in container[key]?.items ?? [] { text(item, key) }
      if let words = Self.known(container[key]) {
        refuse(
          words.range, "'\(key)' is a list of words, and this is one text",
          help: "write each word as an item of its own")
      }
    }
    check(variables: container["env"]?.items ?? [])
    for from in container["envFrom"]?.items ?? [] {
      for key in ["configMapRef", "secretRef"] {
        domain(from[key]?["name"], key == "secretRef" ? "a Secret" : "a ConfigMap")
        guard let reference = from[key], reference.entries != nil, reference["name"] == nil else {
          continue
        }
        refuse(reference.range, "'\(key)' has no 'name'", help: "add the name of the object")
      }
    }
    check(ports: container["ports"]?.items ?? [], usesHost: usesHost)
    for key in ["startupProbe", "readinessProbe", "livenessProbe"] {
      guard let probe = container[key], probe.entries != nil else { continue }
      if isStep {
        refuse(
          probe.range,
          "a container of 'initContainers' has no '\(key)' unless it runs beside the others",
          help: "remove it, or write 'restartPolicy: Always'")
      } else {
        check(probe: probe, key)
      }
    }
    check(resources: container["resources"])
    check(mounts: container["volumeMounts"]?.items ?? [], volumes)
    check(security: container["securityContext"])
    check(securityKeys: container["securityContext"], ofPod: false)
    check(lifecycle: container["lifecycle"])
  }

  private mutating func check(ports: [Node], usesHost: Bool) {
    var names: Set<String> = []
    for port in ports {
      let inside = number(port["containerPort"], "containerPort", least: 1, most: 65535)
      let outside = number(port["hostPort"], "hostPort", least: 0, most: 65535)
      if usesHost, let inside, let outside, outside != 0, outside != inside,
        let node = port["hostPort"]
      {
        refuse(
          node.range,
          "with 'hostNetwork: true', 'hostPort' must be 'containerPort', which is \(inside)",
          help: "write \(inside), or remove the line")
      }
      word(port["protocol"], "protocol", among: ["TCP", "UDP", "SCTP"])
      guard let name = Self.known(port["name"]) else { continue }
      portName(name)
      if !names.insert(name.value).inserted {
        refuse(
          name.range, "two ports have the name '\(name.value.abbreviated)'", help: "rename one")
      }
    }
  }

  private mutating func check(image node: Node?) {
    guard let scalar = node?.scalar, let range = node?.range else { return }
    if scalar.text.isEmpty, !scalar.isPlain {
      return refuse(range, "a container has an empty image", help: "write the name of an image")
    }
    guard let image = Self.known(node) else { return }
    let name = image.value.prefix { $0 != "@" }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    // A registry may have capitals, and a tag, too.
    let hasCapitals = parts.enumerated().contains { index, part in
      let isRegistry = index == 0 && parts.count > 1 && (part.contains(".") || part.contains(":"))
      let path = index == parts.count - 1 ? part.prefix { $0 != ":" } : part
      return !isRegistry && path.utf8.contains { $0.isASCIIUppercase }
    }
    if image.value.utf8.contains(0x20) || hasCapitals {
      warn(
        range, "no engine can fetch the image '\(image.value.abbreviated)'",
        help: "an image's name has small letters and no spaces")
    }
  }

  private mutating func check(variables: [Node]) {
    var names: Set<String> = []
    for variable in variables {
      if let name = Self.known(variable["name"]) {
        if name.value.contains("=") || name.value.isEmpty {
          refuse(
            name.range, "'\(name.value.abbreviated)' is not a name of a variable",
            help: "write the value under 'value'")
        } else if EnvironmentVariable.Name(name.value) == nil,
          name.value.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F })
        {
          warn(
            name.range, "no program reads a variable with the name '\(name.value.abbreviated)'",
            help: "use letters, digits and '_'")
        }
        if !names.insert(name.value).inserted {
          warn(
            name.range,
            "the variable '\(name.value.abbreviated)' is set twice, and the last value counts",
            help: "remove one of them")
        }
      }
      if variable.entries != nil, variable["name"] == nil,
        variable["value"] ?? variable["valueFrom"] != nil
      {
        refuse(variable.range, "a variable has no 'name'", help: "add the name")
      }
      if let value = variable["value"] { text(value, variable.text("name") ?? "value") }
      guard let from = variable["valueFrom"], from.entries != nil else { continue }
      if let value = variable["value"]?.written, !value.value.isEmpty {
        refuse(
          value.range, "a variable has 'value' or 'valueFrom', not both", help: "remove one of them"
        )
      }
      check(sourceOf: from)
      check(field: from["fieldRef"]?["fieldPath"])
      for key in ["secretKeyRef", "configMapKeyRef"] {
        guard let reference = from[key], reference.entries != nil else { continue }
        if let name = Self.known(reference["name"]), ClusterDomain(name.value) == nil {
          warn(
            name.range,
            "'\(name.value.abbreviated)' is not a name of a \(key == "secretKeyRef" ? "Secret" : "ConfigMap")",
            help: "use lower-case letters, digits, '-' and '.'")
        }
        if let name = Self.known(reference["key"]) {
          dataKey(name)
        } else if reference["key"]?.written == nil {
          refuse(
            reference.range, "'\(key)' needs the 'key' of the value",
            help: "add 'key' beside 'name'")
        }
      }
    }
  }

  /// The fields of a pod that a variable can have (validateObjectFieldSelector).
  private static let fields = [
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName",
    "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
  ]

  private mutating func check(field node: Node?) {
    guard let path = Self.known(node), !Self.fields.contains(path.value),
      !["metadata.labels['", "metadata.annotations['"].contains(where: path.value.hasPrefix)
    else { return }
    refuse(
      path.range, "no variable can have the field '\(path.value.abbreviated)' of a pod",
      help: Suggestion.help(
        for: path.value, among: Self.fields,
        otherwise: "the fields are \(Phrase.allOf(Self.fields))"))
  }

  private mutating func check(probe: Node, _ name: String) {
    word(probe["httpGet"]?["scheme"], "scheme", among: ["HTTP", "HTTPS"])
    let handlers = ["httpGet", "exec", "tcpSocket", "grpc"].filter { key in
      probe[key].map { !($0.scalar?.isNull ?? false) } ?? false
    }
    if handlers.count > 1, let second = probe[handlers[1]] {
      refuse(
        second.range, "'\(name)' has one check, not '\(handlers[0])' and '\(handlers[1])'",
        help: "remove one of them")
    }
    if handlers.isEmpty {
      refuse(
        probe.range, "'\(name)' has no check", help: "add 'httpGet', 'exec', 'tcpSocket' or 'grpc'")
    }
    check(handler: probe, name)
    check(graceOf: probe, name)
    for key in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "failureThreshold"] {
      number(probe[key], key)
    }
    let successes = number(probe["successThreshold"], "successThreshold")
    if name != "readinessProbe", let successes, successes > 1, let node = probe["successThreshold"]
    {
      refuse(
        node.range, "'successThreshold' of '\(name)' must be 1, found \(successes)",
        help: "remove the line")
    }
  }

  private mutating func check(resources: Node?) {
    let limits = resources?["limits"]
    let requests = resources?["requests"]
    for entry in (limits?.entries ?? []) + (requests?.entries ?? []) {
      check(resource: entry)
      guard let count = amount(entry.value, entry.key), Self.isExtended(entry.key),
        count.rounded() != count || entry.value.text.map({ $0.hasSuffix("m") }) ?? false
      else { continue }
      refuse(
        entry.value.range, "'\(entry.key.abbreviated)' is counted, and has no parts",
        help: "write a whole number")
    }
    for entry in requests?.entries ?? [] {
      guard let wanted = Self.known(entry.value).flatMap({ KubernetesQuantity.number($0.value) })
      else { continue }
      guard let limit = limits?[entry.key] else {
        if Self.isExtended(entry.key), wanted > 0 {
          refuse(
            entry.keyRange, "'\(entry.key.abbreviated)' has a request and no limit",
            help: "write it under 'limits'")
        }
        continue
      }
      guard let most = Self.known(limit).flatMap({ KubernetesQuantity.number($0.value) }) else {
        continue
      }
      if Self.isExtended(entry.key), wanted != most {
        refuse(
          entry.value.range, "the request of '\(entry.key.abbreviated)' must be its limit",
          help: "remove the request")
      } else if wanted > most {
        refuse(
          entry.value.range, "the request of '\(entry.key.abbreviated)' is above its limit",
          help: "lower the request, or raise the limit")
      }
    }
  }

  /// Whether a resource is one of devices, which are counted.
  private static func isExtended(_ name: String) -> Bool {
    name.contains("/") && !name.contains("kubernetes.io/")
  }

  private mutating func check(mounts: [Node], _ volumes: Set<String>) {
    var places: Set<String> = []
    for mount in mounts {
      if let name = Self.known(mount["name"]), !volumes.contains(name.value) {
        let message = "the pod has no volume '\(name.value.abbreviated)'"
        let help = Suggestion.help(
          for: name.value, among: volumes.sorted(),
          otherwise: "declare it under 'volumes' of the pod")
        // A patch adds to the volumes of another file.
        if volumes.isEmpty {
          warn(name.range, message, help: help)
        } else {
          refuse(name.range, message, help: help)
        }
      }
      if let below = Self.known(mount["subPath"]),
        below.value.hasPrefix("/") || below.value.split(separator: "/").contains("..")
      {
        refuse(
          below.range,
          "'subPath' is a path within the volume, and '\(below.value.abbreviated)' leaves it",
          help: "write a relative path without '..'")
      }
      guard let place = Self.known(mount["mountPath"]) else { continue }
      guard !place.value.isEmpty else {
        refuse(place.range, "'mountPath' is empty", help: "write an absolute path")
        continue
      }
      if !places.insert(place.value).inserted {
        refuse(
          place.range, "two volumes are mounted at '\(place.value.abbreviated)'",
          help: "mount one of them elsewhere")
      }
      if !place.value.hasPrefix("/") {
        warn(
          place.range, "'\(place.value.abbreviated)' is no absolute path, which engines refuse",
          help: "begin with '/'")
      }
    }
  }
}

extension Node {
  /// The scalar's text; nil for anything else.
  fileprivate var text: String? { written?.value }
}
