package import Deployments
import Diagnostics
import Profiles
import Schema

/// What a model task's name has after its instance's.
let modelTaskSuffix: StaticString = "-model"

extension Workspace {
  /// The deployment of a workspace in which every instance has a profile and no check failed.
  package func plan() -> Deployment {
    Deployment(
      network: network,
      instances: instances.compactMap { instance in
        instance.active.flatMap { plan(instance, serving: $0) }
      })
  }

  private func plan(_ instance: Instance, serving active: ActiveProfile) -> Deployment.Instance? {
    let profile = active.profile
    let runtime = profile.runtime.value
    guard let number = instance.port?.value, let port = Port(number) else { return nil }
    let launch = active.launch
    guard let server = server(instance, profile, launch, port) else { return nil }
    let tasks = launch.modelFile.map { [modelTask($0, for: instance, launch, server)] } ?? []
    var running = server
    running.wants = tasks.map(\.name)
    return Deployment.Instance(
      name: instance.name.value, profile: active.id, runtime: runtime.name, model: launch.model,
      podman: instance.podman, server: running, tasks: tasks)
  }

  private func server(
    _ instance: Instance, _ profile: Profile, _ launch: Launch, _ port: Port
  ) -> Container? {
    let runtime = profile.runtime.value
    let service = runtime.service(of: profile)
    let devices = instance.devices.map(\.value)
    guard let image = profile.image?.value ?? runtime.image(for: Processor(devices)) else {
      return nil
    }
    var launch = launch
    for variable in instance.environments.joined() {
      launch.set(variable.name.value, variable.item.value)
    }
    var container = Container(
      name: instance.name.value, description: instance.title, image: image, network: network,
      lifecycle: .server(
        automatic: instance.startsAutomatically, startTimeout: instance.startTimeout,
        stopTimeout: launch.stopTimeout ?? runtime.stopTimeout))
    container.arguments = launch.arguments
    container.environment = launch.environment.sorted { $0.name.text < $1.name.text }
    container.token = instance.tokenSource(for: runtime.tokenVariable(of: profile))
    container.mounts =
      (runtime.cache(of: profile).map { [Mount(instance.place(of: $0), at: $0.path)] } ?? [])
      + (launch.modelFile == nil ? launch.mounts : []) + instance.volumes.map(\.value.mount)
    container.devices = devices
    container.port = PublishedPort(instance.bind, port, to: service.port)
    container.limits = instance.limits
    container.sharedMemory = runtime.sharedMemory
    container.health = service.healthCommand.map {
      HealthCheck(command: $0, interval: 30, startPeriod: instance.startTimeout)
    }
    return container
  }

  /// A container of the same image that makes the model on the running server.
  ///
  /// The Modelfile travels in a variable, so that no file's path has to be known on the machine;
  /// the shell's text is amm's own and holds nothing of a profile.
  private func modelTask(
    _ file: ModelFile, for instance: Instance, _ launch: Launch, _ server: Container
  ) -> Container {
    guard let name = instance.name.value.suffixed(modelTaskSuffix),
      let description = PlainText("Model of " + instance.name.value.text),
      let port = server.port?.container.number,
      let host = Argument("http://\(server.name.text):\(port)"),
      let content = Argument(file.text), let model = Argument(launch.model)
    else { preconditionFailure("values that were checked when they were read") }
    var task = Container(
      name: name, description: description, image: server.image, network: network,
      lifecycle: .task)
    task.entrypoint = Argument(literal: "/bin/sh")
    task.arguments = [
      Argument(literal: "-c"),
      Argument(
        literal:
          "printf %s \"$MODELFILE\" > /tmp/Modelfile && exec ollama create \"$MODEL\" -f /tmp/Modelfile"
      ),
    ]
    task.environment = [
      EnvironmentVariable("MODEL", model), EnvironmentVariable("MODELFILE", content),
      EnvironmentVariable("OLLAMA_HOST", host),
    ]
    task.mounts = launch.mounts
    task.requires = [server.name]
    return task
  }
}

extension Instance {
  /// The unit's description: the instance's own, else its name.
  fileprivate var title: PlainText {
    guard let title = description ?? PlainText("Model server " + name.value.text) else {
      preconditionFailure("a unit's name is plain text")
    }
    return title
  }

  fileprivate func tokenSource(for variable: EnvironmentVariable.Name?) -> TokenSource? {
    guard let variable else { return nil }
    if let secret = token?.value.secret { return .secret(secret.value, as: variable) }
    return token?.value.environmentFile.map { .environmentFile($0.value) }
  }
}
