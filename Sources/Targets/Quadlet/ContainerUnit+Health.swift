import Deployments

extension ContainerUnit {
  /// The health checks, while the model loads and afterwards.
  var health: [Entry] {
    guard let health = container.health else { return [] }
    let command = UnitValue.single(health.probe.command.text)
    let timeout = UnitValue.single("\(health.timeout)s")
    let loading =
      container.lifecycle.activation == nil
      ? command : .single(Self.repeated(health.probe.command.text))
    // Failures are ignored until the first success, however long loading takes: without
    // HealthStartupRetries, Podman does not act on them (libpod/healthcheck.go).
    let entries = [
      Entry("HealthStartupCmd", loading),
      Entry("HealthStartupInterval", .single("\(health.loadingInterval)s")),
      Entry("HealthStartupTimeout", timeout), Entry("HealthCmd", command),
      Entry("HealthInterval", .single("\(health.interval)s")), Entry("HealthTimeout", timeout),
      Entry("HealthRetries", .single(String(health.retries))),
    ]
    // systemd restarts the server. Podman's own 'restart' would end the unit.
    return health.consequence == .restart
      ? entries + [Entry("HealthOnFailure", .single("kill"))] : entries
  }

  /// Returns a command that tries a check for up to a second, in a subshell because it may end with
  /// `exit`.
  ///
  /// The first client waits for the server, and Podman's timer, which repeats the check, may be a second
  /// late (AccuracySec; Podman 5.4.2, libpod/healthcheck_linux.go).
  private static func repeated(_ check: String) -> String {
    "for i in 1 2 3 4 5 6 7 8 9 10; do (\(check)) && exit 0; sleep 0.1; done; exit 1"
  }
}
