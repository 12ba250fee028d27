import Deployments
import Values

extension KubernetesObjects {
  /// Returns a pod's specification.
  func pod(_ pod: ClusterPod, of server: ClusterServer) -> Value {
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
        // Without it, each start changes the owner of every file of the model.
        "fsGroupChangePolicy": pod.server.user.map { _ in "OnRootMismatch" },
      ]),
      "initContainers": pod.before.isEmpty
        ? nil
        : .list(
          pod.before.map { container($0.member, named: $0.name.text, resources(pod.ofSteps)) }),
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
    var rest: [Value.Member] = []
    if !ports.isEmpty { rest.append(.init("ports", .list(ports))) }
    for (key, check) in [
      ("startupProbe", pod.startup), ("readinessProbe", pod.readiness),
      ("livenessProbe", pod.liveness),
    ] {
      if let check { rest.append(.init(key, probe(check))) }
    }
    return rest + resources(pod.resources)
  }

  /// Returns the key with a container's resources; none if it has none.
  private func resources(_ resources: [ClusterPod.Resource]) -> [Value.Member] {
    guard !resources.isEmpty else { return [] }
    let amounts = Value.set(resources.map { .init($0.name, .text($0.amount)) })
    return [.init("resources", .set(["limits": amounts, "requests": amounts]))]
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
