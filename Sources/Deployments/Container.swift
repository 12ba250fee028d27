import Text

/// A container, every choice made.
package struct Container: Sendable, Equatable {
  /// Its name, unique among the containers of a deployment.
  package var name: ResourceName
  package var description: PlainText
  package var image: ImageReference
  /// Replaces the image's own entry point; nil keeps it.
  package var entrypoint: PlainText?
  /// The words after the entry point, in order.
  package var arguments: [Argument] = []
  /// Sorted by name, each name once.
  package var environment: [EnvironmentVariable] = []
  /// Variables whose values the platform holds.
  package var secrets: [SecretReference] = []
  /// What is mounted, in order; no two have one target.
  package var mounts: [Mount] = []
  /// The cards that it is given.
  package var accelerators: [Accelerator] = []
  /// The network that it joins.
  package var network: ResourceName
  /// Nil for a container that nothing outside of its network reaches.
  package internal(set) var exposure: Exposure?
  /// Ports besides the one that the server is asked at.
  package var moreExposures: [Exposure] = []
  /// Whether it starts only once the machine is on its network, where the platform can wait.
  package var waitsForNetwork = true
  /// The most that it may use.
  package var limits = Limits()
  /// The memory that its processes share.
  package var sharedMemory = SharedMemory.ofEngine
  /// What the kernel lets its processes have, each resource once.
  package var resourceLimits: [ResourceLimit] = []
  /// Whether a small first process reaps those whose parents ended.
  package var hasInit = false
  /// What programs of the machine can ask the engine about it, sorted by name, each once.
  package var labels: [ContainerLabel] = []
  /// Where its output goes; nil for the engine's default.
  package var logDriver: LogDriver?
  /// Whether the engine may replace its image; nil for never.
  package var imageUpdate: ImageUpdate?
  /// How its health is asked for; nil where it cannot be.
  package var health: HealthCheck?
  /// What keeps it from the machine.
  package var security = Security()
  /// When it starts, and how long starting and stopping may take.
  package var lifecycle: Lifecycle
  /// What happens when it ends.
  package var restart: RestartPolicy
  /// Containers that must run before this one does.
  package var requires: [ResourceName] = []
  /// Containers that are started with this one.
  package var wants: [ResourceName] = []

  /// A container that takes no more of the machine than it has to.
  package init(
    name: ResourceName, description: PlainText, image: ImageReference, network: ResourceName,
    lifecycle: Lifecycle, restart: RestartPolicy
  ) {
    self.name = name
    self.description = description
    self.image = image
    self.network = network
    self.lifecycle = lifecycle
    self.restart = restart
  }
}

/// A port of the host that leads to one of a container.
package struct Exposure: Sendable, Equatable {
  /// The address of the machine that it is reached at.
  package let address: BindAddress
  /// The port of the machine.
  package let host: Port
  /// The port that the server listens on.
  package let container: Port

  package init(_ address: BindAddress, _ host: Port, to container: Port) {
    self.address = address
    self.host = host
    self.container = container
  }
}

/// A secret that a container gets as a variable; never the secret itself.
package struct SecretReference: Sendable, Equatable {
  /// Where the value is kept.
  package enum Source: Sendable, Equatable {
    /// A secret that the engine keeps under a name.
    ///
    /// - key: The name of the value in a secret that has several; nil for one that is a single value.
    case stored(ResourceName, key: SecretKey? = nil)
    /// A file of `NAME=value` lines that only the user can read.
    case environmentFile(HostPath)
  }

  /// The variable that gets the value.
  package let variable: EnvironmentVariable.Name
  /// Where the value is kept.
  package let source: Source

  package init(_ variable: EnvironmentVariable.Name, from source: Source) {
    self.variable = variable
    self.source = source
  }
}

/// The name of a value within a secret that holds several: 1 to 253 ASCII letters, digits, `.`, `_`
/// and `-` (Kubernetes 1.33, pkg/apis/core/validation, the keys of a Secret's data).
package struct SecretKey: Sendable, Equatable {
  /// As it is written.
  package let text: String

  /// - Returns: Nil for a text that is no such name.
  package init?(_ text: String) {
    let isLegal = text.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
    guard (1...253).contains(text.utf8.count), isLegal, text != ".", !text.hasPrefix("..") else {
      return nil
    }
    self.text = text
  }
}

/// What a container may take of the machine; nil is no limit.
package struct Limits: Sendable, Equatable {
  /// The most memory; nil for no limit.
  package var memory: ByteCount?
  /// Whole processor cores.
  package var cores: Int?

  package init(memory: ByteCount? = nil, cores: Int? = nil) {
    self.memory = memory
    self.cores = cores
  }
}

/// How a container is run: for good, or to its end.
package enum Lifecycle: Sendable, Equatable {
  /// A server.
  ///
  /// - automatic: Whether it is started with the user's session.
  /// - startBudget: Seconds for the image to be pulled and the container to start.
  /// - grace: Seconds for requests under way to be answered when it is told to stop.
  case server(automatic: Bool, startBudget: Int, grace: Int)
  /// A task that ends, and is done until the server starts anew.
  case task

  /// Whether it is started without being asked for.
  package var isAutomatic: Bool {
    if case .server(automatic: true, _, _) = self { true } else { false }
  }
}
