import Host

/// The user's services, as systemd tells.
package struct Services {
  /// The machine whose user manager is asked.
  package let machine: Machine

  /// What systemd knows of a service.
  package struct State {
    package let name: String
    /// Systemd's word for it, such as `active`, `activating`, `failed` or `inactive`.
    package let active: String
    /// Systemd's finer word, such as `running` or `auto-restart`.
    package let detail: String
    /// Since when, in systemd's words; empty when it never ran.
    package let since: String
    /// How often systemd restarted it by itself (`NRestarts`).
    package let restarts: Int
    /// The status with which its program ended last; nil where it runs, or never did.
    package let exitStatus: Int?
    /// Bytes that its processes hold; nil where systemd does not count.
    package let memory: Int?
    /// Whether systemd is about to start, stop or restart it.
    let hasJob: Bool
    /// Another one for each start; empty where it never ran.
    package let invocation: String
    /// The file that a generator made the unit of; empty for one that no generator made.
    package let source: String
    /// The unit's own file.
    let fragment: String
  }

  /// The service that runs an instance: home-manager gives its own a prefix.
  ///
  /// - Returns: Nil where systemd knows neither, or there is no systemd.
  package func state(of instance: String) -> State? {
    state(named: Self.homeManagerName(of: instance)) ?? state(named: "\(instance).service")
  }

  /// The service that home-manager makes of a container of its `services.podman`.
  static func homeManagerName(of instance: String) -> String {
    "podman-\(instance).service"
  }

  /// Whether a service runs.
  func isActive(_ name: String) -> Bool {
    machine.capture(["systemctl", "--user", "is-active", name])?.isSuccess ?? false
  }

  /// A service by its own name; nil where systemd does not know it, or there is no systemd.
  package func state(named name: String) -> State? {
    let words = [
      "systemctl", "--user", "show", "-p",
      "LoadState,ActiveState,SubState,ActiveEnterTimestamp,NRestarts,MemoryCurrent,Job,"
        + "InvocationID,SourcePath,FragmentPath,ExecMainStatus,ExecMainExitTimestampMonotonic",
      name,
    ]
    guard let result = machine.capture(words), result.isSuccess else { return nil }
    var properties: [String: String] = [:]
    for line in result.output.split(separator: "\n") {
      guard let equals = line.firstIndex(of: "=") else { continue }
      properties[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    guard properties["LoadState"] == "loaded" else { return nil }
    return State(
      name: name, active: properties["ActiveState"] ?? "unknown",
      detail: properties["SubState"] ?? "", since: properties["ActiveEnterTimestamp"] ?? "",
      restarts: Int(properties["NRestarts"] ?? "") ?? 0,
      exitStatus: ["", "0"].contains(properties["ExecMainExitTimestampMonotonic"] ?? "")
        ? nil : Int(properties["ExecMainStatus"] ?? ""),
      memory: Int(properties["MemoryCurrent"] ?? ""),
      hasJob: !["", "0"].contains(properties["Job"] ?? ""),
      invocation: properties["InvocationID"] ?? "", source: properties["SourcePath"] ?? "",
      fragment: properties["FragmentPath"] ?? "")
  }

  /// The last lines of the journal of a service that failed.
  ///
  /// What a program said last reaches the journal after systemd knows that it ended, so it is read
  /// until it grows no more.
  func lastWords(of service: String, since start: Int) -> String {
    var words = journal(of: service, since: start)
    for _ in 0..<6 {
      machine.clock.sleep(0.5)
      let more = journal(of: service, since: start)
      if more == words { break }
      words = more
    }
    return words
  }

  /// What a service said since it was started last, as far back as its journal's last 20,000 lines go.
  ///
  /// - Parameter start: From when on, in seconds since 1970; nil for all there is.
  package func startOfJournal(of service: String, since start: Int? = nil) -> String {
    journal(of: service, since: start, lines: 20_000)
  }

  /// The last lines of a service's journal.
  ///
  /// - Parameter start: From when on, in seconds since 1970; nil for all there is.
  package func journal(of service: String, since start: Int? = nil, lines: Int = 15) -> String {
    let words =
      ["journalctl", "--user", "-u", service, "-n", String(lines), "--no-pager", "-o", "cat"]
      + (start.map { ["--since", "@\($0)"] } ?? [])
    return machine.capture(words)?.output ?? ""
  }
}

extension Machine {
  /// The user's services.
  package var services: Services { Services(machine: self) }
}
