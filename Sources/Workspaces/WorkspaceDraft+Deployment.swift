import Deployments
import Diagnostics
import Profiles
import Schema

extension WorkspaceDraft {
  /// What its instances become; nil where one has no profile, port or image, as a check says.
  var deployment: Deployment? {
    var workloads: [Workload] = []
    for instance in instances {
      guard let active = instance.active, let workload = workload(instance, serving: active) else {
        return nil
      }
      workloads.append(workload)
    }
    return Deployment(network: network, workloads: workloads)
  }

  private func workload(_ instance: Instance, serving active: ActiveProfile) -> Workload? {
    let profile = active.profile
    let runtime = profile.runtime.value
    let launch = active.launch
    let accelerators = instance.devices.map(\.value)
    guard let port = instance.port.flatMap({ Port($0.value) }),
      let image = profile.image?.value ?? runtime.image(for: Processor(accelerators))
    else { return nil }
    let interface = runtime.interface(of: profile)
    let exposure = Exposure(instance.bind, port, to: interface.port)
    var server = server(instance, active, image, interface)
    var preparation: [Container] = []
    for step in launch.preparation {
      guard let container = container(for: step, of: server, at: exposure.container) else {
        return nil
      }
      preparation.append(container)
    }
    server.wants = preparation.map(\.name)
    var endpoint = interface.endpoint
    endpoint.identity = runtime.identity(of: launch, profile)
    endpoint.modelList = runtime.modelListCommand
    return Workload(
      Provenance(profile: active.id, runtime: runtime.name, model: launch.model),
      server: server, exposure: exposure, endpoint: endpoint, log: runtime.log,
      preparation: preparation)
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
    var server = Container(
      name: instance.name.value, description: instance.title, image: image, network: network,
      lifecycle: .server(
        automatic: instance.startsAutomatically, startBudget: instance.startTimeout,
        grace: launch.stopTimeout ?? runtime.stopTimeout),
      restart: RestartPolicy(after: 10))
    server.arguments = launch.arguments
    server.environment = launch.environment.sorted { $0.name.text < $1.name.text }
    server.secrets = instance.secrets(for: runtime.tokenVariable(of: profile))
    server.mounts =
      (instance.cachePlace.map { [Mount($0.place, at: $0.cache.path)] } ?? [])
      + launch.mounts + instance.volumes.map(\.value.mount)
    server.accelerators = instance.devices.map(\.value)
    server.security = Security(for: server.accelerators)
    server.limits = instance.limits
    server.sharedMemory = runtime.sharedMemory
    server.health = interface.healthCheck(startPeriod: instance.startTimeout)
    return server
  }

  /// A container of the server's image that does a step; nil where its name would be too long.
  private func container(
    for step: PreparationStep, of server: Container, at port: Port
  ) -> Container? {
    guard let name = server.name.suffixed(step.suffix),
      let description = PlainText("\(step.title) \(server.name.text)"),
      let address = Argument("http://\(server.name.text):\(port.number)")
    else { return nil }
    // A step that cannot succeed, such as one with a misspelt model, gives up after a while.
    var task = Container(
      name: name, description: description, image: server.image, network: network,
      lifecycle: .task,
      restart: RestartPolicy(after: 15, limit: .init(attempts: 5, within: 600)))
    task.entrypoint = step.entrypoint
    task.arguments = step.arguments
    task.environment = step.environment + [EnvironmentVariable(step.address, address)]
    task.mounts = step.mounts
    task.requires = [server.name]
    return task
  }
}

extension Security {
  /// What a server needs that uses accelerators.
  ///
  /// SELinux would deny the device files; CDI's and Podman's own documents ask for containers without
  /// labels. Those of AMD belong to groups (video, render) that the user is in.
  fileprivate init(for accelerators: [Accelerator]) {
    self.init()
    if !accelerators.isEmpty { labels = .unconfined }
    if accelerators.contains(.amd) { groups = .ofUser }
  }
}

extension Instance {
  /// The server's description: the instance's own, else its name.
  fileprivate var title: PlainText {
    guard let title = description ?? PlainText("Model server " + name.value.text) else {
      preconditionFailure("a resource's name is plain text")
    }
    return title
  }

  fileprivate func secrets(for variable: EnvironmentVariable.Name?) -> [SecretReference] {
    guard let variable, let token = token?.value else { return [] }
    if let secret = token.secret {
      return [SecretReference(variable, from: .stored(secret.value))]
    }
    return token.environmentFile.map {
      [SecretReference(variable, from: .environmentFile($0.value))]
    } ?? []
  }
}
