/// The options of `docker run` and `podman run`, from their own help (Docker 28.2, Podman 5.4).
extension RunLine {
  /// The options that have no value, or only one after `=`.
  static let flags: Set<String> = [
    "--detach", "--disable-content-trust", "--env-host", "--help", "--http-proxy", "--init",
    "--interactive", "--no-healthcheck", "--no-hostname", "--no-hosts", "--oom-kill-disable",
    "--passwd", "--privileged", "--publish-all", "--quiet", "--read-only", "--read-only-tmpfs",
    "--replace", "--rm", "--rmi", "--rootfs", "--sig-proxy", "--tls-verify", "--tty",
    "--unsetenv-all", "--use-api-socket", "-P", "-d", "-i", "-q", "-t",
  ]

  /// The options with a value, with hidden names that the engines accept.
  static let values: Set<String> = [
    "--add-host", "--annotation", "--arch", "--attach", "--authfile", "--blkio-weight",
    "--blkio-weight-device", "--cap-add", "--cap-drop", "--cgroup-conf", "--cgroup-parent",
    "--cgroupns", "--cgroups", "--chrootdirs", "--cidfile", "--conmon-pidfile", "--cpu-count",
    "--cpu-percent", "--cpu-period", "--cpu-quota", "--cpu-rt-period", "--cpu-rt-runtime",
    "--cpu-shares", "--cpus", "--cpuset-cpus", "--cpuset-mems", "--decryption-key",
    "--detach-keys", "--device", "--device-cgroup-rule", "--device-read-bps",
    "--device-read-iops", "--device-write-bps", "--device-write-iops", "--dns", "--dns-option",
    "--dns-search", "--domainname", "--entrypoint", "--env", "--env-file", "--env-merge",
    "--expose", "--gidmap", "--gpus", "--group-add", "--group-entry", "--health-cmd",
    "--health-interval", "--health-log-destination", "--health-max-log-count",
    "--health-max-log-size", "--health-on-failure", "--health-retries",
    "--health-start-interval", "--health-start-period", "--health-startup-cmd",
    "--health-startup-interval", "--health-startup-retries", "--health-startup-success",
    "--health-startup-timeout", "--health-timeout", "--hostname", "--hosts-file", "--hostuser",
    "--image-volume", "--init-path", "--io-maxbandwidth", "--io-maxiops", "--ip", "--ip6",
    "--ipc", "--isolation", "--kernel-memory", "--label", "--label-file", "--link",
    "--link-local-ip", "--log-driver", "--log-opt", "--mac-address", "--memory",
    "--memory-reservation", "--memory-swap", "--memory-swappiness", "--mount", "--name",
    "--network", "--network-alias", "--oom-score-adj", "--os", "--passwd-entry",
    "--personality", "--pid", "--pidfile", "--pids-limit", "--platform", "--pod",
    "--pod-id-file", "--preserve-fd", "--preserve-fds", "--publish", "--pull", "--rdt-class",
    "--requires", "--restart", "--retry", "--retry-delay", "--runtime", "--sdnotify",
    "--seccomp-policy", "--secret", "--security-opt", "--shm-size", "--shm-size-systemd",
    "--stop-signal", "--stop-timeout", "--storage-opt", "--subgidname", "--subuidname",
    "--sysctl", "--systemd", "--timeout", "--tmpfs", "--tz", "--uidmap", "--ulimit", "--umask",
    "--unsetenv", "--user", "--userns", "--uts", "--variant", "--volume", "--volume-driver",
    "--volumes-from", "--workdir", "-a", "-c", "-e", "-h", "-l", "-m", "-p", "-u", "-v", "-w",
    "--net", "--net-alias", "--dns-opt",
  ]

  /// Why an option is left out.
  static let reasons: [String: String] = {
    var all: [String: String] = [:]
    for (options, reason) in groups {
      for option in options.split(separator: " ") { all[String(option)] = reason }
    }
    return all
  }()

  private static let groups: [(options: String, reason: String)] = [
    ("--pids-limit", "the engine's own limit is kept"),
    (
      """
      --pod --pod-id-file --dns --dns-opt --dns-option --dns-search --ip --ip6 --link \
      --link-local-ip --mac-address --network-alias --net-alias
      """,
      "a server gets amm's network, 'network' in instances.yaml"
    ),
    ("--hostname -h --domainname", "the instance's name reaches it"),
    ("--restart", "amm restarts a server, and gives up after three failed starts"),
    ("--security-opt --device-cgroup-rule --seccomp-policy", "amm sets what the GPUs need"),
    ("--cap-add --cap-drop", "amm drops all capabilities"),
    ("--group-add --group-entry", "'keep_groups' is set for GPUs"),
    (
      """
      --pull --disable-content-trust --tls-verify --authfile --decryption-key --retry \
      --retry-delay
      """,
      "'amm lock' pins images"
    ),
    ("--platform --arch --os --variant", "the engine chooses the machine's own"),
    ("--privileged", "no server needs all rights of the machine"),
    (
      """
      --health-cmd --health-interval --health-retries --health-start-interval \
      --health-start-period --health-timeout --health-log-destination --health-max-log-count \
      --health-max-log-size --health-on-failure --health-startup-cmd --health-startup-interval \
      --health-startup-retries --health-startup-success --health-startup-timeout \
      --no-healthcheck
      """,
      "amm uses the server's own check"
    ),
    (
      """
      --userns --uidmap --gidmap --subuidname --subgidname --hostuser --passwd --passwd-entry
      """,
      "Podman maps users by itself"
    ),
    ("--log-opt", "the journal has the output"),
    ("--pid --uts --cgroupns", "servers need no other processes"),
    (
      """
      --add-host --hosts-file --no-hosts --no-hostname
      """,
      "servers call no other machines by names of their own"
    ),
    ("--sdnotify", "see 'start: on-demand'"),
    ("--stop-timeout --stop-signal", "the runtime determines it"),
    (
      """
      -w --workdir --volumes-from --volume-driver --image-volume --umask --tz
      """,
      "the image determines it"
    ),
    ("--tmpfs --read-only-tmpfs", "see 'read_only'"),
    (
      """
      --cgroups --cgroup-conf --cgroup-parent --systemd --init-path --isolation --storage-opt \
      --runtime --annotation --http-proxy
      """,
      "Podman determines it"
    ),
    (
      """
      --cidfile --conmon-pidfile --pidfile --timeout --requires
      """,
      "systemd follows the container"
    ),
    (
      """
      --oom-score-adj --oom-kill-disable --sysctl --memory-swappiness --personality --rdt-class
      """,
      "the kernel's default is kept"
    ),
    ("--memory-swap --memory-reservation --kernel-memory", "see 'limits: {ram: …}'"),
    (
      """
      -c --cpu-shares --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpu-count \
      --cpu-percent --cpuset-cpus --cpuset-mems
      """,
      "see 'limits: {cpu_cores: …}'"
    ),
    (
      """
      --blkio-weight --blkio-weight-device --device-read-bps --device-read-iops \
      --device-write-bps --device-write-iops --io-maxbandwidth --io-maxiops
      """,
      "amm does not limit reads and writes"
    ),
    ("--publish-all -P --expose", "amm publishes the ports that are named"),
    (
      """
      --env-host --env-merge --unsetenv --unsetenv-all
      """,
      "a server gets only the variables that are named"
    ),
    ("--label-file", "the labels of the instance are those that are named"),
  ]
}
