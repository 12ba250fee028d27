import Text

/// A container with all of its settings resolved.
package struct Container: Sendable, Equatable {
  /// The name, unique among the containers of a deployment.
  package var name: ResourceName
  package var description: PlainText
  package var image: ImageReference
  /// The program that replaces the image's entry point, or nil to keep the image's own.
  package var entrypoint: PlainText?
  /// The arguments after the entry point, in order.
  package var arguments: [Argument] = []
  /// The environment variables, sorted by name, without duplicates.
  package var environment: [EnvironmentVariable] = []
  /// The names of the variables that select GPUs of the machine by their numbers.
  package var selectingVariables: Set<EnvironmentVariable.Name> = []
  /// Variables whose values come from a secret store or a file.
  package var secrets: [SecretReference] = []
  /// The mounts, in order, each with a different target.
  package var mounts: [Mount] = []
  /// The stores whose content the server makes again if it is lost.
  package var scratchStores: Set<ResourceName> = []
  /// The GPUs that the container may use.
  package var accelerators: [Accelerator] = []
  /// The network that the container joins.
  package var network: ResourceName
  /// The main published port, or nil if the container is reachable only on its network.
  package internal(set) var exposure: Exposure?
  /// Published ports in addition to the main one.
  package var moreExposures: [Exposure] = []
  /// Whether the container starts only after the machine is online, on platforms that can wait for
  /// it.
  package var waitsForNetwork = true
  /// The memory and processor limits.
  package var limits = Limits()
  /// The shared memory of the container's processes.
  package var sharedMemory = SharedMemory.ofEngine
  /// The kernel limits for the container's processes, without duplicates.
  package var resourceLimits: [ResourceLimit] = []
  /// Whether a small init process reaps orphaned processes.
  package var hasInit = false
  /// The container's labels, sorted by name, without duplicates.
  package var labels: [ContainerLabel] = []
  /// The destination of the container's output, or nil for the engine's default.
  package var logDriver: LogDriver?
  /// When the engine may replace the image, or nil for never.
  package var imageUpdate: ImageUpdate?
  /// The health check, or nil if the server has none.
  package var health: HealthCheck?
  /// The restrictions that isolate the container from the host.
  package var security = Security()
  /// When the container starts, and how long starting and stopping may take.
  package var lifecycle: Lifecycle
  /// What happens when the container exits.
  package var restart: RestartPolicy
  /// Containers that must be running before this one starts.
  package var requires: [ResourceName] = []
  /// Containers that are started with this one.
  package var wants: [ResourceName] = []
  /// Containers that this one starts after, if they start at the same time.
  package var after: [ResourceName] = []
  /// Containers that are stopped before this one starts, and that stop this one when they start.
  package internal(set) var conflicts: [ResourceName] = []

  /// The stores that it mounts, in the order of its mounts.
  package var stores: [ResourceName] { mounts.compactMap(\.store) }

  /// Creates a container with the least access to the host.
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

/// A host port that is forwarded to a container's port.
package struct Exposure: Sendable, Equatable {
  /// The host address that the port is published on.
  package let address: BindAddress
  /// The host port.
  package let host: Port
  /// The port that the server listens on.
  package let container: Port

  package init(_ address: BindAddress, _ host: Port, to container: Port) {
    self.address = address
    self.host = host
    self.container = container
  }
}

/// A reference to a secret that a container gets as an environment variable.
///
/// It never holds the secret itself.
package struct SecretReference: Sendable, Equatable {
  /// The place that holds the value.
  package enum Source: Sendable, Equatable {
    /// A secret in the engine's store.
    ///
    /// - key: The name of a value in a secret that holds several, or nil for a secret with a single
    ///   value.
    case stored(SecretName, key: SecretKey? = nil)
    /// A file of `NAME=value` lines that only the user can read.
    case environmentFile(HostPath)
  }

  /// The variable that gets the value.
  package let variable: EnvironmentVariable.Name
  /// The place that holds the value.
  package let source: Source

  package init(_ variable: EnvironmentVariable.Name, from source: Source) {
    self.variable = variable
    self.source = source
  }
}

/// The name of a value in a secret that holds several: 1 to 253 ASCII letters, digits, `.`, `_` and
/// `-` (Kubernetes 1.33, pkg/apis/core/validation, the keys of a Secret's data).
package struct SecretKey: Sendable, Equatable {
  /// The name as it is written.
  package let text: String

  /// - Returns: Nil if the text is not a valid name.
  package init?(_ text: String) {
    let isLegal = text.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
    guard (1...253).contains(text.utf8.count), isLegal, text != ".", !text.hasPrefix("..") else {
      return nil
    }
    self.text = text
  }
}

/// The resources that a container may use.
package struct Limits: Sendable, Equatable {
  /// The memory limit, or nil for no limit.
  package var memory: ByteCount?
  /// The number of processor cores, or nil for no limit.
  package var cores: Int?

  package init(memory: ByteCount? = nil, cores: Int? = nil) {
    self.memory = memory
    self.cores = cores
  }
}
