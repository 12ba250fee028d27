package import Deployments
package import Profiles
package import Schema
package import Targets
import Values
import YAML

/// What can be set for all instances at once, under `defaults:`, or for each.
package struct InstanceSettings: Record {
  package var bind: Located<BindAddress>?
  package var autoStart: Located<Bool>?
  package var runtimes: Located<[Located<String>]>?
  package var gpus: Located<[Located<Accelerator>]>?
  package var cache: Located<CacheChoice>?
  /// The most that the container may use; nothing where nothing is written.
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

  package init() {}

  package static let fields = FieldTable<InstanceSettings, Never>([
    Field(
      "bind", \.bind, .bindAddress, default: "127.0.0.1",
      "The address of this machine that the port is opened on; 0.0.0.0 is every one."),
    Field(
      "auto_start", \.autoStart, .boolean, default: "true",
      "Whether the server is started with the user's session."),
    Field(
      "runtimes", \.runtimes,
      .list(of: .runtimeName, distinct: true),
      default: "any", "The runtimes whose profiles the instance may serve."),
    Field(
      "gpus", \.gpus, .list(of: .device, distinct: true), default: "[nvidia]",
      "GPUs: 'nvidia', 'nvidia.com/gpu=0', 'amd', 'amd=0', 'intel', 'vulkan' or any CDI name; [] for none."
    ),
    Field(
      "cache", \.cache, .cache, default: "shared where the runtime allows it, else own",
      "Where models are kept: 'shared' with other instances, 'own', or a folder."),
    Field(section: "limits", \.limits, "What the server may take, in place of the profile's."),
    Field(
      "volumes", \.volumes, .list(of: .volume),
      "More of the host for the server to see: 'SOURCE:TARGET[:ro]'."),
    Field(
      "environment", \.environment, .environment,
      "Extra variables; they win over the profile's."),
    Field(
      "podman", \.podman, .podmanVersion, default: PodmanVersion.oldest.text,
      "The Podman release that the files are written for."),
    Field(
      "token", \.token, .secret,
      "Where the Hugging Face token comes from; never the token itself."),
    Field(
      "start_timeout", \.startTimeout, .integer(10...86400), unit: "seconds", default: "1800",
      "How long fetching the image, and then loading the model, may take."),
    Field(
      "on_unhealthy", \.onUnhealthy, .choice(), default: "nothing",
      "What happens to a server that loaded its model and answers no more."),
    Field(
      "secrets", \.secrets, .map(from: .variableName, to: .secret),
      "Variables that the server gets from Podman secrets or files: 'VARIABLE: SECRET'."),
    Field(
      "api_key", \.apiKey, .secret,
      "Where the key is kept that clients must bring; never the key itself."),
    Field(
      "selinux", \.selinux, .choice(),
      default: "shared for what amm mounts; off with GPUs",
      "How SELinux lets the server read what is mounted: by a label, or by none."),
    Field(
      "shm_size", \.shmSize, .byteCount, default: "the runtime's",
      "Memory that the server's processes share."),
    Field(
      "ipc", \.ipc, .choice(), default: "private",
      "Whether its processes share memory with those of the machine."),
    Field(
      "ulimits", \.ulimits, .map(from: .resource, to: .amount),
      "Limits of the kernel for each process: 'memlock: unlimited', 'nofile: 65536'."),
    Field(
      "init", \.hasInit, .boolean, default: "the runtime's",
      "Whether a small first process reaps those whose parents ended; needs 'catatonit'."),
    Field(
      "keep_groups", \.keepGroups, .boolean, default: "true with GPUs of AMD and Intel",
      "Whether the server is in your own groups, for files that belong to one of them."),
    Field(
      "wait_for_network", \.waitForNetwork, .boolean, default: "true",
      "Whether it starts only once the machine is online, with Podman 5.3 and later."),
    Field(
      "compile_cache", \.compileCache, .boolean, default: "true",
      "Whether what a server compiles at its start is kept for the next start."),
    Field(
      "entrypoint", \.entrypoint, .entrypoint, default: "the image's",
      "The program that is started in the container, in place of the image's own."),
    Field(
      "labels", \.labels, .map(from: .labelName, to: .plainText),
      "Labels of the container, for programs such as proxies that read them."),
    Field(
      "extra_ports", \.extraPorts, .list(of: .ports),
      "More ports of this machine: '9100:9100', at 'bind' where no address is given."),
    Field(
      "read_only", \.readOnly, .boolean, default: "false",
      "Whether nothing but mounts and temporary folders can be written."),
    Field(
      "user", \.user, .user, default: "the image's",
      "Whom the server runs as in the container: '1000' or '1000:1000'."),
    Field(
      "log_driver", \.logDriver, .choice(), default: "Podman's",
      "Where its output goes; 'amm logs' needs 'journald'."),
    Field(
      "auto_update", \.autoUpdate, .choice(), default: "never",
      "When 'podman auto-update' replaces its image by a newer one of the same tag."),
    Field(
      "quadlet", \.quadlet, .unitAdditions,
      "More keys for its unit, by section: 'Container: {DNS: 1.1.1.1}'."),
  ])
}

/// `limits`.
package struct LimitSettings: Record {
  package var ram: Located<MemoryLimit>?
  package var cpuCores: Located<Int>?

  package init() {}

  package static let fields = FieldTable<LimitSettings, Never>([
    Field("ram", \.ram, .memoryLimit, "Main memory, or 'unlimited'."),
    Field("cpu_cores", \.cpuCores, .integer(1...4096), unit: "cores", "Processor cores."),
  ])
}
