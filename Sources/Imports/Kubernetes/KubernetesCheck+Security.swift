import Diagnostics
import Schema
import Targets
import Text
import YAML

/// What containers and pods may do, and the parts that both have.
extension KubernetesCheck {
  /// Checks a `securityContext` of a container or a pod (ValidateSecurityContext, validateSeccompProfileField).
  mutating func check(security: Node?) {
    guard let security, security.entries != nil else { return }
    if let node = security["allowPrivilegeEscalation"], node.written?.value == "false" {
      if security.text("privileged") == "true" {
        refuse(
          node.range, "'allowPrivilegeEscalation: false' cannot be with 'privileged: true'",
          help: "remove one of them")
      }
      let added = security["capabilities"]?["add"]?.items ?? []
      if added.contains(where: { $0.written?.value == "CAP_SYS_ADMIN" }) {
        refuse(
          node.range,
          "'allowPrivilegeEscalation: false' cannot be with the capability 'CAP_SYS_ADMIN'",
          help: "remove one of them")
      }
    }
    number(security["runAsUser"], "runAsUser")
    number(security["runAsGroup"], "runAsGroup")
    number(security["fsGroup"], "fsGroup")
    if security.text("runAsNonRoot") == "true", let user = security["runAsUser"],
      user.written?.value == "0"
    {
      warn(
        user.range, "with 'runAsNonRoot: true', no node starts a container as the user 0",
        help: "write another user, or remove 'runAsNonRoot'")
    }
    check(seccomp: security["seccompProfile"])
  }

  private mutating func check(seccomp profile: Node?) {
    guard let profile, profile.entries != nil else { return }
    let types = ["RuntimeDefault", "Unconfined", "Localhost"]
    word(profile["type"], "type", among: types)
    guard let type = Self.known(profile["type"]), types.contains(type.value) else { return }
    let file = profile["localhostProfile"]
    if type.value == "Localhost", file?.written?.value.isEmpty ?? true {
      refuse(
        type.range, "a seccomp profile of the type 'Localhost' needs 'localhostProfile'",
        help: "add the path of the profile, or write 'type: RuntimeDefault'")
    } else if type.value != "Localhost", let file, file.written != nil {
      refuse(
        file.range, "'localhostProfile' is only for the type 'Localhost'", help: "remove the line")
    }
  }

  /// Reports a key of a ConfigMap or Secret that is none (IsConfigMapKey).
  mutating func dataKey(_ key: Located<String>) {
    let isKey =
      (1...253).contains(key.value.utf8.count) && key.value != "." && !key.value.hasPrefix("..")
      && key.value.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
    guard !isKey else { return }
    refuse(
      key.range, "'\(key.value.abbreviated)' is not a key of a ConfigMap or Secret",
      help: "use at most 253 letters, digits, '-', '_' and '.'")
  }

  /// Checks the names of values (ValidateConfigMap, ValidateSecret).
  mutating func check(keysOf data: Node?) {
    for entry in data?.entries ?? [] where Self.known(entry.keyNode) != nil {
      dataKey(Located(entry.key, entry.keyRange))
    }
  }

  /// Checks that values of a Secret are base64, as the API reads bytes.
  mutating func check(bytesOf data: Node?) {
    for entry in data?.entries ?? [] {
      guard let text = Self.known(entry.value), !Secrets.isPlaceholder(text.value) else { continue }
      let letters = text.value.utf8.filter { ![0x0A, 0x0D].contains($0) }
      let plain = letters.reversed().drop { $0 == 0x3D }
      let isBase64 =
        letters.count % 4 == 0 && letters.count - plain.count <= 2
        && plain.allSatisfy { $0.isASCIIAlphanumeric || [0x2B, 0x2F].contains($0) }
      if !isBase64 {
        refuse(
          text.range, "the value of '\(entry.key.abbreviated)' is not base64",
          help: "write it as it is under 'stringData'")
      }
    }
  }

  /// Checks a number of pods, or a share of them (ValidatePositiveIntOrPercent, IsNotMoreThan100Percent).
  ///
  /// - Parameter isLimited: Whether a share of more than all is refused.
  mutating func share(_ node: Node?, _ name: String, isLimited: Bool = true) {
    guard let text = node?.written, let scalar = node?.scalar,
      text.value.utf8.allSatisfy({ $0.isASCIIWord || $0 == 0x25 || $0 == 0x2D }),
      text.value.utf8.first != 0x25
    else { return }
    if let count = Int(text.value), scalar.isPlain {
      if count < 0 {
        refuse(
          text.range, "'\(name)' must be 0 or more, found \(count)", help: "write 0 or more")
      }
      return
    }
    let digits = text.value.dropLast()
    guard text.value.hasSuffix("%"), !digits.isEmpty, digits.utf8.allSatisfy(\.isASCIIDigit) else {
      return refuse(
        text.range,
        "'\(name)' must be a whole number or a percentage, found '\(text.value.abbreviated)'",
        help: Int(text.value) == nil ? "write a number, or '25%'" : "write it without quotes")
    }
    if isLimited, Int(digits) ?? .max > 100 {
      refuse(text.range, "'\(name)' is more than 100%", help: "write 100% or less")
    }
  }

  /// Reports a name that may have dots and is none (NameIsDNSSubdomain).
  mutating func domain(_ node: Node?, _ what: String) {
    guard let name = Self.known(node), !name.value.isEmpty, !Self.isBlank(name.value),
      ClusterDomain(name.value) == nil
    else { return }
    refuse(
      name.range, "'\(name.value.abbreviated)' is not a name of \(what)",
      help: "use lower-case letters, digits, '-' and '.'")
  }

  /// Reports a name without a domain that is none of Kubernetes' own (ValidateContainerResourceName), and a part of a
  /// byte.
  mutating func check(resource entry: Node.Entry) {
    let own = ["cpu", "memory", "ephemeral-storage"]
    guard Self.known(entry.keyNode) != nil else { return }
    if !entry.key.contains("/"), !own.contains(entry.key), !entry.key.hasPrefix("hugepages-") {
      refuse(
        entry.keyRange, "Kubernetes has no resource '\(entry.key.abbreviated)'",
        help: entry.key.lowercased().contains("gpu")
          ? "write the vendor's: 'nvidia.com/gpu', 'amd.com/gpu' or 'gpu.intel.com/i915'"
          : Suggestion.help(
            for: entry.key, among: own,
            otherwise: "write \(Phrase.oneOf(own)), or a name with a domain"))
    }
    let vendors = ["nvidia.com/gpu", "amd.com/gpu"]
    let plain = entry.key.lowercased()
    if let own = vendors.first(where: { [$0, $0 + "s"].contains(plain) }), entry.key != own {
      warn(
        entry.keyRange,
        "no node has the resource '\(entry.key.abbreviated)', so the pod waits forever",
        help: "write '\(own)'")
    }
    if ["memory", "ephemeral-storage"].contains(entry.key), let text = Self.known(entry.value),
      text.value.hasSuffix("m")
    {
      warn(
        text.range, "'\(text.value.abbreviated)' is in thousandths of a byte",
        help: "write 'M' or 'Mi'")
    }
  }
}
