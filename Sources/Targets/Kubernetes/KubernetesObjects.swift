import Deployments
import Values

/// Writes objects of a cluster (Kubernetes 1.36, API reference).
struct KubernetesObjects {
  let settings: KubernetesSettings

  /// The label that a Deployment and a Service select pods by.
  ///
  /// A Deployment's selector can never be changed, so it depends only on the instance's name.
  private static let selector = QualifiedName(literal: "ai-models.instance")

  /// The annotation of a Deployment or LeaderWorkerSet with the hash of all objects of its server.
  private static let generated = QualifiedName(literal: "ai-models.generated")

  /// The objects of a server as texts, and the hash of them.
  ///
  /// The first object has the hash as an annotation, by which a change is noticed in the cluster. The
  /// hash is of the texts with zeros in its place, so that each object is printed once.
  func printed(_ server: ClusterServer) -> (texts: [String], hash: String) {
    var server = server
    server.facts.append((Self.generated, Self.noHash))
    var texts = objects(server).map { YAMLPrinter.text($0) }
    let hash = SHA256.digest(of: texts.joined())
    texts[0] = Self.replacing(Self.line(of: Self.noHash), with: Self.line(of: hash), in: texts[0])
    return (texts, hash)
  }

  private static let noHash = String(repeating: "0", count: 64)

  /// The line of the annotation, which no text of a user can be: each of those is a part of a line.
  private static func line(of hash: String) -> String {
    "\n    " + YAMLPrinter.text(.set([.init(generated.text, .text(hash))]))
  }

  /// Returns a text with another part in the place of the first one.
  ///
  /// Over bytes: the search of the standard library takes longer than printing the object.
  private static func replacing(_ part: String, with other: String, in text: String) -> String {
    let (wanted, bytes) = (Array(part.utf8), Array(text.utf8))
    let last = bytes.count - wanted.count
    guard
      let start = bytes.indices.first(where: { start in
        start <= last && bytes[start] == wanted[0]
          && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
      })
    else { return text }
    return String(decoding: bytes[..<start], as: UTF8.self) + other
      + String(decoding: bytes[(start + wanted.count)...], as: UTF8.self)
  }

  private func workload(_ server: ClusterServer) -> Value {
    server.workers.map { leaderWorkerSet(server, $0) } ?? deployment(server)
  }

  private func objects(_ server: ClusterServer) -> [Value] {
    [workload(server)]
      + (server.ports.isEmpty ? [] : [service(server)])
      + (server.replicas > 1 ? [disruptionBudget(server)] : [])
  }

  /// Returns the claim of a volume.
  func claim(_ name: ClusterName) -> Value {
    .set([
      "apiVersion": "v1", "kind": "PersistentVolumeClaim",
      "metadata": .set([
        "name": .text(name.text), "namespace": namespace,
        "labels": .set([.init("app.kubernetes.io/managed-by", "amm")]),
      ]),
      "spec": .set([
        "accessModes": .texts([
          settings.storage.access == .many ? "ReadWriteMany" : "ReadWriteOnce"
        ]),
        "storageClassName": settings.storage.className.map { .text($0.text) },
        "resources": .set([
          "requests": .set(["storage": .text(settings.storage.size.quantity)])
        ]),
      ]),
    ])
  }

  /// Returns the file that names all objects' files.
  func kustomization(_ files: [String]) -> Value {
    .set([
      "apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization",
      "resources": .texts(files),
    ])
  }

  private var namespace: Value? { settings.namespace.map { .text($0.text) } }

  private func metadata(
    _ server: ClusterServer, named name: ClusterName? = nil, annotations: Value? = nil
  ) -> Value {
    .set([
      "name": .text((name ?? server.name).text), "namespace": namespace,
      "labels": .set(
        [
          .init("app.kubernetes.io/name", .text(server.program.text)),
          .init("app.kubernetes.io/instance", .text(server.name.text)),
        ]
          + (server.version.map { [.init("app.kubernetes.io/version", .text($0.text))] } ?? [])
          + [.init("app.kubernetes.io/managed-by", "amm"), label(server)]),
      "annotations": annotations,
    ])
  }

  func label(_ server: ClusterServer) -> Value.Member {
    .init(Self.selector.text, .text(server.name.text))
  }

