/// A key of a quadlet file's section, as Podman's generator reads it.
struct QuadletKey: Sendable {
  /// How its value is read (Podman 5.4.2 and its development head of May 2026,
  /// pkg/systemd/quadlet/quadlet.go).
  enum Reading: Sendable {
    /// The whole line, the last one counts.
    case single
    /// The whole line, each one counts.
    case lines
    /// Words without quotes or escapes.
    case words
    /// Words with quotes and escapes.
    case escapedWords
    case flag

    /// Whether several lines count.
    var takesSeveral: Bool { self != .single && self != .flag }
  }

  /// The release of Podman that brought it.
  let since: PodmanVersion
  /// How its value is read.
  let reading: Reading

  /// Those of `[Container]`, by name.
  static let container: [String: QuadletKey] = {
    var keys: [String: QuadletKey] = [:]
    for (since, reading, names) in table {
      for name in names.split(separator: " ") {
        keys[String(name)] = QuadletKey(since: since, reading: reading)
      }
    }
    return keys
  }()

  /// Those that amm writes in other sections of a quadlet file.
  static let others: [String: QuadletKey] = [
    "Label": QuadletKey(since: .oldest, reading: .escapedWords),
    "NetworkName": QuadletKey(since: PodmanVersion(4, 7), reading: .single),
    "VolumeName": QuadletKey(since: PodmanVersion(4, 7), reading: .single),
    "DefaultDependencies": QuadletKey(since: PodmanVersion(5, 3), reading: .flag),
  ]

  /// The key tables of each release, read once and tried with each release's own generator; 6.1 and
  /// 6.2 by their release pages.
  private static let table: [(PodmanVersion, Reading, String)] = [
    (
      .oldest, .single,
      """
      AutoUpdate ContainerName Group HealthCmd HealthInterval HealthOnFailure HealthRetries \
      HealthStartPeriod HealthStartupCmd HealthStartupInterval HealthStartupRetries \
      HealthStartupSuccess HealthStartupTimeout HealthTimeout HostName IP IP6 Image LogDriver Notify \
      PidsLimit Pull Rootfs SeccompProfile SecurityLabelFileType SecurityLabelLevel SecurityLabelType \
      ShmSize SubGIDMap SubUIDMap Timezone User UserNS WorkingDir
      """
    ),
    (
      .oldest, .lines,
      "DNS DNSOption DNSSearch ContainersConfModule ExposeHostPort Network PublishPort Tmpfs Ulimit Volume"
    ),
    (.oldest, .words, "AddCapability AddDevice DropCapability GIDMap Sysctl UIDMap"),
    (
      .oldest, .escapedWords,
      "Annotation Environment EnvironmentFile Exec GlobalArgs Label Mask Mount PodmanArgs Secret Unmask"
    ),
    (
      .oldest, .flag,
      "EnvironmentHost NoNewPrivileges ReadOnly ReadOnlyTmpfs RunInit SecurityLabelDisable SecurityLabelNested"
    ),
    (PodmanVersion(5, 0), .single, "Entrypoint Pod StopTimeout"),
    (PodmanVersion(5, 1), .lines, "GroupAdd"),
    (PodmanVersion(5, 2), .single, "StopSignal"),
    (PodmanVersion(5, 2), .lines, "NetworkAlias"),
    (PodmanVersion(5, 2), .words, "LogOpt"),
    (
      PodmanVersion(5, 3), .single,
      "CgroupsMode HealthLogDestination HealthMaxLogCount HealthMaxLogSize ServiceName"
    ),
    (PodmanVersion(5, 3), .lines, "AddHost"),
    (PodmanVersion(5, 3), .flag, "StartWithPod"),
    (PodmanVersion(5, 5), .single, "Memory ReloadSignal Retry RetryDelay"),
    (PodmanVersion(5, 5), .escapedWords, "ReloadCmd"),
    (PodmanVersion(5, 7), .flag, "HttpProxy"),
    (PodmanVersion(5, 8), .single, "AppArmor"),
    (PodmanVersion(6, 1), .single, "ImageVolume"),
    (PodmanVersion(6, 2), .single, "Umask"),
  ]
}
