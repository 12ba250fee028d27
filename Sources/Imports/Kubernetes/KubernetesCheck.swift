import Diagnostics
import Profiles
import Schema
import Targets
import Text
import YAML

/// What an API server refuses in objects, whatever they run (Kubernetes 1.36, pkg/apis/core/validation,
/// pkg/apis/apps/validation, apimachinery/pkg/util/validation).
///
/// A part of an object may be a patch of another file, so what is missing is a problem only where its
/// neighbours need it. Texts with placeholders of other tools are not known.
struct KubernetesCheck {
  let source: SourceFile
  private(set) var findings: [Diagnostic] = []
  /// The objects so far: `Service/ai/chat`.
  var objects: Set<String> = []
  /// The levels of security that namespaces enforce.
  var levels: [String: String] = [:]

  init(_ source: SourceFile) { self.source = source }

  // MARK: Telling

  mutating func refuse(_ range: SourceRange, _ message: String, help: String) {
    findings.append(
      Diagnostic(ImportRules.object, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Tells what a server accepts and nothing can run.
  mutating func warn(_ range: SourceRange, _ message: String, help: String) {
    findings.append(
      Diagnostic(ImportRules.value, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Returns a scalar's text; nil for nothing, and for what another tool replaces.
  static func known(_ node: Node?) -> Located<String>? {
    guard let text = node?.written, !["{{", "${", "<", "%"].contains(where: text.value.contains)
    else { return nil }
    return text
  }

  /// Whether a text is only for a person or kustomize to replace: `PVC_NAME`, `_`.
  static func isBlank(_ text: String) -> Bool {
    text.utf8.contains(0x5F)
      && text.utf8.allSatisfy { $0 == 0x5F || $0.isASCIIUppercase || $0.isASCIIDigit }
  }

  // MARK: Objects

  /// Kinds of a version that no supported release has, with the version that has them.
  private static let removed: [String: String] = [
    "extensions/v1beta1/Deployment": "apps/v1", "apps/v1beta1/Deployment": "apps/v1",
    "apps/v1beta2/Deployment": "apps/v1", "extensions/v1beta1/DaemonSet": "apps/v1",
    "apps/v1beta2/DaemonSet": "apps/v1", "extensions/v1beta1/ReplicaSet": "apps/v1",
    "apps/v1beta2/ReplicaSet": "apps/v1", "apps/v1beta1/StatefulSet": "apps/v1",
    "apps/v1beta2/StatefulSet": "apps/v1", "batch/v1beta1/CronJob": "batch/v1",
    "autoscaling/v2beta1/HorizontalPodAutoscaler": "autoscaling/v2",
    "autoscaling/v2beta2/HorizontalPodAutoscaler": "autoscaling/v2",
    "policy/v1beta1/PodDisruptionBudget": "policy/v1",
    "extensions/v1beta1/Ingress": "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1/Ingress": "networking.k8s.io/v1",
    "extensions/v1beta1/NetworkPolicy": "networking.k8s.io/v1",
    "node.k8s.io/v1beta1/RuntimeClass": "node.k8s.io/v1",
  ]

  /// Checks an object.
  mutating func check(_ object: Node) {
    guard let kind = object.text("kind") else { return }
    check(kind: kind, object)
    let version = Self.known(object["apiVersion"])
    if let version, let newer = Self.removed["\(version.value)/\(kind)"] {
      refuse(
        version.range, "no supported release has the kind '\(kind)' of '\(version.value)'",
        help: "write 'apiVersion: \(newer)'")
    }
    check(version: version, of: kind)
    checkMetadata(object["metadata"], of: kind)
    check(admissionOf: object, kind: kind)
    let spec = object["spec"]
    switch kind {
    case "Pod": if let spec { check(pod: spec, of: kind) }
    case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job":
      if let spec { check(workload: spec, of: kind) }
    case "CronJob":
      if let job = spec?["jobTemplate"]?["spec"] { check(workload: job, of: "Job") }
    case "LeaderWorkerSet":
      number(spec?["replicas"], "replicas")
      number(spec?["leaderWorkerTemplate"]?["size"], "size", least: 1)
      let group = spec?["leaderWorkerTemplate"]
      // LeaderWorkerSet, config/crd/bases.
      word(spec?["startupPolicy"], "startupPolicy", among: ["LeaderCreated", "LeaderReady"])
      word(
        group?["restartPolicy"], "restartPolicy",
        among: ["Default", "RecreateGroupOnPodRestart", "RecreateGroupAfterStart", "None"])
      let claims = claims(of: group)
      for role in ["leaderTemplate", "workerTemplate"] {
        if let template = group?[role] {
          check(template: template, of: "StatefulSet", claims: claims)
        }
      }
    case "Service": if let spec { check(service: spec) }
    case "PersistentVolumeClaim": if let spec { check(claim: spec) }
    case "HorizontalPodAutoscaler": if let spec { check(scaler: spec) }
    case "Ingress": if let spec { check(ingress: spec) }
    case "PodDisruptionBudget": if let spec { check(budget: spec) }
    case "ConfigMap":
      texts(object["data"], of: "data")
      check(keysOf: object["data"])
    case "Secret":
      texts(object["stringData"], of: "stringData")
      check(keysOf: object["stringData"])
      check(keysOf: object["data"])
      check(bytesOf: object["data"])
    default: break
    }
  }

  /// Kinds whose names are more than a name in a domain, or have rules of their own.
  private static let ofOtherNames: Set = [
    "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Kustomization", "HelmChart",
  ]

  private mutating func checkMetadata(_ metadata: Node?, of kind: String) {
    let isCore = !Self.ofOtherNames.contains(kind)
    if isCore, let name = Self.known(metadata?["name"]), !Self.isBlank(name.value) {
      let labels = name.value.split(separator: ".", omittingEmptySubsequences: false)
      let isOne = ["Service", "Namespace"].contains(kind)
      let isName =
        isOne
        ? ClusterName(name.value) != nil
        : name.value.utf8.count <= 253 && labels.allSatisfy { ClusterName(String($0)) != nil }
      if !isName {
        refuse(
          name.range, "'\(name.value.abbreviated)' is not a name of a \(kind)",
          help: isOne
            ? "use at most 63 lower-case letters, digits and '-'"
            : "use lower-case letters, digits, '-' and '.'")
      } else if kind == "Service", ClusterName(name.value)?.isOfService == false {
        warn(
          name.range,
          "'\(name.value)' begins with a digit, which older clusters refuse for a Service",
          help: "begin with a letter")
      }
    }
    if let namespace = Self.known(metadata?["namespace"]), !Self.isBlank(namespace.value),
      ClusterName(namespace.value) == nil
    {
      refuse(
        namespace.range, "'\(namespace.value.abbreviated)' is not a name of a Namespace",
        help: "use at most 63 lower-case letters, digits and '-'")
    }
    check(labels: metadata?["labels"])
    check(annotations: metadata?["annotations"])
  }

  mutating func check(labels node: Node?) {
    for entry in node?.entries ?? [] {
      key(entry, of: "label")
      guard text(entry.value, entry.key), let value = Self.known(entry.value),
        LabelValue(value.value) == nil
      else { continue }
      refuse(
        value.range,
        value.value.utf8.count > 63
          ? "the value of the label '\(entry.key.abbreviated)' has more than 63 letters"
          : "'\(value.value.abbreviated)' is not a value of a label",
        help: "use letters, digits, '-', '_' and '.', or an annotation")
    }
  }

  mutating func check(annotations node: Node?) {
    for entry in node?.entries ?? [] {
      key(entry, of: "annotation")
      _ = text(entry.value, entry.key)
    }
  }

  private mutating func key(_ entry: Node.Entry, of what: String) {
    // The domain of an annotation may have capitals, which are read as small letters.
    guard Self.known(entry.keyNode) != nil,
      QualifiedName(what == "label" ? entry.key : entry.key.lowercased()) == nil
    else { return }
    refuse(
      entry.keyRange,
      "'\(entry.key.abbreviated)' is not a key of \(what == "label" ? "a" : "an") \(what)",
      help: "use letters, digits, '-', '_' and '.', after an optional domain and '/'")
  }

  // MARK: Values

  /// Reports a plain value that YAML reads as a number or boolean where the API has texts; returns whether
  /// it is a text.
  @discardableResult
  mutating func text(_ node: Node, _ name: String) -> Bool {
    guard let scalar = node.scalar else {
      refuse(
        node.range, "'\(name.abbreviated)' must be a text, found \(node.kind)", help: "write a text"
      )
      return false
    }
    guard scalar.isPlain, Self.known(node) != nil, let type = Self.type(of: scalar.text) else {
      return true
    }
    refuse(
      node.range, "'\(name.abbreviated)' must be a text, and \(scalar.text) is \(type)",
      help: "write \"\(scalar.text)\" with quotes")
    return false
  }

  mutating func texts(_ node: Node?, of name: String) {
    for entry in node?.entries ?? [] { text(entry.value, entry.key) }
    for item in node?.items ?? [] { text(item, name) }
  }

  /// What YAML makes of a plain text, as 'kubectl' reads it; nil for a text.
  private static func type(of text: String) -> String? {
    let booleans: Set = ["true", "false", "yes", "no", "on", "off", "y", "n"]
    let isOneCase =
      text == text.lowercased() || text == text.uppercased()
      || text == text.prefix(1).uppercased() + text.dropFirst().lowercased()
    if isOneCase, booleans.contains(text.lowercased()) { return "a boolean" }
    let digits = text.utf8.drop { $0 == 0x2B || $0 == 0x2D }
    guard text.utf8.count - digits.count <= 1, let first = digits.first,
      first.isASCIIDigit || first == 0x2E && digits.count > 1,
      digits.allSatisfy({ $0.isASCIIDigit || [0x2E, 0x65, 0x45, 0x2B, 0x2D].contains($0) }),
      Double(text) != nil
    else { return nil }
    return "a number"
  }

  /// Returns a whole number, and reports another value or one below the least.
  @discardableResult
  mutating func number(_ node: Node?, _ name: String, least: Int = 0, most: Int = .max) -> Int? {
    guard let node, let text = Self.known(node), let scalar = node.scalar else { return nil }
    guard let number = Int(text.value), scalar.isPlain else {
      refuse(
        node.range, "'\(name)' must be a whole number, found '\(text.value.abbreviated)'",
        help: Int(text.value) == nil ? "write a number" : "write it without quotes")
      return nil
    }
    guard number < least || number > most else { return number }
    refuse(
      node.range,
      most == .max
        ? "'\(name)' must be \(least) or more, found \(number)"
        : "'\(name)' must be from \(least) to \(most), found \(number)",
      help: most == .max
        ? "write \(least) or more" : "write a number from \(least) to \(most)")
    return nil
  }

  /// Returns an amount, and reports one that is none.
  @discardableResult
  mutating func amount(_ node: Node?, _ name: String) -> Double? {
    guard let text = Self.known(node), !Self.isBlank(text.value) else { return nil }
    let isNegative = text.value.hasPrefix("-")
    let plain = text.value.drop { $0 == "-" || $0 == "+" }
    guard let number = KubernetesQuantity.number(String(plain)) else {
      let unit = text.value.hasSuffix("B") ? String(text.value.dropLast()) : nil
      refuse(
        text.range, "'\(text.value.abbreviated)' of '\(name.abbreviated)' is not an amount",
        help: unit.map { $0.hasSuffix("i") ? "write '\($0)'" : "write '\($0)i'" }
          ?? "write a number with 'Ki', 'Mi', 'Gi' or no unit")
      return nil
    }
    if isNegative {
      refuse(text.range, "'\(name.abbreviated)' is negative", help: "write a number from 0")
      return nil
    }
    return number
  }

  /// Reports a word that is none of those of the API.
  mutating func word(_ node: Node?, _ name: String, among words: [String]) {
    guard let text = Self.known(node), !words.contains(text.value) else { return }
    refuse(
      text.range, "'\(name)' has no value '\(text.value.abbreviated)'",
      help: Suggestion.help(
        for: text.value, among: words, otherwise: "write \(Phrase.oneOf(words.map { "'\($0)'" }))"))
  }
}
