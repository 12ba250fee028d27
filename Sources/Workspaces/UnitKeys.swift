import Deployments
import Diagnostics
import Schema
import Targets
import Text
import YAML

/// The keys that `quadlet:` may add to a unit.
///
/// The keys of `[Container]` are those of Podman's generator. The keys of the other sections are
/// those of systemd.unit(5), systemd.resource-control(5) and systemd.exec(5) that do not start a
/// program or write a file, because an untrusted workspace must not be able to do that.
enum UnitKeys {
  /// Returns the keys that are allowed in a section, sorted by name.
  static func names(_ section: UnitAdditions.Section) -> [String] {
    switch section {
    case .container: UnitAdditions.containerKeys.filter { owned[$0] == nil }
    case .unit: unit
    case .service: service
    }
  }

  /// Returns whether all lines of a repeated key are used.
  static func takesSeveral(_ key: String, in section: UnitAdditions.Section) -> Bool {
    switch section {
    case .container: UnitAdditions.takesSeveral(key)
    case .unit: !key.hasPrefix("JobTimeout")
    case .service: false
    }
  }

  /// Returns whether a key can give the server access to the host, or start and stop other units.
  static func opens(_ key: String, in section: UnitAdditions.Section) -> Bool {
    switch section {
    case .container: opening.contains(key)
    case .unit: reaching.contains(key)
    case .service: false
    }
  }

  /// Returns why a key is not allowed, or nil if it is allowed.
  static func refusal(of key: String, in section: UnitAdditions.Section) -> Refusal? {
    if names(section).contains(key) { return nil }
    let taken = section == .container ? owned[key] : ownedByService[key]
    if let taken { return Refusal("has '\(key)', which cannot be set here", help: taken) }
    if section == .service, key.hasPrefix("Exec") || key.hasPrefix("Standard") {
      return Refusal(
        "has '\(key)', which would run a program or write a file on this machine",
        help: dropIn(for: section))
    }
    let nearest = Suggestion.nearest(to: key, among: names(section))
    return Refusal(
      "has the unknown key '\(key.abbreviated)' in [\(section.rawValue)]",
      help: nearest.map { "did you mean '\($0)'?" } ?? dropIn(for: section))
  }

  /// Returns help that names a file for keys that amm does not write.
  ///
  /// Podman 5.0 and later read drop-ins of `.container` files.
  private static func dropIn(for section: UnitAdditions.Section) -> String {
    let file =
      section == .container
      ? "NAME.container.d/own.conf next to the unit"
      : "~/.config/systemd/user/NAME.service.d/own.conf"
    return "write it to a drop-in file instead, such as \(file)"
  }

  /// Returns why a value is not valid, or nil if it is valid.
  static func problem(
    with text: String, of key: String, in section: UnitAdditions.Section
  ) -> Refusal? {
    if section == .unit { return problem(withUnits: text, of: key) }
    if section == .service, key == "Nice", Int(text).map((-20...19).contains) != true {
      return Refusal("has '\(text.abbreviated)' for 'Nice', which must be a number from -20 to 19")
    }
    guard section == .container else { return nil }
    switch UnitAdditions.form(of: key) {
    case .flag where text != "true" && text != "false":
      return Refusal("has '\(text.abbreviated)' for '\(key)', which must be 'true' or 'false'")
    case .word where text.contains(where: { " \t\"'\\".contains($0) }):
      return Refusal(
        "has '\(text.abbreviated)' for '\(key)', which cannot contain spaces, quotes or backslashes"
      )
    default: break
    }
    switch key {
    case "Network" where ResourceName(text) == nil || modes.contains(text):
      return Refusal(
        "has '\(text.abbreviated)' for 'Network', which must be a network's name",
        help: "write the name of an existing network ('podman network ls')")
    case "Mount": return UnitMount(text).problem
    case "Tmpfs" where ContainerPath(String(text.prefix { $0 != ":" })) == nil:
      return Refusal(
        "has '\(text.abbreviated)' for 'Tmpfs', which must begin with a path",
        help: "write '/scratch' or '/scratch:size=1g'")
    case "PidsLimit" where Int(text).map({ $0 >= -1 }) != true:
      return Refusal(
        "has '\(text.abbreviated)' for 'PidsLimit', which must be a number of processes",
        help: "write a number such as 4096, or -1 for no limit")
    case "IP" where BindAddress(text) == nil || text.contains(":"),
      "IP6" where BindAddress(text) == nil || !text.contains(":"):
      return Refusal(
        "has '\(text.abbreviated)' for '\(key)', which must be an \(key == "IP" ? "IPv4" : "IPv6") address"
      )
    case "Pull" where !pulls.contains(text):
      return Refusal(
        "has the unknown value '\(text.abbreviated)' for 'Pull'",
        help: "write \(Phrase.oneOf(pulls))")
    case "PodmanArgs" where typedArgument(text) != nil:
      return Refusal(
        "has '\(text.abbreviated)' for 'PodmanArgs', which amm cannot check",
        help: typedArgument(text)?.help)
    case "PodmanArgs" where text.contains(where: \.isWhitespace),
      "GlobalArgs" where text.contains(where: \.isWhitespace):
      return Refusal(
        "has several words in one value of '\(key)', which would be passed as one argument",
        help: "write a list with one word each, such as '[--cpus=4, --tz=local]'")
    default: return nil
    }
  }

