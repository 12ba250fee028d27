import Diagnostics
import Schema
import YAML

/// Reads the objects of a cluster that run servers: Deployments, StatefulSets, Pods and others with a
/// template of a pod (Kubernetes 1.36, API reference; LeaderWorkerSet 0.10).
package struct KubernetesSource {
  let source: SourceFile
  var file = ForeignFile()
  /// Whether the servers are for a workspace whose targets are clusters.
  private(set) var isForCluster = false
  /// The values of ConfigMaps, by name.
  var configMaps: [String: [String: String]] = [:]
  /// The Services, by one of the labels that they select.
  var services: [String: [Service]] = [:]

  /// A Service: the pods that it selects, and its ports.
  struct Service {
    let name: Located<String>
    let namespace: String
    let selector: [String: String]
    let isOpen: Bool
    let ports: [Node]
  }

  /// A pod, and the object that it is a part of.
  struct Pod {
    let name: Located<String>
    let spec: Node
    let labels: [String: String]
    /// The labels and annotations of the object.
    var metadata: [String: String] = [:]
    /// What became of the object's own keys.
    var fates: [Fate] = []
    /// The number of nodes of a server that spans several.
    var nodes: Located<Int>?
    /// Whether it is one of several nodes of a server.
    var isSpread = false
    /// The templates of claims of a StatefulSet.
    var claims: Set<String> = []
    /// The volumes, by name.
    var volumes: [String: Node] = [:]
    /// Whether amm wrote the object for a server, and not for a companion.
    var isInstance: Bool { metadata[OwnTraces.profile] != nil }
    /// Settings of the instance that the object's own keys have.
    var settings: [(key: String, value: Located<String>)] = []
    /// The description that amm wrote.
    var description: Located<String>?

    init(name: Located<String>, spec: Node, labels: [String: String]) {
      self.name = name
      self.spec = spec
      self.labels = labels
      for volume in spec["volumes"]?.items ?? [] {
        if let name = volume.text("name") { volumes[name] = volume }
      }
    }
  }

  private static let workloads: Set = [
    "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job",
    "CronJob", "LeaderWorkerSet",
  ]

  /// Returns the servers of a file, in its order.
  ///
  /// - Parameter isForCluster: Whether the servers are for a workspace whose targets are clusters.
  static func read(_ source: SourceFile, forCluster isForCluster: Bool = false) -> ForeignFile {
    var reader = KubernetesSource(source: source)
    reader.isForCluster = isForCluster
    let documents = KubernetesDocuments(source)
    reader.file.findings += documents.diagnostics
    for object in documents.objects { reader.readHelper(object) }
    var check = KubernetesCheck(source)
    for object in documents.objects { check.check(object) }
    reader.file.findings += check.findings
    for object in documents.objects { reader.readWorkload(object) }
    for object in documents.objects { reader.readPredictor(object) }
    return reader.file
  }

  private init(source: SourceFile) { self.source = source }

  // MARK: Objects

  private static let left: [String: String] = [
    "Namespace": "servers share one network of the machine",
    "PersistentVolumeClaim": "Podman creates volumes when a server starts",
    "PersistentVolume": "Podman creates volumes when a server starts",
    "StorageClass": "Podman stores volumes on the machine",
    "Ingress": "a proxy of the machine can forward requests to the instance's port",
    "Gateway": "a proxy of the machine can forward requests to the instance's port",
    "HTTPRoute": "a proxy of the machine can forward requests to the instance's port",
    "NetworkPolicy": "'bind' limits who can reach an instance",
    "HorizontalPodAutoscaler": "the number of servers is 'replicas', for a cluster",
    "ScaledObject": "the number of servers is 'replicas', for a cluster",
    "PodDisruptionBudget": "amm writes it for a target of the kind 'kubernetes'",
    "ServiceAccount": "servers do not call the API of a cluster",
    "Role": "servers do not call the API of a cluster",
    "RoleBinding": "servers do not call the API of a cluster",
    "ClusterRole": "servers do not call the API of a cluster",
    "ClusterRoleBinding": "servers do not call the API of a cluster",
    "ServiceMonitor": "'amm endpoints' lists the addresses of metrics",
    "PodMonitor": "'amm endpoints' lists the addresses of metrics",
    "Kustomization": "'kubectl kustomize' prints the objects that it makes",
  ]

  /// Reads an object that servers use.
  private mutating func readHelper(_ object: Node) {
    guard let kind = object.text("kind") else { return tellNoObject(object) }
    guard !Self.workloads.contains(kind), !Self.isPredictor(object) else { return }
    let name = object["metadata"]?["name"]?.written ?? Located("", object.range)
    let key = Located("\(kind) \(name.value)".trimmed, name.range)
    switch kind {
    case "ConfigMap":
      var values: [String: String] = [:]
      for entry in object["data"]?.entries ?? [] { values[entry.key] = entry.value.scalar?.text }
      configMaps[name.value] = values
    case "Service":
      let selector = Self.labels(object["spec"]?["selector"])
      let type = object["spec"]?.text("type") ?? "ClusterIP"
      guard let label = selector.min(by: { $0 < $1 }) else { return }
      services["\(label.key)=\(label.value)", default: []].append(
        Service(
          name: name, namespace: object["metadata"]?.text("namespace") ?? "default",
          selector: selector, isOpen: ["NodePort", "LoadBalancer"].contains(type),
          ports: object["spec"]?["ports"]?.items ?? []))
    case "Secret":
      file.others.append(
        Fate(key: key, kind: .dropped, reason: "create it: podman secret create \(name.value) FILE")
      )
      let hasValues =
        !(object["data"]?.entries ?? []).isEmpty
        || (object["stringData"]?.entries ?? []).contains { entry in
          entry.value.scalar.map { !Secrets.isPlaceholder($0.text) } ?? true
        }
      if hasValues {
        file.tell(
          ImportRules.secret, in: source, name.range,
          "the Secret '\(name.value.abbreviated)' has its values in the file",
          help: "run 'podman secret create \(name.value.abbreviated) FILE', and remove the object")
      }
    default:
      guard !Self.isManaged(object) else { return }
      file.others.append(
        Fate(
          key: key, kind: .dropped,
          reason: Self.left[kind] ?? "it runs no server that amm knows"))
    }
  }

  private mutating func tellNoObject(_ object: Node) {
    file.tell(
      ImportRules.key, in: source, object.range, "a document without 'kind' is no object",
      help: "write 'apiVersion' and 'kind', or remove the document")
  }

  static func labels(_ node: Node?) -> [String: String] {
    var labels: [String: String] = [:]
    for entry in node?.entries ?? [] { labels[entry.key] = entry.value.scalar?.text }
    return labels
  }

  /// Whether amm wrote an object, which it writes again for the servers of the file.
  private static func isManaged(_ object: Node) -> Bool {
    object["metadata"]?["labels"]?.text("app.kubernetes.io/managed-by") == "amm"
  }

  /// Reads what the objects of amm's servers have in labels and annotations.
  private func readOwn(_ metadata: Node?, _ template: Node?, into pod: inout Pod) {
    guard pod.isInstance else { return }
    pod.description = metadata?["annotations"]?[OwnTraces.description]?.written
    for entry in template?["annotations"]?.entries ?? [] {
      guard let value = entry.value.written else { continue }
      pod.settings.append(("labels." + entry.key, value))
    }
  }

  private static let droppedKeys: [String: String] = [
    "selector": "amm writes it", "strategy": "amm writes it", "updateStrategy": "amm writes it",
    "revisionHistoryLimit": "amm writes it", "progressDeadlineSeconds": "amm writes it",
    "minReadySeconds": "amm uses the server's own check", "serviceName": "see 'port'",
    "podManagementPolicy": "amm writes it", "paused": "see 'start'",
    "persistentVolumeClaimRetentionPolicy": "'amm clean' removes volumes",
    "rolloutStrategy": "amm writes it", "startupPolicy": "amm writes it",
    "networkConfig": "amm writes it", "ordinals": "amm writes it",
    "backoffLimit": "amm restarts a server, and gives up after three failed starts",
    "ttlSecondsAfterFinished": "a server does not end", "completions": "a server does not end",
    "parallelism": "a server does not end", "schedule": "a server does not end",
    "concurrencyPolicy": "a server does not end", "suspend": "see 'start'",
    "activeDeadlineSeconds": "a server does not end", "completionMode": "a server does not end",
    "podFailurePolicy": "a server does not end", "successPolicy": "a server does not end",
    "backoffLimitPerIndex": "a server does not end", "maxFailedIndexes": "a server does not end",
    "podReplacementPolicy": "a server does not end", "manualSelector": "amm writes it",
    "managedBy": "amm writes it",
  ]

  private static let objectKeys = ["apiVersion", "kind", "metadata", "spec", "status"]

  private mutating func readWorkload(_ object: Node) {
    guard let kind = object.text("kind"), Self.workloads.contains(kind) else { return }
    let name =
      Self.instance(of: object) ?? object["metadata"]?["name"]?.written
      ?? Located(kind.lowercased(), object.range)
    for entry in object.entries ?? [] where !Self.objectKeys.contains(entry.key) {
      let isOfSpec = Self.droppedKeys[entry.key] != nil || entry.key == "template"
      tellKey(
        entry, "a \(kind) has no key '\(entry.key.abbreviated)' beside its 'spec'",
        among: isOfSpec ? [] : Self.objectKeys, isWrong: isOfSpec,
        otherwise: isOfSpec ? "write it under 'spec'" : "a cluster refuses the object")
    }
    var holder = object["spec"]
    if kind == "CronJob" { holder = holder?["jobTemplate"]?["spec"] }
    let group = holder?["leaderWorkerTemplate"]
    let template =
      kind == "Pod"
      ? object
      : group?["leaderTemplate"] ?? group?["workerTemplate"]
        ?? holder?["template"]
    guard let spec = template?["spec"], spec.entries != nil else {
      return file.tell(
        ImportRules.key, in: source, name.range,
        "'\(name.value.abbreviated)' has no template of a pod",
        help: "a \(kind) has its containers in the 'spec' of a pod")
    }
    var pod = Pod(name: name, spec: spec, labels: Self.labels(template?["metadata"]?["labels"]))
    pod.metadata = Self.labels(object["metadata"]?["labels"])
      .merging(Self.labels(object["metadata"]?["annotations"])) { label, _ in label }
    readOwn(object["metadata"], template?["metadata"], into: &pod)
    if kind != "Pod" {
      for entry in holder?.entries ?? [] { read(entry, of: kind, into: &pod) }
    }
    for claim in group?["volumeClaimTemplates"]?.items ?? [] {
      if let name = claim["metadata"]?.text("name") { pod.claims.insert(name) }
    }
    if let size = group?["size"]?.written {
      pod.isSpread = size.value != "1"
      pod.nodes = Int(size.value).flatMap { (2...64).contains($0) ? Located($0, size.range) : nil }
      let isCarried = !pod.isSpread || isForCluster && pod.nodes != nil
      if pod.isSpread, isCarried { pod.settings.append(("span", size)) }
      pod.fates.append(
        Fate(
          key: Located("size", size.range), kind: isCarried ? .carried : .dropped,
          reason: isCarried
            ? ""
            : "write 'span: \(size.value)' for an instance of a target of the kind 'kubernetes'"))
    }
    read(pod)
  }

  private mutating func read(_ entry: Node.Entry, of kind: String, into pod: inout Pod) {
    let key = Located(entry.key, entry.keyRange)
    func tell(_ fate: Fate.Kind, _ reason: String = "") {
      pod.fates.append(Fate(key: key, kind: fate, reason: reason))
    }
    switch entry.key {
    case "template", "leaderWorkerTemplate": return
    case "replicas":
      let count = entry.value.written?.value ?? "1"
      if count == "1" { return tell(.carried) }
      if count == "0" {
        pod.settings.append(("start", Located("manual", entry.value.range)))
        return tell(.changed, "'start: manual'")
      }
      if isForCluster, let written = entry.value.written, (2...1000).contains(Int(count) ?? 0) {
        pod.settings.append(("replicas", written))
        return tell(.carried)
      }
      tell(
        .dropped, "write 'replicas: \(count)' for an instance of a target of the kind 'kubernetes'")
    case "progressDeadlineSeconds" where pod.isInstance:
      // amm adds a minute to the time of the image and that of the model.
      guard let limit = entry.value.written, let seconds = Int(limit.value), seconds != 3660 else {
        return tell(.changed, "amm writes it")
      }
      pod.settings.append(("start_timeout", Located(String((seconds - 60) / 2), limit.range)))
      tell(.changed, "'start_timeout' has it")
    case "volumeClaimTemplates":
      pod.claims = Set((entry.value.items ?? []).compactMap { $0["metadata"]?.text("name") })
      tell(.changed, "a volume of Podman has the name")
    default:
      if let reason = Self.droppedKeys[entry.key] { return tell(.dropped, reason) }
      tell(.unknown, "Kubernetes has no such key, or amm does not know it")
      tellKey(
        entry, "the 'spec' of a \(kind) has no key '\(entry.key.abbreviated)'",
        among: ["template", "replicas", "volumeClaimTemplates"] + Self.droppedKeys.keys.sorted())
    }
  }

  /// Reports a key that an object does not have: a misspelt one, or one that amm may not know.
  mutating func tellKey(
    _ entry: Node.Entry, _ message: String, among known: [String], isWrong: Bool = false,
    otherwise: String = "a cluster refuses the object"
  ) {
    let isMisspelt = isWrong || Suggestion.nearest(to: entry.key, among: known) != nil
    file.tellUnknown(
      entry.key, in: source, entry.keyRange, message,
      rule: isMisspelt ? ImportRules.object : ImportRules.key, among: known, otherwise: otherwise)
  }
}
