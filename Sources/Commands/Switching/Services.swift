import Host

/// The user's services, as systemd tells.
enum Services {
  /// What systemd knows of a service.
  struct State {
    let name: String
    /// Systemd's word for it, such as `active`, `activating`, `failed` or `inactive`.
    let active: String
    /// Since when, in systemd's words; empty when it never ran.
    let since: String
    let restarts: Int
    /// Bytes that its processes hold; nil where systemd does not count.
    let memory: Int?
  }

  /// The service that runs an instance: home-manager gives its own a prefix.
  ///
  /// - Returns: Nil where systemd knows neither, or there is no systemd.
  static func state(of instance: String) -> State? {
    for name in ["podman-\(instance).service", "\(instance).service"] {
      let words = [
        "systemctl", "--user", "show", "-p",
        "LoadState,ActiveState,ActiveEnterTimestamp,NRestarts,MemoryCurrent",
        name,
      ]
      guard let result = try? Subprocess.capture(words), result.isSuccess else { return nil }
      var properties: [String: String] = [:]
      for line in result.output.split(separator: "\n") {
        guard let equals = line.firstIndex(of: "=") else { continue }
        properties[String(line[..<equals])] = String(line[line.index(after: equals)...])
      }
      guard properties["LoadState"] == "loaded" else { continue }
      return State(
        name: name, active: properties["ActiveState"] ?? "unknown",
        since: properties["ActiveEnterTimestamp"] ?? "",
        restarts: Int(properties["NRestarts"] ?? "") ?? 0,
        memory: Int(properties["MemoryCurrent"] ?? ""))
    }
    return nil
  }

  /// The last lines of a service's journal.
  static func journal(of service: String, lines: Int = 15) -> String {
    let words = [
      "journalctl", "--user", "-u", service, "-n", String(lines), "--no-pager", "-o", "cat",
    ]
    return (try? Subprocess.capture(words))?.output ?? ""
  }
}
