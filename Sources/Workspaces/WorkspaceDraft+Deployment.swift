import Deployments
import Diagnostics
import Locks
import Profiles
import Schema

extension WorkspaceDraft {
  /// The deployment of all instances, or nil if an instance has no profile, port or image, which a
  /// check reports.
  var deployment: Deployment? {
    guard let workloads, let companions = companions(of: workloads) else { return nil }
    return Deployment(network: network, workloads: workloads, companions: companions)
  }

  /// The workloads of all instances, or nil if an instance has no profile, port or image.
  var workloads: [Workload]? {
    var workloads: [Workload] = []
    workloads.reserveCapacity(instances.count)
    // In the order of a deployment, so that it need not sort them.
    for instance in instances.sorted(by: { $0.name.value < $1.name.value }) {
      guard instance.more.allSatisfy({ $0.active != nil }), instance.conflict == nil else {
        return nil
      }
      guard let active = instance.active, let workload = workload(instance, serving: active) else {
        return nil
      }
      workloads.append(workload)
    }
    return workloads
  }

  private func workload(_ instance: Instance, serving active: ActiveProfile) -> Workload? {
    let profile = active.profile
    let runtime = profile.runtime.value
    // The model's own name identifies it, also if clients use another one.
    let identity =
      instance.modelName == nil
      ? runtime.identity(of: active.launch, profile)
      : runtime.identityOfNamed(active.launch, profile)
    let active = instance.named(active) ?? active
    let launch = active.launch
    guard let port = instance.port.flatMap({ Port($0.value) }),
      let image = image(of: instance, serving: profile)
    else { return nil }
    let interface = runtime.interface(of: profile)
    let exposure = Exposure(instance.bind, port, to: interface.port)
    var server = server(instance, active, image, interface)
    var preparation: [Container] = []
    for step in launch.preparation {
      guard
        let container = container(
          for: step, of: server, at: exposure.container, label: instance.labelOfOwn)
      else { return nil }
      preparation.append(container)
    }
    server.wants = preparation.map(\.name)
    var endpoint = interface.endpoint
    endpoint.identity = identity
    endpoint.modelList = runtime.modelListCommand
    endpoint.activity = runtime.activity
    endpoint.key = instance.apiKey == nil ? nil : runtime.keyVariable
    return Workload(
      Provenance(
        profile: active.id, runtime: runtime.name, model: launch.model, task: profile.task,
        context: profile.contextTokens,
        more: instance.more.compactMap(\.active).map {
          ModelOfServer(
            name: $0.launch.model, task: $0.profile.task, context: $0.profile.contextTokens)
        }),
      server: server, exposure: exposure, endpoint: endpoint, log: runtime.log,
      preparation: preparation,
      temporaryServer: launch.preparation.first.flatMap {
        $0.temporaryServer(at: exposure.container)
      },
      group: instance.group?.value,
      drain: instance.setting(\.drain)?.value ?? 0,
      replicas: instance.replicas?.value ?? 1,
      span: instance.span.flatMap { runtime.span(over: $0.value) })
  }

  private func server(
    _ instance: Instance, _ active: ActiveProfile, _ image: ImageReference,
    _ interface: ServerInterface
  ) -> Container {
    let profile = active.profile
    let runtime = profile.runtime.value
    var launch = active.launch
    for variable in instance.environments.joined() {
      launch.set(variable.name.value, variable.item.value)
    }
    let grace = launch.stopTimeout ?? runtime.stopTimeout
    let start = instance.startOfServer
    // An image that Podman updates by its tag must have no digest.
    let pinned = instance.autoUpdate == nil ? lock?.pinned(image) ?? image : image
    var server = Container(
      name: instance.name.value, description: instance.title, image: pinned, network: network,
      lifecycle: .server(start: start, startBudget: instance.startTimeout, grace: grace),
      restart: .ofServer(
        startBudget: instance.startTimeout, grace: grace, isOnDemand: instance.start == .onDemand))
    let compiled = instance.compileCache(of: runtime, image)
    let selecting = instance.selectingVariables(of: runtime)
      .filter { launch.value(of: $0.name) == nil }
    server.selectingVariables = Set(selecting.compactMap { EnvironmentVariable.Name($0.name) })
    let wanted =
      runtime.environment(for: instance.processor) + selecting + (compiled?.variables ?? [])
    for variable in wanted where launch.value(of: variable.name) == nil {
      launch.set(own: variable.name, variable.value)
    }
    server.entrypoint =
      launch.entrypoint ?? instance.setting(\.entrypoint)?.value ?? profile.entrypoint?.value
    server.arguments =
      instance.apiKey == nil ? launch.arguments : runtime.asking(launch.arguments)
    server.environment = launch.environment.sorted { $0.name.text < $1.name.text }
    server.secrets = instance.references(for: profile)
    server.accelerators = instance.devices.map(\.value)
    server.security = instance.security
    server.mounts =
      ((instance.cachePlace.map { [Mount($0.place, at: $0.cache.path)] } ?? []) + launch.mounts)
      .map { $0.labelled(instance.labelOfOwn) }
      + instance.volumes.map { $0.value.mount.labelled(instance.label(of: $0.value)) }
      + (compiled.map { [Mount(.store($0.store), at: $0.path)] } ?? [])
      + cardLinks(for: instance, on: runtime)
    server.scratchStores = Set(compiled.map { [$0.store] } ?? [])
    server.limits = instance.limits
    server.sharedMemory = instance.sharedMemory(of: runtime, onCluster: cluster != nil)
    server.resourceLimits = instance.ulimits.map {
      ResourceLimit($0.name.value, soft: $0.item.value.soft, hard: $0.item.value.hard)
    }
    server.hasInit = instance.setting(\.hasInit)?.value ?? runtime.startsProcesses
    server.labels = instance.labels.map { ContainerLabel($0.name.value, $0.item.value) }
      .sorted { $0.name.text < $1.name.text }
    server.logDriver = instance.setting(\.logDriver)?.value
    server.imageUpdate = instance.autoUpdate?.value
    server.waitsForNetwork = instance.setting(\.waitForNetwork)?.value ?? true
    server.moreExposures = instance.extraPorts.map {
      Exposure($0.value.address ?? instance.bind, $0.value.host, to: $0.value.container)
    }
    server.health = interface.healthCheck(startPeriod: instance.startTimeout)
    // A client waits for the check.
    if instance.start == .onDemand { server.health?.loadingInterval = 1 }
    server.health?.consequence = instance.setting(\.onUnhealthy)?.value ?? .nothing
    return server
  }

