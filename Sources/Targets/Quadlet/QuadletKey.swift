/// A key in a section of a quadlet file, as Podman's generator reads it.
struct QuadletKey: Sendable {
  /// How a key's value is parsed (Podman 5.4.2 and its development branch of May 2026,
  /// pkg/systemd/quadlet/quadlet.go).
  enum Reading: Sendable {
    /// The entire line. If the key is repeated, the last line is used.
    case single
    /// The entire line. If the key is repeated, all lines are used.
    case lines
    /// Words without quotes or escapes.
    case words
    /// Words with quotes and escapes.
    case escapedWords
    case flag

    /// Whether all lines of a repeated key are used.
    var takesSeveral: Bool { self != .single && self != .flag }
  }

  /// The Podman version that introduced the key.
  let since: PodmanVersion
  /// How the key's value is parsed.
  let reading: Reading

  /// The keys of `[Container]`, by name.
  static let container: [String: QuadletKey] = {
    var keys: [String: QuadletKey] = [:]
    for (since, reading, names) in table {
      for name in names.split(separator: " ") {
        keys[String(name)] = QuadletKey(since: since, reading: reading)
      }
    }
    return keys
  }()

  /// The keys that amm writes in other sections of a quadlet file.
  static let others: [String: QuadletKey] = [
    "Label": QuadletKey(since: .oldest, reading: .escapedWords),
    "NetworkName": QuadletKey(since: PodmanVersion(4, 7), reading: .single),
    "VolumeName": QuadletKey(since: PodmanVersion(4, 7), reading: .single),
    "DefaultDependencies": QuadletKey(since: PodmanVersion(5, 3), reading: .flag),
  ]

  /// The keys that each version introduced, from its source code and tested with its generator.
  ///
  /// Those of 6.1 and 6.2 come from the release notes.
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
