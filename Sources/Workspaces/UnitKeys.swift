import Deployments
import Diagnostics
import Schema
import Targets
import Text
import YAML

/// Which keys `quadlet:` may add to a unit.
///
/// The keys of `[Container]` are those of Podman's generator; those of the other sections are the ones
/// of systemd.unit(5), systemd.resource-control(5) and systemd.exec(5) that neither start a program
/// nor write a file: a workspace from somebody else must not be able to.
enum UnitKeys {
  /// Those that can be written in a section, in order of their names.
  static func names(_ section: UnitAdditions.Section) -> [String] {
    switch section {
    case .container: UnitAdditions.containerKeys.filter { owned[$0] == nil }
    case .unit: unit
    case .service: service
    }
  }

  /// Whether each line of a key counts.
  static func takesSeveral(_ key: String, in section: UnitAdditions.Section) -> Bool {
    switch section {
    case .container: UnitAdditions.takesSeveral(key)
    case .unit: !key.hasPrefix("JobTimeout")
    case .service: false
    }
  }

  /// Whether a key can open to the server what belongs to the machine, or start and stop other units.
  static func opens(_ key: String, in section: UnitAdditions.Section) -> Bool {
    switch section {
    case .container: opening.contains(key)
    case .unit: reaching.contains(key)
    case .service: false
    }
  }

  /// Why a key cannot be written; nil where it can.
  static func refusal(of key: String, in section: UnitAdditions.Section) -> Refusal? {
    if names(section).contains(key) { return nil }
    let taken = section == .container ? owned[key] : ownedByService[key]
    if let taken { return Refusal("has '\(key)', which is not added here", help: taken) }
    if section == .service, key.hasPrefix("Exec") || key.hasPrefix("Standard") {
      return Refusal(
        "has '\(key)', with which a program would run or a file be written on this machine",
        help: "a drop-in beside the unit can say that: docs/guide/units.md")
    }
    let nearest = Suggestion.nearest(to: key, among: names(section))
    return Refusal(
      "has no key '\(key.abbreviated)' in [\(section.rawValue)]",
      help: nearest.map { "did you mean '\($0)'?" }
        ?? "a drop-in beside the unit can have it: docs/guide/units.md")
  }

  /// What is wrong with a value; nil where nothing is.
  static func problem(
    with text: String, of key: String, in section: UnitAdditions.Section
  ) -> Refusal? {
    if section == .unit { return problem(withUnits: text, of: key) }
    if section == .service, key == "Nice", Int(text).map((-20...19).contains) != true {
      return Refusal("has '\(text.abbreviated)' for 'Nice', which is a number from -20 to 19")
    }
    guard section == .container else { return nil }
    switch UnitAdditions.form(of: key) {
    case .flag where text != "true" && text != "false":
      return Refusal("has '\(text.abbreviated)' for '\(key)', which is 'true' or 'false'")
    case .word where text.contains(where: { " \t\"'\\".contains($0) }):
      return Refusal("has '\(text.abbreviated)' for '\(key)', which cannot be quoted")
    default: break
    }
    switch key {
    case "Network" where ResourceName(text) == nil || modes.contains(text):
      return Refusal(
        "has '\(text.abbreviated)' for 'Network', which names no network",
        help: "write the name of one that exists ('podman network ls')")
    case "Mount": return UnitMount(text).problem
    case "Tmpfs" where ContainerPath(String(text.prefix { $0 != ":" })) == nil:
      return Refusal(
        "has '\(text.abbreviated)' for 'Tmpfs', which begins with no path",
        help: "write '/scratch' or '/scratch:size=1g'")
    case "PidsLimit" where Int(text).map({ $0 >= -1 }) != true:
      return Refusal(
        "has '\(text.abbreviated)' for 'PidsLimit', which is a number of processes",
        help: "write one such as 4096, or -1 for no limit")
    case "IP" where BindAddress(text) == nil || text.contains(":"),
      "IP6" where BindAddress(text) == nil || !text.contains(":"):
      return Refusal("has '\(text.abbreviated)' for '\(key)', which is an address")
    case "Pull" where !pulls.contains(text):
      return Refusal(
        "has '\(text.abbreviated)' for 'Pull'", help: "write \(Phrase.oneOf(pulls))")
    case "PodmanArgs" where typedArgument(text) != nil:
      return Refusal(
        "has '\(text.abbreviated)' for 'PodmanArgs', which no check sees",
        help: typedArgument(text)?.help)
    case "PodmanArgs" where text.contains(where: \.isWhitespace),
      "GlobalArgs" where text.contains(where: \.isWhitespace):
      return Refusal(
        "has several words in one value of '\(key)', which would be one argument",
        help: "write a list with one word each, such as '[--cpus=4, --tz=local]'")
    default: return nil
    }
  }

  /// Podman's generator takes a unit away that names a file of its own kinds which is not there.
  private static func problem(withUnits text: String, of key: String) -> Refusal? {
    let words = text.split { $0.isWhitespace || $0 == "\"" || $0 == "'" }
    let kinds = [".build", ".container", ".image", ".kube", ".network", ".pod", ".volume"]
    guard key != "Documentation", !key.hasPrefix("Assert"), !key.hasPrefix("Condition"),
      !key.hasSuffix("MountsFor"),
      let word = words.first(where: { word in kinds.contains { word.hasSuffix($0) } })
    else { return nil }
    return Refusal(
      "names '\(String(word).abbreviated)', a file of Podman's and no unit",
      help: "write the unit that Podman makes of it, such as 'main.service'")
  }

  private static let pulls = ["always", "missing", "never", "newer"]

