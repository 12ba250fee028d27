/// A key of `[Container]`: how the generator reads its value, and what an import makes of it.
package struct QuadletKey: Sendable {
  /// How a value is read (Podman 5.4.2, pkg/systemd/quadlet/quadlet.go).
  enum Reading {
    /// One value; the last line is used.
    case single
    /// One value on each line.
    case lines
    /// Words without escapes, of all lines.
    case words
    /// Words with escapes, of all lines.
    case escapedWords
    /// `NAME=value` words, of all lines.
    case pairs
    /// The words of a command; the last line is used.
    case command
    case flag

    /// Whether an earlier line has an effect as well.
    var takesSeveral: Bool { ![.single, .command, .flag].contains(self) }
  }

  /// What becomes of a key.
  enum Use {
    /// It is read.
    case read
    /// It is kept as a key of the unit, under 'quadlet'.
    case kept
    /// amm does the same by itself, as the reason shows.
    case same(String)
    /// It is left out, for the reason.
    case dropped(String)
    /// It is left out, because it can give a server access to the host.
    case opening
  }

  let reading: Reading
  let use: Use
  /// The version of Podman that introduced the key, as major and minor number; nil before 5.0.
  let since: (major: Int, minor: Int)?

  /// Whether the instance has what the key says.
  var isKept: Bool {
    switch use {
    case .read, .kept: true
    case .same, .dropped, .opening: false
    }
  }

  /// The names of all keys of `[Container]`, sorted.
  package static var names: [String] { container.keys.sorted() }

  /// The keys of `[Container]`, by name.
  static let container: [String: QuadletKey] = {
    var keys: [String: QuadletKey] = [:]
    func add(
      _ reading: Reading, _ use: Use, _ names: String, since: (Int, Int)? = nil
    ) {
      for name in names.split(separator: " ") {
        keys[String(name)] = QuadletKey(reading: reading, use: use, since: since)
      }
    }
    add(
      .single, .read,
      "AutoUpdate ContainerName Group HealthOnFailure Image LogDriver Rootfs ShmSize User")
    add(.single, .read, "Entrypoint Pod", since: (5, 0))
    add(.single, .read, "Memory", since: (5, 5))
    add(.lines, .read, "Network PublishPort Ulimit Volume")
    add(.lines, .read, "GroupAdd", since: (5, 1))
    add(.words, .read, "AddDevice DropCapability")
    add(.escapedWords, .read, "EnvironmentFile Mount PodmanArgs Secret")
    add(.pairs, .read, "Environment Label")
    add(.command, .read, "Exec")
    add(.flag, .read, "NoNewPrivileges ReadOnly RunInit SecurityLabelDisable")
    addUnused(add)
    return keys
  }()

  private static func addUnused(
    _ add: (Reading, Use, String, (Int, Int)?) -> Void
  ) {
    add(.single, .kept, "HostName PidsLimit Pull Timezone WorkingDir", nil)
    add(.lines, .kept, "DNS DNSOption DNSSearch Tmpfs", nil)
    add(.escapedWords, .kept, "Mask", nil)
    add(.flag, .kept, "ReadOnlyTmpfs", nil)
    add(.single, .kept, "StopSignal", (5, 2))
    add(.lines, .kept, "NetworkAlias", (5, 2))
    add(.lines, .kept, "AddHost", (5, 3))
    add(.single, .kept, "Retry RetryDelay", (5, 5))
    add(.flag, .kept, "HttpProxy", (5, 7))
    add(.single, .kept, "ImageVolume", (6, 1))
    add(.single, .kept, "Umask", (6, 2))

    let check = Use.same("amm uses the check of the runtime")
    add(
      .single, check,
      "HealthCmd HealthInterval HealthRetries HealthStartPeriod HealthStartupCmd HealthTimeout", nil
    )
    add(
      .single, check,
      "HealthStartupInterval HealthStartupRetries HealthStartupSuccess HealthStartupTimeout", nil)
    add(.single, .same("amm waits for the check of the runtime"), "Notify", nil)
    add(.single, .same("the runtime determines it"), "StopTimeout", (5, 0))
    let log = Use.dropped("amm writes no log of the checks")
    add(.single, log, "HealthMaxLogCount HealthMaxLogSize", (5, 3))
    add(.single, .dropped("the address belongs to another network"), "IP IP6", nil)
    add(.lines, .dropped("write 'extra_ports' in the instance"), "ExposeHostPort", nil)
    add(.single, .dropped("the service has the instance's name"), "ServiceName", (5, 3))
    add(.flag, .dropped("servers run without a pod"), "StartWithPod", (5, 3))
    let reload = Use.dropped("'amm switch' restarts a server")
    add(.single, reload, "ReloadSignal", (5, 5))
    add(.command, reload, "ReloadCmd", (5, 5))
    let old = Use.dropped("Podman replaced it with 'UserNS'")
    add(.words, old, "RemapGid RemapUid", nil)
    add(.single, old, "RemapUidSize RemapUsers", nil)
    add(.flag, .dropped("Podman replaced it with 'ReadOnlyTmpfs'"), "VolatileTmp", nil)

    add(
      .single, .opening,
      "SeccompProfile SecurityLabelFileType SecurityLabelLevel SecurityLabelType SubGIDMap SubUIDMap UserNS",
      nil)
    add(.single, .opening, "CgroupsMode HealthLogDestination", (5, 3))
    add(.single, .opening, "AppArmor", (5, 8))
    add(.lines, .opening, "ContainersConfModule", nil)
    add(.words, .opening, "AddCapability GIDMap Sysctl UIDMap", nil)
    add(.words, .opening, "LogOpt", (5, 2))
    add(.escapedWords, .opening, "GlobalArgs Unmask", nil)
    add(.pairs, .opening, "Annotation", nil)
    add(.flag, .opening, "EnvironmentHost SecurityLabelNested", nil)
  }

  /// What to write for words that other tools have as keys, by the word in small letters.
  static let meant: [String: String] = [
    "args": "write 'Exec=' for arguments of the server, and 'PodmanArgs=' for those of Podman",
    "command": "write 'Exec='", "cmd": "write 'Exec='",
    "cpus": "write 'CPUQuota=400%' under '[Service]', or 'PodmanArgs=--cpus=4'",
    "device": "write 'AddDevice='", "devices": "write 'AddDevice='",
    "env": "write 'Environment='", "gpus": "write 'AddDevice=nvidia.com/gpu=all'",
    "ipc": "write 'PodmanArgs=--ipc=…'", "name": "write 'ContainerName='",
    "port": "write 'PublishPort='", "ports": "write 'PublishPort='",
    "securitylabel": "write 'SecurityLabelDisable=true'",
    "privileged": "write 'PodmanArgs=--privileged'", "publish": "write 'PublishPort='",
  ]

  /// The keys of `[Service]` that can be kept under 'quadlet'.
  static let keptInService = words(
    """
    AllowedCPUs AllowedMemoryNodes CPUAffinity CPUSchedulingPolicy CPUSchedulingPriority CPUWeight \
    IOSchedulingClass IOSchedulingPriority IOWeight LimitCORE LimitMEMLOCK LimitNOFILE LimitNPROC \
    LimitRTPRIO LimitSTACK ManagedOOMMemoryPressure ManagedOOMSwap MemoryHigh MemoryLow MemoryMin \
    MemorySwapMax NUMAMask NUMAPolicy Nice OOMPolicy OOMScoreAdjust RestartMaxDelaySec RestartSteps \
    RuntimeMaxSec Slice TasksMax
    """)

  static func words(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}
