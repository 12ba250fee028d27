import Deployments
import Values

/// Writes objects of a cluster (Kubernetes 1.36, API reference).
struct KubernetesObjects {
  let settings: KubernetesSettings

  /// The label that a Deployment and a Service select pods by.
  ///
  /// A Deployment's selector can never be changed, so it depends only on the instance's name.
  private static let selector = QualifiedName(literal: "ai-models.instance")

  /// Returns the objects of a server.
  func objects(_ server: ClusterServer) -> [Value] {
    [server.workers.map { leaderWorkerSet(server, $0) } ?? deployment(server)]
      + (server.ports.isEmpty ? [] : [service(server)])
      + (server.replicas > 1 && server.workers == nil ? [disruptionBudget(server)] : [])
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

  private func label(_ server: ClusterServer) -> Value.Member {
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

extension KubernetesObjects {
  private func pod(_ pod: ClusterPod, of server: ClusterServer) -> Value {
    .set([
      // No program of amm's calls the API.
      "automountServiceAccountToken": false,
      // Variables such as VLLM_PORT of a Service 'vllm' would change the server.
      "enableServiceLinks": false,
      "terminationGracePeriodSeconds": .integer(pod.grace),
      "shareProcessNamespace": pod.hasInit ? true : nil,
      "runtimeClassName": pod.hasNVIDIA ? settings.runtimeClass.map { .text($0.text) } : nil,
      "nodeSelector": pod.hasGPU && !settings.nodeSelector.isEmpty
        ? .set(settings.nodeSelector.map { .init($0.key.text, .text($0.value.text)) }) : nil,
      "tolerations": pod.hasGPU && !settings.tolerations.isEmpty
        ? .list(settings.tolerations.map(toleration)) : nil,
      "topologySpreadConstraints": server.replicas > 1 && server.workers == nil
        ? spread(server) : nil,
      "securityContext": .set([
        "runAsNonRoot": settings.security == .restricted ? true : nil,
        "seccompProfile": .set(["type": "RuntimeDefault"]),
        // Otherwise, the folders of a new volume belong to root.
        "fsGroup": pod.server.user.map { .integer($0.group ?? $0.id) },
      ]),
      "initContainers": pod.before.isEmpty
        ? nil : .list(pod.before.map { container($0.member, named: $0.name.text, []) }),
      "containers": .list([container(pod.server, named: "server", rest(of: pod))]),
      "volumes": volumes(of: pod),
    ])
  }

  /// Returns the wish that equal servers run on different nodes.
  private func spread(_ server: ClusterServer) -> Value {
    .list([
      .set([
        "maxSkew": 1, "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": .set(["matchLabels": .set([label(server)])]),
      ])
    ])
  }

  private func toleration(_ toleration: KubernetesSettings.Toleration) -> Value {
    .set([
      "key": .text(toleration.key.text),
      "operator": toleration.value == nil ? "Exists" : "Equal",
      "value": toleration.value.map { .text($0.text) },
      "effect": toleration.effect.map { .text($0.rawValue) },
    ])
  }

  private func volumes(of pod: ClusterPod) -> Value? {
    var known: Set<ClusterName> = []
    let all = ([pod.server] + pod.before.map(\.member)).flatMap(\.volumes)
    let volumes = all.filter { known.insert($0.name).inserted }.map { volume -> Value in
      let name = Value.Member("name", .text(volume.name.text))
      return switch volume.source {
      case .claim(let claim):
        .set([name, .init("persistentVolumeClaim", .set(["claimName": .text(claim.text)]))])
      case .temporary: .set([name, .init("emptyDir", .set([Value.Member]()))])
      case .memory(let size):
        .set([
          name,
          .init(
            "emptyDir",
            .set([
              "medium": "Memory", "sizeLimit": size.map { .text($0.quantity) },
            ])),
        ])
      }
    }
    return volumes.isEmpty ? nil : .list(volumes)
  }

  /// Returns the keys that only the server has.
  private func rest(of pod: ClusterPod) -> [Value.Member] {
    var ports: [Value] = pod.port.map { [port($0, named: "http")] } ?? []
    ports += pod.morePorts.map { port($0.port, named: $0.name) }
    let resources = Value.set(pod.resources.map { .init($0.name, .text($0.amount)) })
    var rest: [Value.Member] = []
    if !ports.isEmpty { rest.append(.init("ports", .list(ports))) }
    for (key, check) in [
      ("startupProbe", pod.startup), ("readinessProbe", pod.readiness),
      ("livenessProbe", pod.liveness),
    ] {
      if let check { rest.append(.init(key, probe(check))) }
    }
    if !pod.resources.isEmpty {
      rest.append(.init("resources", .set(["limits": resources, "requests": resources])))
    }
    return rest
  }

  private func port(_ port: Port, named name: String) -> Value {
    .set([
      "name": .text(name), "containerPort": .integer(port.number), "protocol": "TCP",
    ])
  }

  private func probe(_ probe: ClusterPod.Probe) -> Value {
    var members: [Value.Member] = []
    switch probe.check {
    case .http(let path, _):
      members.append(.init("httpGet", .set(["path": .text(path), "port": "http"])))
    case .command(let command):
      members.append(
        .init(
          "exec", .set(["command": .texts(["/bin/sh", "-c", ExpandedText(command.text).text])])))
    }
    return .set(
      members + [
        .init("periodSeconds", .integer(probe.period)),
        .init("timeoutSeconds", .integer(probe.timeout)),
        .init("failureThreshold", .integer(probe.failures)),
      ])
  }

  private func container(
    _ member: ClusterPod.Member, named name: String, _ rest: [Value.Member]
  ) -> Value {
    var members: [Value.Member] = [
      .init("name", .text(name)), .init("image", .text(member.image.text)),
      .init("imagePullPolicy", "IfNotPresent"),
    ]
    if !member.command.isEmpty {
      members.append(.init("command", .texts(member.command.map(\.text))))
    }
    if !member.arguments.isEmpty {
      members.append(.init("args", .texts(member.arguments.map(\.text))))
    }
    if !member.variables.isEmpty {
      members.append(.init("env", .list(member.variables.map(variable))))
    }
    members += rest
    members.append(.init("securityContext", security(of: member)))
    if !member.volumes.isEmpty {
      members.append(.init("volumeMounts", .list(member.volumes.map(mount))))
    }
    return .set(members)
  }

  private func variable(_ variable: ClusterPod.Variable) -> Value {
    switch variable.source {
    case .text(let text):
      .set(["name": .text(variable.name.text), "value": .text(text.text)])
    case .secret(let name, let key):
      .set([
        "name": .text(variable.name.text),
        "valueFrom": .set([
          "secretKeyRef": .set(["name": .text(name.text), "key": .text(key.text)])
        ]),
      ])
    }
  }

  private func mount(_ volume: ClusterPod.Volume) -> Value {
    .set([
      "name": .text(volume.name.text), "mountPath": .text(volume.place.text),
      "readOnly": volume.isReadOnly ? true : nil,
    ])
  }

  private func security(of member: ClusterPod.Member) -> Value {
    .set([
      "allowPrivilegeEscalation": .boolean(member.gainsPrivileges),
      "capabilities": member.keepsCapabilities ? nil : .set(["drop": .texts(["ALL"])]),
      "readOnlyRootFilesystem": member.isReadOnly ? true : nil,
      "runAsUser": member.user.map { .integer($0.id) },
      "runAsGroup": member.user?.group.map(Value.integer),
    ])
  }
}
