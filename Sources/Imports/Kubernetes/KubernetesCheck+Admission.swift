import Diagnostics
import Schema
import YAML

/// What a namespace of the file admits (Kubernetes 1.36, staging/src/k8s.io/pod-security-admission/policy).
extension KubernetesCheck {
  /// The label with the level that a namespace enforces.
  private static let label = "pod-security.kubernetes.io/enforce"

  /// The capabilities that the level `baseline` admits (check_capabilities_baseline.go).
  private static let capabilities: Set = [
    "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE",
    "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
  ]

  /// Remembers the level of a namespace, and reports pods that it does not admit.
  mutating func check(admissionOf object: Node, kind: String) {
    let metadata = object["metadata"]
    if kind == "Namespace", let name = Self.known(metadata?["name"]),
      let level = Self.known(metadata?["labels"]?[Self.label])
    {
      levels[name.value] = level.value
    }
    guard let level = levels[metadata?.text("namespace") ?? ""],
      ["baseline", "restricted"].contains(level)
    else { return }
    let spec = object["spec"]
    let pod = kind == "Pod" ? spec : spec?["template"]?["spec"]
    guard let pod else { return }
    for key in ["hostNetwork", "hostPID", "hostIPC"] where pod.text(key) == "true" {
      tell(pod[key], "'\(key): true'", level)
    }
    for volume in pod["volumes"]?.items ?? [] where volume["hostPath"] != nil {
      tell(volume["hostPath"], "a volume of the kind 'hostPath'", level)
    }
    for container in (pod["initContainers"]?.items ?? []) + (pod["containers"]?.items ?? []) {
      let security = container["securityContext"]
      if security?.text("privileged") == "true" {
        tell(security?["privileged"], "'privileged: true'", level)
      }
      for added in security?["capabilities"]?["add"]?.items ?? [] {
        guard let name = Self.known(added), !Self.capabilities.contains(name.value) else {
          continue
        }
        tell(added, "the capability '\(name.value.abbreviated)'", level)
      }
      for port in container["ports"]?.items ?? [] {
        guard let host = Self.known(port["hostPort"]), host.value != "0" else { continue }
        tell(port["hostPort"], "a 'hostPort'", level)
      }
    }
  }

  private mutating func tell(_ node: Node?, _ what: String, _ level: String) {
    guard let node else { return }
    warn(
      node.range, "the namespace enforces '\(level)', and starts no pod with \(what)",
      help: "remove it, or use a namespace with another level")
  }
}
