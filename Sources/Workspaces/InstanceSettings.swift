package import Deployments
package import Profiles
package import Schema
package import Targets
import Values
import YAML

/// The settings of an instance, which can also be set for all instances under `defaults:`.
package struct InstanceSettings: Record {
  package var bind: Located<BindAddress>?
  package var start: Located<StartChoice>?
  /// The older form of `start`.
  package var autoStart: Located<Bool>?
  package var stopAfterIdle: Located<IdleTime>?
  package var exclusive: Located<ResourceName>?
  package var drain: Located<Int>?
  package var runtimes: Located<[Located<String>]>?
  package var gpus: Located<[Located<Accelerator>]>?
  package var cache: Located<CacheChoice>?
  /// The limits of the container.
  package var limits = LimitSettings()
  package var volumes: Located<[Located<VolumeChoice>]>?
  package var environment: Located<Environment>?
  package var podman: Located<PodmanVersion>?
  package var token: Located<SecretChoice>?
  package var startTimeout: Located<Int>?
  package var onUnhealthy: Located<HealthCheck.Consequence>?
  package var secrets: Located<[Pair<EnvironmentVariable.Name, SecretChoice>]>?
  package var apiKey: Located<SecretChoice>?
  package var selinux: Located<SELinuxChoice>?
  package var shmSize: Located<ByteCount>?
  package var ipc: Located<IPCChoice>?
  package var ulimits: Located<[Pair<ResourceLimit.Resource, AmountChoice>]>?
  package var hasInit: Located<Bool>?
  package var keepGroups: Located<Bool>?
  package var waitForNetwork: Located<Bool>?
  package var compileCache: Located<Bool>?
  package var entrypoint: Located<PlainText>?
  package var labels: Located<[Pair<ContainerLabel.Name, PlainText>]>?
  package var extraPorts: Located<[Located<PortChoice>]>?
  package var readOnly: Located<Bool>?
  package var user: Located<ContainerUser>?
  package var logDriver: Located<LogDriver>?
  package var autoUpdate: Located<ImageUpdate>?
  package var quadlet: Located<UnitAdditionsChoice>?

  package var target: Located<ResourceName>?

  package init() {}

  package static let fields = FieldTable<InstanceSettings, Never>([
    Field(
      "target", \.target, .resourceName("a target's name"), default: "all targets",
      "The target that runs the server."),
    Field(
      "bind", \.bind, .bindAddress, default: "127.0.0.1",
      "The address of this machine that the port is opened on; 0.0.0.0 means all addresses."),
    Field(
      "start", \.start,
      .choice(synonyms: [
        "always": "boot", "auto": "boot", "enabled": "boot", "never": "manual",
        "disabled": "manual", "ondemand": "on-demand", "on_demand": "on-demand",
        "socket": "on-demand",
      ]), default: "boot",
      "When the server starts: with the user's session, only by hand, or when a client connects."),
    Field(
      "auto_start", \.autoStart, .boolean, default: "true",
      "The older form of 'start': true means 'boot', false means 'manual'."),
    Field(
      "stop_after_idle", \.stopAfterIdle, .idleTime, default: "15m",
      "How long a server that starts on demand may have no open connection before it stops."),
    Field(
      "exclusive", \.exclusive, .resourceName("a group's name"),
      "A group of instances of which only one runs: starting one stops the others."),
    Field(
      "drain", \.drain, .integer(0...3600), unit: "seconds", default: "0",
      "How long a switch or 'amm start' waits for requests under way before it stops the server."),
    Field(
      "runtimes", \.runtimes,
      .list(of: .runtimeName, distinct: true),
      default: "any", "The runtimes whose profiles the instance accepts."),
    Field(
      "gpus", \.gpus, .devices, default: "[nvidia]",
      "GPUs: 'nvidia', 'nvidia.com/gpu=0', 'amd', 'amd=0', 'intel', 'vulkan' or any CDI name; a number of NVIDIA GPUs; [] for none."
    ),
    Field(
      "cache", \.cache, .cache, default: "shared if the runtime supports it, else own",
      "The storage for models: 'shared' with other instances, 'own', or a folder."),
    Field(
      section: "limits", \.limits, "The server's resource limits, which override the profile's."),
    Field(
      "volumes", \.volumes, .list(of: .volume),
      "Additional host folders or volumes for the server: 'SOURCE:TARGET[:ro]'."),
    Field(
      "environment", \.environment, .environment,
      "Additional variables, which override the profile's."),
    Field(
      "podman", \.podman, .podmanVersion, default: PodmanVersion.oldest.text,
      "The Podman version that the files are written for."),
    Field(
      "token", \.token, .secret,
      "The secret or file with the Hugging Face token, never the token itself."),
    Field(
      "start_timeout", \.startTimeout, .integer(10...86400), unit: "seconds", default: "1800",
      "The time limit for fetching the image, and then for loading the model."),
    Field(
      "on_unhealthy", \.onUnhealthy, .choice(), default: "nothing",
      "What happens to a server that loaded its model and no longer responds."),
    Field(
      "secrets", \.secrets, .map(from: .variableName, to: .secret),
      "Variables from Podman secrets or files: 'VARIABLE: SECRET'."),
    Field(
      "api_key", \.apiKey, .secret,
      "The secret or file with the API key for clients, never the key itself."),
    Field(
      "selinux", \.selinux, .choice(),
      default: "shared for the mounts of amm; off with GPUs",
      "How SELinux lets the server read its mounts: a shared or private label, or no confinement."),
    Field(
      "shm_size", \.shmSize, .byteCount, default: "the runtime's",
      "The shared memory of the server's processes."),
    Field(
      "ipc", \.ipc, .choice(), default: "private",
      "Whether the server's processes use the host's shared memory."),
    Field(
      "ulimits", \.ulimits, .map(from: .resource, to: .amount),
      "Kernel limits for each process: 'memlock: unlimited', 'nofile: 65536'."),
    Field(
      "init", \.hasInit, .boolean, default: "the runtime's",
      "Whether a small init process reaps orphaned processes; requires 'catatonit'."),
    Field(
      "keep_groups", \.keepGroups, .boolean, default: "true with AMD and Intel GPUs",
      "Whether the server is in your groups, for files that belong to one of them."),
    Field(
      "wait_for_network", \.waitForNetwork, .boolean, default: "true",
      "Whether the server waits until the machine is online, with Podman 5.3 and later."),
    Field(
      "compile_cache", \.compileCache, .boolean, default: "true",
      "Whether files that the server compiles at startup are kept for the next start."),
    Field(
      "entrypoint", \.entrypoint, .entrypoint, default: "the image's",
      "The program to start in the container instead of the image's own."),
    Field(
      "labels", \.labels, .map(from: .labelName, to: .plainText),
      "Container labels for programs that read them, such as proxies."),
    Field(
      "extra_ports", \.extraPorts, .list(of: .ports),
      "Additional ports of this machine: '9100:9100', on 'bind' if no address is given."),
    Field(
      "read_only", \.readOnly, .boolean, default: "false",
      "Whether only mounts and temporary folders are writable."),
    Field(
      "user", \.user, .user, default: "the image's",
      "The user that the server runs as in the container: '1000' or '1000:1000'."),
    Field(
      "log_driver", \.logDriver, .choice(), default: "Podman's",
      "The destination of the output; 'amm logs' requires 'journald'."),
    Field(
      "auto_update", \.autoUpdate, .choice(), default: "never",
      "When 'podman auto-update' replaces the image with a newer one of the same tag."),
    Field(
      "quadlet", \.quadlet, .unitAdditions,
      "Additional keys for the unit, by section: 'Container: {DNS: 1.1.1.1}'."),
  ])
}

/// Settings that are kept once, however many instances have them.
///
/// Settings take a kilobyte, and most instances set none of their own.
final class SharedSettings: Sendable {
  /// The settings.
  let value: InstanceSettings

  init(_ value: InstanceSettings) { self.value = value }

  /// The settings of an instance that has none of its own.
  static let none = SharedSettings(InstanceSettings())
}

/// The section `limits`.
package struct LimitSettings: Record {
  package var ram: Located<MemoryLimit>?
  package var cpuCores: Located<Int>?

  package init() {}

  package static let fields = FieldTable<LimitSettings, Never>([
    Field("ram", \.ram, .memoryLimit, "Main memory, or 'unlimited'."),
    Field("cpu_cores", \.cpuCores, .integer(1...4096), unit: "cores", "Processor cores."),
  ])
}
