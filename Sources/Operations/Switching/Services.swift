import Host
import Targets

/// The services of the user or of the system, as systemd reports them.
package struct Services {
  /// The machine whose manager is queried.
  package let machine: Machine

  /// The command that queries and controls services.
  package var systemctl: [String] { ["systemctl"] + scope }
  /// The command that reads their journal.
  package var journalctl: [String] { ["journalctl"] + scope }

  private var scope: [String] { machine.scope == .user ? ["--user"] : [] }

  /// The state of a service in systemd.
  package struct State {
    package let name: String
    /// Its `ActiveState`, such as `active`, `activating`, `failed` or `inactive`.
    package let active: String
    /// Its `SubState`, such as `running` or `auto-restart`.
    package let detail: String
    /// Its last start, as systemd formats it; empty if it never ran.
    package let since: String
    /// The number of automatic restarts (`NRestarts`).
    package let restarts: Int
    /// The last exit status of its program; nil if it runs, or never ran.
    package let exitStatus: Int?
    /// The bytes that its processes use; nil if systemd does not count them.
    package let memory: Int?
    /// Whether systemd is about to start, stop or restart it.
    let hasJob: Bool
    /// An ID that differs for each start; empty if it never ran.
    package let invocation: String
    /// The file from which a generator created the unit; empty if no generator created it.
    package let source: String
    /// The unit's own file.
    let fragment: String
  }

  /// Whether the manager answers.
  ///
  /// It prints 'degraded' and fails if a unit failed, and prints nothing if it does not run.
  package var answers: Bool {
    let result = machine.capture(systemctl + ["is-system-running"])
    return result.map { !$0.output.isEmpty && !$0.output.hasPrefix("offline") } ?? false
  }

  /// What to do if systemd does not answer.
  package var remedy: String {
    machine.scope == .user
      ? "log in as this user, not with 'su' or 'sudo'; 'amm doctor' checks the rest"
      : "the system was not started by systemd; 'amm doctor' checks the rest"
  }

  /// The sentence that says that systemd does not answer.
  package var silence: String {
    "systemd does not answer" + (machine.scope == .user ? " for this user" : "")
  }

  /// Whether the machine is online for systemd; units of Podman 5.3 and later wait for it.
  ///
  /// On a machine where nothing starts this target, they wait until their time limit of 90 seconds
  /// (Podman 5.4.2, contrib/systemd/user/podman-user-wait-network-online.service).
  var isOnline: Bool {
    machine.capture(["systemctl", "is-active", "network-online.target"])?.isSuccess ?? true
  }

  /// Whether units wait for the machine's network at this moment.
  var isWaitingForNetwork: Bool {
    state(named: "podman-user-wait-network-online.service")?.active == "activating"
  }

  /// Returns the service that runs an instance, with or without home-manager's prefix.
  ///
  /// - Returns: Nil if systemd has neither, or there is no systemd.
  package func state(of instance: String) -> State? {
    state(named: Self.homeManagerName(of: instance)) ?? state(named: "\(instance).service")
  }

  /// Returns the name of the service that home-manager creates for a container in
  /// `services.podman`.
  static func homeManagerName(of instance: String) -> String {
    "podman-\(instance).service"
  }

  /// Makes systemd forget that units failed, so that each can start again with all of its attempts.
  func forgetFailures(of units: [String]) {
    // A unit that systemd does not know must not hide the others.
    for unit in units { _ = machine.capture(systemctl + ["reset-failed", unit]) }
  }

  /// Runs systemctl for the user; what it prints is shown.
  ///
  /// - Throws: If it fails.
  func control(_ words: [String]) throws(HostError) {
    let all = systemctl + words
    let result = try machine.run(all)
    guard result.isSuccess else {
      throw HostError(
        "run", all.joined(separator: " "), reason: "it ended with exit status \(result.status)")
    }
  }

  /// Runs systemctl for a unit of the user.
  ///
  /// - Parameter isWaiting: Whether it waits until systemd has done so.
  /// - Throws: If it fails.
  func control(_ verb: String, _ unit: String, isWaiting: Bool = true) throws(HostError) {
    try control([verb] + (isWaiting ? [] : ["--no-block"]) + [unit])
  }

  /// Returns whether a service runs.
  func isActive(_ name: String) -> Bool {
    machine.capture(systemctl + ["is-active", name])?.isSuccess ?? false
  }

  /// Returns a service by its own name; nil if systemd does not have it, or there is no systemd.
  package func state(named name: String) -> State? {
    let words =
      systemctl + [
        "show", "-p",
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

  /// Returns the services that systemd stops when a service starts.
  func conflicts(of service: String) -> [String] {
    let words = systemctl + ["show", "-p", "Conflicts,ConflictedBy", service]
    return (machine.capture(words)?.output ?? "").split { $0.isWhitespace || $0 == "=" }
      .map(String.init).filter { $0.hasSuffix(".service") }
  }

  /// Returns the last lines of the journal of a failed service.
  ///
  /// The last lines of a program can reach the journal after systemd reports its end, so the
  /// journal is read until it no longer grows.
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

  /// Returns the journal of a service, up to its last 20,000 lines.
  ///
  /// - Parameter start: The earliest time, in seconds since 1970; nil for all lines.
  package func startOfJournal(of service: String, since start: Int? = nil) -> String {
    journal(of: service, since: start, lines: 20_000)
  }

  /// Returns the last lines of a service's journal.
  ///
  /// - Parameter start: The earliest time, in seconds since 1970; nil for all lines.
  package func journal(of service: String, since start: Int? = nil, lines: Int = 15) -> String {
    let words =
      journalctl + ["-u", service, "-n", String(lines), "--no-pager", "-o", "cat"]
      + (start.map { ["--since", "@\($0)"] } ?? [])
    return machine.capture(words)?.output ?? ""
  }
}

extension Machine {
  /// The user's services.
  package var services: Services { Services(machine: self) }
}