  /// Returns the mount of the links by which oneCCL distinguishes Intel GPUs.
  ///
  /// Podman's `AddDevice` adds the device files of a folder, but not the links (oneCCL,
  /// ze_fd_manager; vLLM 0.31.0, gpu.xpu.inc.md).
  func cardLinks(for instance: Instance, on runtime: any Runtime.Type) -> [Mount] {
    guard runtime.usesOneCCL, instance.processor == .intel, gpuCount(of: instance) != 1 else {
      return []
    }
    return [
      Mount(
        .path(HostPath(literal: "/dev/dri/by-path")),
        at: ContainerPath(literal: "/dev/dri/by-path"), options: [.readOnly])
    ]
  }

  /// Returns a container that runs a step with the server's image, or nil if its name would be too
  /// long.
  private func container(
    for step: PreparationStep, of server: Container, at port: Port, label: Mount.Option?
  ) -> Container? {
    guard let name = server.name.suffixed(step.suffix),
      let description = PlainText("\(step.title) \(server.name.text)"),
      let address = Argument("http://\(server.name.text):\(port.number)")
    else { return nil }
    // A machine may start long before its network does. A step that cannot succeed, such as one
    // with a misspelt model, gives up after half an hour or more.
    var task = Container(
      name: name, description: description, image: server.image, network: network,
      lifecycle: .task,
      restart: RestartPolicy(.onFailure, after: 30, limit: .init(attempts: 60, within: 86400)))
    task.entrypoint = step.entrypoint
    task.arguments = step.arguments
    task.environment = step.environment + [EnvironmentVariable(step.address, address)]
    task.mounts = step.mounts.map { $0.labelled(label) }
    // The task can read the same files as the server, and it must be able to write its own.
    task.security = server.security
    task.security.isReadOnly = false
    task.requires = [server.name]
    task.waitsForNetwork = server.waitsForNetwork
    return task
  }
}

extension Instance {
  /// When the server starts, with its own port if it starts on demand.
  fileprivate var startOfServer: Start {
    switch start {
    case .boot: .boot
    case .manual: .manual
    case .onDemand:
      backend.flatMap { Port($0.value) }.map {
        .onDemand(
          Activation(
            backend: $0, idle: (setting(\.stopAfterIdle)?.value ?? .standard).seconds))
      } ?? .manual
    }
  }
}

extension RestartPolicy {
  /// Returns the restart policy of a server: systemd gives up after three failed starts, however
  /// long each took.
  ///
  /// - Parameter isOnDemand: Whether clients start it. While it stops, systemd counts each attempt to
  ///   carry out their request as a start (systemd 257, src/core/service.c, service_can_start), and
  ///   clients wait for it.
  static func ofServer(
    startBudget: Int, grace: Int, isOnDemand: Bool = false
  ) -> RestartPolicy {
    let (attempts, delay) = isOnDemand ? (10, 5) : (3, 30)
    // A start may take its entire budget, and then the time for stopping.
    let slowest = startBudget + grace + 15 + delay
    // The steps after a failed start also take time, and a start outside the window resets the
    // limit.
    let margin = 120
    return RestartPolicy(
      .always, after: delay, limit: .init(attempts: attempts, within: attempts * slowest + margin))
  }
}

extension Mount {
  /// Returns the mount with an SELinux label added, if it is a host path without one.
  func labelled(_ label: Option?) -> Mount {
    guard let label, case .path = source,
      !options.contains(where: { $0 == .sharedLabel || $0 == .privateLabel })
    else { return self }
    return Mount(source, at: target, options: options + [label])
  }
}
