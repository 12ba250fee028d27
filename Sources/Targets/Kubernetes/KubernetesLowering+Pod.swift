import Deployments

extension KubernetesLowering {
  /// Returns the pod of a server or companion, or nil after an objection to one of its secrets.
  mutating func pod(
    _ container: Container, of name: ResourceName, port: Port
  ) -> ClusterPod? {
    objectToShell(of: container, name)
    guard let server = member(container, of: name) else { return nil }
    var resources: [ClusterPod.Resource] = []
    let memory = container.limits.memory.map {
      // Shared memory counts as the container's.
      ByteCount(clamping: $0.bytes + (container.sharedMemory.size?.bytes ?? 0)).quantity
    }
    if let cores = container.limits.cores {
      resources.append(.init(name: "cpu", amount: String(cores)))
    }
    if let memory { resources.append(.init(name: "memory", amount: memory)) }
    let gpus = gpus(container.accelerators, of: name)
    resources += gpus
    let health = container.health
    let probe = { (period: Int, failures: Int) in
      health.map {
        ClusterPod.Probe(
          check: $0.probe, period: max(1, period), timeout: max(1, $0.timeout),
          failures: max(1, failures))
      }
    }
    let loading = health?.loadingInterval ?? 10
    return ClusterPod(
      server: server, before: [], resources: resources, port: port,
      morePorts: morePorts(of: container, besides: port),
      startup: probe(loading, ((health?.startPeriod ?? 0) + loading - 1) / max(1, loading) + 1),
      readiness: probe(loading, health?.retries ?? 3),
      liveness: health?.consequence == .restart
        ? probe(health?.interval ?? 30, health?.retries ?? 3) : nil,
      grace: container.lifecycle.grace ?? 30, hasInit: container.hasInit,
      hasGPU: !gpus.isEmpty,
      hasNVIDIA: gpus.contains { $0.name == "nvidia.com/gpu" })
  }

  mutating func member(_ container: Container, of name: ResourceName)
    -> ClusterPod.Member?
  {
    let before = objections.count
    let variables = variables(container, of: name)
    let user = user(container.security.user, of: name)
    objectToRights(of: container, name)
    if container.image.isLatest {
      object(
        to: name, .name, KubernetesObjections.setting,
        "'\(name.text)' has the image '\(container.image.text)', which each node may have in another version",
        help: "write the tag of a version, or a digest")
    }
    guard objections.count == before else { return nil }
    let member = ClusterPod.Member(
      image: container.image,
      command: container.entrypointWords.map { ExpandedText($0) },
      arguments: container.arguments.map { ExpandedText($0.text) }, variables: variables,
      volumes: volumes(of: container, of: name), isReadOnly: container.security.isReadOnly,
      keepsCapabilities: container.security.capabilities == .ofEngine,
      gainsPrivileges: container.security.gainsPrivileges, user: user)
    let isRoot = settings.security != .restricted && user.map { $0.id == 0 } ?? true
    return isRoot ? member : RestrictedHome.moved(member)
  }

  /// Returns a preparation step that runs before the server, with a server of its own on the same
  /// volumes.
  mutating func member(
    _ step: Container, beside server: Container, of name: ResourceName,
    _ temporary: TemporaryServer
  ) -> ClusterPod.Member? {
    var both = server
    both.sharedMemory = .ofEngine
    both.mounts += step.mounts
    let own = Set((step.environment + [temporary.address]).map(\.name))
    both.environment =
      (server.environment.filter { !own.contains($0.name) }
      + step.environment.filter { $0.name != temporary.address.name } + [temporary.address])
      .sorted { $0.name.text < $1.name.text }
    guard var member = member(both, of: name) else { return nil }
    let script = """
      \(temporary.command.text) & server=$!
      until \(temporary.ready.text) >/dev/null 2>&1; do kill -0 $server || exit 1; sleep 1; done
      "$@"; status=$?
      kill $server; wait $server
      exit $status
      """
    member.command = ["/bin/sh", "-c", script, "prepare"].map { ExpandedText($0) }
    member.arguments = (step.entrypointWords + step.arguments.map(\.text)).map { ExpandedText($0) }
    return member
  }

  /// Returns the container's ports besides its main one, each once.
  private func morePorts(of container: Container, besides port: Port) -> [(
    name: String, port: Port
  )] {
    let exposures = [Exposure(.loopback, port, to: port)] + container.moreExposures
    var known: Set<Port> = [port]
    return container.moreExposures.map(\.container).filter { known.insert($0).inserted }
      .map { (Self.portName($0, among: exposures), $0) }
  }

