/// Everything that a workspace puts on a machine: the waist between profiles and files.
///
/// Every choice is made and every value is one that all targets can carry; nothing here knows of
/// YAML, runtimes or file formats.
package struct Deployment: Sendable, Equatable {
  package let network: UnitName
  /// Volumes that containers mount, sorted, each once.
  package let volumes: [UnitName]
  /// In the order of their names.
  package let instances: [Instance]

  package init(network: UnitName, instances: [Instance]) {
    self.network = network
    self.instances = instances.sorted { $0.name < $1.name }
    let mounts = instances.flatMap(\.containers).flatMap(\.mounts)
    volumes = Set(mounts.compactMap(\.volume)).sorted()
  }

  /// One server with the model it serves.
  package struct Instance: Sendable, Equatable {
    package let name: UnitName
    /// The profile by its path in the workspace: `coding/deepseek-coder`.
    package let profile: String
    package let runtime: String
    /// The name that clients use for the model.
    package let model: String
    package let podman: PodmanVersion
    /// The server itself.
    package let server: Container
    /// What must run once the server does, such as fetching the model.
    package let tasks: [Container]

    package init(
      name: UnitName, profile: String, runtime: String, model: String, podman: PodmanVersion,
      server: Container, tasks: [Container]
    ) {
      self.name = name
      self.profile = profile
      self.runtime = runtime
      self.model = model
      self.podman = podman
      self.server = server
      self.tasks = tasks
    }

    package var containers: [Container] { [server] + tasks }

    /// Where programs on the host reach the server.
    package var endpoint: String? {
      server.port.map { port in
        let address = port.address.isWildcard ? "127.0.0.1" : port.address.bracketed
        return "http://\(address):\(port.host.number)"
      }
    }
  }
}

extension Mount {
  /// The volume it mounts, when it is one.
  package var volume: UnitName? {
    if case .volume(let name) = source { name } else { nil }
  }
}
