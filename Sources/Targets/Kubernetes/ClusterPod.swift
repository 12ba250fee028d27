import Deployments

/// A pod as it can be written: its types cannot hold what the API refuses.
struct ClusterPod: Sendable {
  /// A variable of a container.
  struct Variable: Sendable {
    enum Source: Sendable {
      case text(ExpandedText)
      case secret(ClusterDomain, key: SecretKey)
    }

    let name: EnvironmentVariable.Name
    let source: Source
  }

  /// A volume with the places at which it is mounted.
  struct Volume: Sendable {
    enum Source: Sendable {
      case claim(ClusterName)
      /// A folder that is gone with the pod.
      case temporary
      /// A folder in memory, of at most a size.
      case memory(ByteCount?)
    }

    let name: ClusterName
    let source: Source
    let place: ContainerPath
    var isReadOnly = false
  }

  /// A check of a server.
  struct Probe: Sendable {
    let check: HealthCheck.Probe
    /// Seconds between two checks, at least 1.
    let period: Int
    /// Seconds for one check, at least 1.
    let timeout: Int
    /// The failures in a row that count, at least 1.
    let failures: Int
  }

  /// A container of a pod.
  struct Member: Sendable {
    let image: ImageReference
    var command: [ExpandedText]
    var arguments: [ExpandedText]
    var variables: [Variable]
    var volumes: [Volume]
    var isReadOnly: Bool
    var keepsCapabilities: Bool
    var gainsPrivileges: Bool
    /// The user and group, by number.
    var user: (id: Int, group: Int?)?
  }

  /// An amount of a resource, which is also requested.
  struct Resource: Sendable {
    let name: String
    let amount: String
  }

  var server: Member
  /// Containers that run before the server, each to its end, with its processors and memory.
  var before: [(name: ClusterName, member: Member)]
  var resources: [Resource]
  /// Those of containers that run before the server, which need no GPU.
  var ofSteps: [Resource] { resources.filter { ["cpu", "memory"].contains($0.name) } }
  /// The container's ports: the server's own, and others by name.
  var port: Port?
  var morePorts: [(name: String, port: Port)]
  var startup: Probe?
  var readiness: Probe?
  var liveness: Probe?
  /// Seconds to finish after the stop signal.
  var grace: Int
  /// Whether an init process reaps orphaned processes.
  var hasInit: Bool
  /// Whether it needs a GPU, and whether one is NVIDIA's.
  var hasGPU: Bool
  var hasNVIDIA: Bool
}

/// A port of a Service.
struct ClusterPort: Sendable {
  let name: String
  let port: Port
  /// The name of the container's port.
  let target: String
}

/// A server or companion in a cluster: a Deployment or a LeaderWorkerSet, and a Service.
struct ClusterServer: Sendable {
  /// How a change replaces pods.
  enum Rollout: Sendable {
    /// All end before new ones start: two at the same time would need two GPUs, or one volume.
    case recreate
    /// One after the other, each ending before its successor starts.
    case oneLess
    /// One after the other, each ending after its successor has started.
    case oneMore
  }

  /// The pods of a group besides its first.
  struct Workers: Sendable {
    /// The name of the LeaderWorkerSet.
    ///
    /// The set creates a Service with its own name, by which the pods find each other. The Service for
    /// clients has another (LeaderWorkerSet 0.10, pkg/utils/controller/controller_utils.go).
    let name: ClusterName
    /// The number of pods of a group, with the first.
    let size: Int
    let pod: ClusterPod
  }

  let name: ClusterName
  /// What it is: the runtime or the companion's kind.
  let program: LabelValue
  /// The version of its image, if it can be a label.
  let version: LabelValue?
  /// What it serves, as annotations of the Deployment, so that a change of them starts no new pod.
  var facts: [(key: QualifiedName, value: String)]
  /// The annotations of its pods that the user wrote.
  let annotations: [(key: QualifiedName, value: String)]
  let pod: ClusterPod
  let ports: [ClusterPort]
  /// How a change replaces its pods.
  let rollout: Rollout
  /// The number of pods, or of groups of pods.
  let replicas: Int
  /// The other nodes that it spans, or nil if it runs on one.
  let workers: Workers?
  /// Seconds for the image and the model.
  let startBudget: Int
}