  mutating func variables(
    _ container: Container, of name: ResourceName
  ) -> [ClusterPod.Variable] {
    // The cluster assigns GPUs, and numbers those of a container from 0.
    var found = container.environment.filter { !container.selectingVariables.contains($0.name) }
      .map { ClusterPod.Variable(name: $0.name, source: .text(ExpandedText($0.value))) }
    for reference in container.secrets {
      let variable = reference.variable.text
      switch reference.source {
      case .stored(let secret, let key?):
        guard let secret = ClusterDomain(secret.text) else {
          object(
            to: name, .secret(reference.variable), KubernetesObjections.name,
            "'\(secret.text)' is not a valid name of a secret in Kubernetes",
            help: "use lower-case letters, digits, '-' and '.'")
          continue
        }
        found.append(.init(name: reference.variable, source: .secret(secret, key: key)))
      case .stored(let secret, nil):
        object(
          to: name, .secret(reference.variable), KubernetesObjections.secret,
          "'\(secret.text)' names a secret without a key",
          help: "write '{secret: \(secret.text), key: KEY}', such as 'key: \(variable)'")
      case .environmentFile(let path):
        object(
          to: name, .secret(reference.variable), KubernetesObjections.secret,
          "a cluster cannot read '\(path.text)' of this machine",
          help: "write '{secret: NAME, key: \(variable)}', with a secret of the cluster")
      }
    }
    return found.sorted { $0.name.text < $1.name.text }
  }

  /// Returns the volumes of a container: claims, and folders that are gone with the pod.
  mutating func volumes(
    of container: Container, of name: ResourceName
  ) -> [ClusterPod.Volume] {
    var volumes: [ClusterPod.Volume] = []
    var names: [ClusterName: ClusterName] = [:]
    for mount in container.mounts {
      switch mount.source {
      case .path(let path):
        object(
          to: name, .mount(mount.target), KubernetesObjections.mount,
          "a cluster has no '\(path.text)' of this machine",
          help: "use a model of the hub, or a volume: 'NAME:\(mount.target.text)'")
      case .store(let store):
        guard let claim = ClusterName(store.text) else {
          object(
            to: name, .mount(mount.target), KubernetesObjections.name,
            "'\(store.text)' is not a valid name of a volume in Kubernetes",
            help: "use lower-case letters, digits and '-'")
          continue
        }
        if mount.options.contains(.changeOwner) {
          object(
            to: name, .mount(mount.target), KubernetesObjections.mount,
            "Kubernetes cannot change the owner of '\(mount.target.text)' ('U')",
            help: "remove the option")
        }
        guard let volume = names[claim] ?? ClusterName("store-\(names.count + 1)") else { continue }
        names[claim] = volume
        volumes.append(
          .init(
            name: volume, source: isTemporary(store, of: container) ? .temporary : .claim(claim),
            place: mount.target,
            isReadOnly: mount.options.contains(.readOnly)))
      }
    }
    var more: [(String, StaticString, ClusterPod.Volume.Source)] = []
    // By default, a container gets 64 MiB of shared memory.
    if let size = container.sharedMemory.size { more.append(("shm", "/dev/shm", .memory(size))) }
    if container.security.isReadOnly {
      more += [
        ("tmp", "/tmp", .temporary), ("run", "/run", .temporary),
        ("var-tmp", "/var/tmp", .temporary),
      ]
    }
    for (name, place, source) in more {
      let place = ContainerPath(literal: place)
      guard let name = ClusterName(name), !volumes.contains(where: { $0.place == place }) else {
        continue
      }
      volumes.append(.init(name: name, source: source, place: place))
    }
    return volumes
  }

  mutating func user(
    _ user: ContainerUser?, of name: ResourceName
  ) -> (id: Int, group: Int?)? {
    guard let user else { return nil }
    let group = user.group.map { Int($0) }
    guard let id = Int(user.user), group != .some(nil) else {
      object(
        to: name, .setting("user"), KubernetesObjections.setting,
        "Kubernetes needs the number of the user '\(user.text)'",
        help: "write 'user: \"1000\"' or 'user: \"1000:1000\"'")
      return nil
    }
    return (id, group ?? nil)
  }
}