  private func facts(_ server: ClusterServer) -> Value {
    .set((server.facts + server.annotations).map { .init($0.key.text, .text($0.value)) })
  }

  /// Returns a pod as a template, with the labels by which its owner and its Service find it.
  private func template(_ server: ClusterServer, _ pod: ClusterPod) -> Value {
    .set([
      "metadata": .set([
        "labels": .set([
          .init("app.kubernetes.io/name", .text(server.program.text)),
          .init("app.kubernetes.io/instance", .text(server.name.text)), label(server),
        ]),
        "annotations": server.annotations.isEmpty
          ? nil : .set(server.annotations.map { .init($0.key.text, .text($0.value)) }),
      ]),
      "spec": self.pod(pod, of: server),
    ])
  }

  private func deployment(_ server: ClusterServer) -> Value {
    .set([
      "apiVersion": "apps/v1", "kind": "Deployment",
      "metadata": metadata(server, annotations: facts(server)),
      "spec": .set([
        "replicas": .integer(server.replicas),
        "revisionHistoryLimit": 3,
        // The image and the model each have the whole budget.
        "progressDeadlineSeconds": .integer(server.startBudget * 2 + 60),
        "strategy": strategy(server.rollout),
        "selector": .set(["matchLabels": .set([label(server)])]),
        "template": template(server, server.pod),
      ]),
    ])
  }

  private func strategy(_ rollout: ClusterServer.Rollout) -> Value {
    func rolling(_ more: Int, _ less: Int) -> Value {
      .set([
        "type": "RollingUpdate",
        "rollingUpdate": .set(["maxSurge": .integer(more), "maxUnavailable": .integer(less)]),
      ])
    }
    return switch rollout {
    case .recreate: .set(["type": "Recreate"])
    case .oneLess: rolling(0, 1)
    case .oneMore: rolling(1, 0)
    }
  }

  /// Returns the object that runs one server on several nodes (LeaderWorkerSet 0.10, api/leaderworkerset/v1).
  private func leaderWorkerSet(_ server: ClusterServer, _ workers: ClusterServer.Workers) -> Value {
    .set([
      "apiVersion": "leaderworkerset.x-k8s.io/v1", "kind": "LeaderWorkerSet",
      "metadata": metadata(server, named: workers.name, annotations: facts(server)),
      "spec": .set([
        "replicas": .integer(server.replicas), "startupPolicy": "LeaderCreated",
        "rolloutStrategy": .set([
          "type": "RollingUpdate",
          // A new group needs as many GPUs as the old one.
          "rollingUpdateConfiguration": .set(["maxUnavailable": 1, "maxSurge": 0]),
        ]),
        "leaderWorkerTemplate": .set([
          "size": .integer(workers.size), "restartPolicy": "RecreateGroupOnPodRestart",
          "leaderTemplate": template(server, server.pod),
          "workerTemplate": template(server, workers.pod),
        ]),
      ]),
    ])
  }

  /// Returns the object that keeps all but one of equal servers running while nodes are emptied.
  ///
  /// Of servers over several nodes, it counts all pods: each ends its group, whose other pods do not
  /// answer then.
  private func disruptionBudget(_ server: ClusterServer) -> Value {
    .set([
      "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata(server),
      "spec": .set([
        "maxUnavailable": 1, "selector": .set(["matchLabels": .set([label(server)])]),
        // A server that does not start must not keep a node from being emptied; stable since 1.31.
        "unhealthyPodEvictionPolicy": settings.release.minor >= 31 ? "AlwaysAllow" : nil,
      ]),
    ])
  }

  private func service(_ server: ClusterServer) -> Value {
    .set([
      "apiVersion": "v1", "kind": "Service", "metadata": metadata(server),
      "spec": .set([
        "type": "ClusterIP",
        // Only the first pod of a group answers clients.
        "selector": .set(
          [label(server)]
            + (server.workers == nil
              ? [] : [.init("leaderworkerset.sigs.k8s.io/worker-index", "0")])),
        "ports": .list(
          server.ports.map { port in
            .set([
              "name": .text(port.name), "port": .integer(port.port.number),
              "targetPort": .text(port.target), "protocol": "TCP",
            ])
          }),
      ]),
    ])
  }
}