  /// Returns a refusal if a value names a quadlet file.
  ///
  /// Podman's generator drops a unit that names a quadlet file that does not exist.
  private static func problem(withUnits text: String, of key: String) -> Refusal? {
    let words = text.split { $0.isWhitespace || $0 == "\"" || $0 == "'" }
    let kinds = [".build", ".container", ".image", ".kube", ".network", ".pod", ".volume"]
    guard key != "Documentation", !key.hasPrefix("Assert"), !key.hasPrefix("Condition"),
      !key.hasSuffix("MountsFor"),
      let word = words.first(where: { word in kinds.contains { word.hasSuffix($0) } })
    else { return nil }
    return Refusal(
      "names '\(String(word).abbreviated)', which is a quadlet file and not a unit",
      help: "write the unit that Podman generates from it, such as 'main.service'")
  }

  private static let pulls = ["always", "missing", "never", "newer"]

  /// Returns the key to use instead of a Podman argument, so that ports, networks and mounts are
  /// checked.
  private static func typedArgument(_ text: String) -> (words: [String], help: String)? {
    typedArguments.first { $0.words.contains(where: text.hasPrefix) }
  }

  private static let typedArguments: [(words: [String], help: String)] = [
    (["--publish", "-p", "-P"], "write 'extra_ports: [HOST:CONTAINER]'"),
    (
      ["--network", "--net="], "write 'Network' under 'Container'; servers cannot join 'host'"
    ),
    (
      ["--volume", "-v", "--mount", "--tmpfs"],
      "write 'volumes', or 'Mount' or 'Tmpfs' under 'Container'"
    ),
  ]

  private static let modes = [
    "bridge", "host", "none", "private", "pasta", "slirp4netns", "container", "ns",
  ]

  /// The keys that amm sets itself, with the text of the help.
  private static let owned: [String: String] = [
    "AddDevice": "write 'gpus'", "AutoUpdate": "write 'auto_update'",
    "ContainerName": "the container has the instance's name",
    "DropCapability": "amm drops all capabilities",
    "Entrypoint": "write 'entrypoint'", "Environment": "write 'environment'",
    "EnvironmentFile": "write 'secrets: {NAME: {environment_file: PATH}}'",
    "Exec": "write 'arguments' in the profile",
    "ExposeHostPort": "write 'extra_ports'", "Group": "write 'user: USER:GROUP'",
    "GroupAdd": "write 'keep_groups: true'", "HealthCmd": "the runtime defines the health check",
    "HealthInterval": "the runtime defines the health check",
    "HealthOnFailure": "write 'on_unhealthy: restart'",
    "HealthRetries": "the runtime defines the health check",
    "HealthStartPeriod": "write 'start_timeout'", "HealthStartupCmd": "write 'start_timeout'",
    "HealthStartupInterval": "write 'start_timeout'",
    "HealthStartupRetries": "write 'start_timeout'",
    "HealthStartupSuccess": "write 'start_timeout'",
    "HealthStartupTimeout": "write 'start_timeout'",
    "HealthTimeout": "the runtime defines the health check",
    "Image": "write 'container.image' in the profile",
    "Label": "write 'labels'", "LogDriver": "write 'log_driver'", "Memory": "write 'limits.ram'",
    "NoNewPrivileges": "amm always sets it",
    "Notify": "amm checks the server's health instead",
    "Pod": "every container publishes its own port", "PublishPort": "write 'extra_ports'",
    "ReadOnly": "write 'read_only: true'",
    "ReloadCmd": "'amm switch' and 'systemctl restart' restart a server",
    "ReloadSignal": "'amm switch' and 'systemctl restart' restart a server",
    "Rootfs": "every server runs from an image", "RunInit": "write 'init'",
    "Secret": "write 'secrets: {NAME: SECRET}'",
    "SecurityLabelDisable": "write 'selinux: off'",
    "ServiceName": "the service has the instance's name", "ShmSize": "write 'shm_size'",
    "StartWithPod": "every container publishes its own port",
    "StopTimeout": "the runtime defines the stop timeout", "Ulimit": "write 'ulimits'",
    "User": "write 'user'", "Volume": "write 'volumes'",
  ]

  private static let ownedByService: [String: String] = [
    "Restart": "amm always restarts a server; 'start_timeout' limits how long a start may take",
    "RestartSec": "amm sets the delay", "Description": "write 'description'",
    "StartLimitBurst": "amm limits how often a server is started",
    "StartLimitIntervalSec": "amm limits how often a server is started",
    "TimeoutStartSec": "write 'start_timeout'",
    "TimeoutStopSec": "the runtime defines the stop timeout",
    "Type": "Podman's generator sets it",
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