  /// The key that says the same as an argument of Podman's, so that ports, networks and mounts are seen.
  private static func typedArgument(_ text: String) -> (words: [String], help: String)? {
    typedArguments.first { $0.words.contains(where: text.hasPrefix) }
  }

  private static let typedArguments: [(words: [String], help: String)] = [
    (["--publish", "-p", "-P"], "write 'extra_ports: [HOST:CONTAINER]'"),
    (
      ["--network", "--net="], "write 'Network' under 'Container'; 'host' is none that servers join"
    ),
    (
      ["--volume", "-v", "--mount", "--tmpfs"],
      "write 'volumes', or 'Mount' or 'Tmpfs' under 'Container'"
    ),
  ]

  private static let modes = [
    "bridge", "host", "none", "private", "pasta", "slirp4netns", "container", "ns",
  ]

  /// What amm writes, and what says it.
  private static let owned: [String: String] = [
    "AddDevice": "GPUs are named under 'gpus'", "AutoUpdate": "write 'auto_update'",
    "ContainerName": "it is the instance's name", "DropCapability": "amm drops all of them",
    "Entrypoint": "write 'entrypoint'", "Environment": "write 'environment'",
    "EnvironmentFile": "write 'secrets: {NAME: {environment_file: PATH}}'",
    "Exec": "write 'arguments' in the profile",
    "ExposeHostPort": "write 'extra_ports'", "Group": "write 'user: USER:GROUP'",
    "GroupAdd": "write 'keep_groups: true'", "HealthCmd": "the runtime says how it is asked",
    "HealthInterval": "the runtime says how it is asked",
    "HealthOnFailure": "write 'on_unhealthy: restart'",
    "HealthRetries": "the runtime says how it is asked",
    "HealthStartPeriod": "write 'start_timeout'", "HealthStartupCmd": "write 'start_timeout'",
    "HealthStartupInterval": "write 'start_timeout'",
    "HealthStartupRetries": "write 'start_timeout'",
    "HealthStartupSuccess": "write 'start_timeout'",
    "HealthStartupTimeout": "write 'start_timeout'",
    "HealthTimeout": "the runtime says how it is asked",
    "Image": "write 'container.image' in the profile",
    "Label": "write 'labels'", "LogDriver": "write 'log_driver'", "Memory": "write 'limits.ram'",
    "NoNewPrivileges": "amm lets no program gain rights",
    "Notify": "amm asks for the server's health",
    "Pod": "amm opens the port of the container itself", "PublishPort": "write 'extra_ports'",
    "ReadOnly": "write 'read_only: true'",
    "ReloadCmd": "'amm switch' and 'systemctl restart' start a server anew",
    "ReloadSignal": "'amm switch' and 'systemctl restart' start a server anew",
    "Rootfs": "amm runs images", "RunInit": "write 'init'",
    "Secret": "write 'secrets: {NAME: SECRET}'",
    "SecurityLabelDisable": "write 'selinux: off'",
    "ServiceName": "the service is called after the instance", "ShmSize": "write 'shm_size'",
    "StartWithPod": "amm opens the port of the container itself",
    "StopTimeout": "the runtime says how long stopping takes", "Ulimit": "write 'ulimits'",
    "User": "write 'user'", "Volume": "write 'volumes'",
  ]

  private static let ownedByService: [String: String] = [
    "Restart": "a server is always started again; 'start_timeout' says how long a start may take",
    "RestartSec": "amm says how long to wait", "Description": "write 'description'",
    "StartLimitBurst": "amm says how often a server is started",
    "StartLimitIntervalSec": "amm says how often a server is started",
    "TimeoutStartSec": "write 'start_timeout'",
    "TimeoutStopSec": "the runtime says how long it takes",
    "Type": "Podman's generator says it",
  ]

  private static let opening: Set = [
    "AddCapability", "Annotation", "AppArmor", "CgroupsMode", "ContainersConfModule",
    "EnvironmentHost", "GIDMap", "GlobalArgs", "HealthLogDestination", "LogOpt", "Mount",
    "PodmanArgs", "SeccompProfile",
    "SecurityLabelFileType", "SecurityLabelLevel", "SecurityLabelNested", "SecurityLabelType",
    "SubGIDMap", "SubUIDMap", "Sysctl", "UIDMap", "Unmask", "UserNS",
  ]

  private static let reaching: Set = [
    "BindsTo", "Conflicts", "OnFailure", "OnSuccess", "PropagatesReloadTo", "PropagatesStopTo",
    "Requires", "Upholds", "Wants",
  ]

  private static let unit = words(
    """
    After AssertPathExists AssertPathIsMountPoint Before BindsTo ConditionACPower ConditionHost \
    ConditionMemory ConditionPathExists ConditionPathIsMountPoint Conflicts Documentation \
    JobTimeoutSec OnFailure OnSuccess PartOf PropagatesReloadTo PropagatesStopTo Requires \
    RequiresMountsFor Requisite StopPropagatedFrom Upholds Wants WantsMountsFor
    """)

  private static let service = words(
    """
    AllowedCPUs AllowedMemoryNodes CPUAffinity CPUQuota CPUSchedulingPolicy CPUSchedulingPriority \
    CPUWeight Delegate IOSchedulingClass IOSchedulingPriority IOWeight LimitCORE LimitMEMLOCK \
    LimitNOFILE LimitNPROC LimitRTPRIO LimitSTACK ManagedOOMMemoryPressure ManagedOOMSwap \
    MemoryHigh MemoryLow MemoryMax MemoryMin MemorySwapMax NUMAMask NUMAPolicy Nice OOMPolicy \
    OOMScoreAdjust RestartMaxDelaySec RestartSteps RuntimeMaxSec Slice TasksMax
    """)

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }
}
