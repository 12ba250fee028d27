/// A container, every choice made.
package struct Container: Sendable, Equatable {
  /// Its name for Podman, and of the unit that runs it.
  package var name: UnitName
  package var description: PlainText
  package var image: ImageReference
  /// Replaces the image's own entry point; nil keeps it.
  package var entrypoint: Argument?
  package var arguments: [Argument] = []
  /// Sorted by name, each name once.
  package var environment: [EnvironmentVariable] = []
  package var token: TokenSource?
  package var mounts: [Mount] = []
  package var devices: [Device] = []
  package var network: UnitName
  package var port: PublishedPort?
  package var limits = Limits()
  package var sharedMemory: ByteCount?
  package var health: HealthCheck?
  package var lifecycle: Lifecycle
  /// Containers that must run before this one does.
  package var requires: [UnitName] = []
  /// Containers that are started with this one.
  package var wants: [UnitName] = []

  package init(
    name: UnitName, description: PlainText, image: ImageReference, network: UnitName,
    lifecycle: Lifecycle
  ) {
    self.name = name
    self.description = description
    self.image = image
    self.network = network
    self.lifecycle = lifecycle
  }
}

/// A port of the host that leads to one of the container.
package struct PublishedPort: Sendable, Equatable {
  package let address: BindAddress
  package let host: Port
  package let container: Port

  package init(_ address: BindAddress, _ host: Port, to container: Port) {
    self.address = address
    self.host = host
    self.container = container
  }
}

/// Where a container's Hugging Face token comes from; never the token.
package enum TokenSource: Sendable, Equatable {
  /// A Podman secret, given to the container as the variable.
  case secret(UnitName, as: EnvironmentVariable.Name)
  /// A file of `NAME=value` lines that only the user can read.
  case environmentFile(HostPath)
}

/// What a container may take of the machine; nil is no limit.
package struct Limits: Sendable, Equatable {
  package var memory: ByteCount?
  /// Whole processor cores.
  package var cores: Int?

  package init(memory: ByteCount? = nil, cores: Int? = nil) {
    self.memory = memory
    self.cores = cores
  }
}

/// How Podman finds out that a server answers.
package struct HealthCheck: Sendable, Equatable {
  /// A command line that Podman gives to the container's shell.
  package let command: PlainText
  /// Seconds between two checks.
  package let interval: Int
  /// Seconds from the start in which failures do not count: the model is being loaded.
  package let startPeriod: Int

  package init(command: PlainText, interval: Int, startPeriod: Int) {
    self.command = command
    self.interval = interval
    self.startPeriod = startPeriod
  }
}

/// How systemd runs the container.
package enum Lifecycle: Sendable, Equatable {
  /// A server: started with the session when `automatic`, and again whenever it fails.
  ///
  /// - startTimeout: Seconds for the image to be pulled and the container to start.
  /// - stopTimeout: Seconds for requests under way to be answered.
  case server(automatic: Bool, startTimeout: Int, stopTimeout: Int)
  /// A task that ends: tried again a few times when it fails, and done until the next start.
  case task
}
