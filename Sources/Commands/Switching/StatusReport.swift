import Deployments
import Diagnostics
import Host
import Profiles
import Rendering
import Schema
import Values
import Workspaces

/// How a workspace's instances are, at one moment.
struct StatusReport {
  struct Line {
    let instance: Deployment.Instance
    let service: Services.State?
    /// Whether the health endpoint answers.
    let isHealthy: Bool
    /// What runs under the instance's name; nil when nothing does, or nobody could be asked.
    let container: RunningContainer?

    var health: String {
      switch (isHealthy, service?.active) {
      case (true, "inactive"), (true, "failed"): "another program answers"
      case (true, _): "healthy"
      case (false, "active"), (false, "activating"): "not ready"
      case (false, _): "down"
      }
    }

    /// Bytes, as systemd counts them for the whole unit, else those of the container's first process.
    var memory: Int? { service?.memory ?? container?.memory }

    /// `tgi-primary: the model, its unit, since when it runs, its memory`.
    var details: String {
      var parts = ["model \(instance.model)"]
      if let service {
        let isSince = service.active == "active" && !service.since.isEmpty
        parts.append(service.name + (isSince ? " since \(service.since)" : ""))
        if service.restarts > 0 { parts.append("restarted \(service.restarts) times") }
      }
      if let memory { parts.append("\(max(0, memory) >> 20) MiB of memory") }
      return "\(instance.name.text): \(parts.joined(separator: ", "))"
    }

    var running: String? { container.map { $0.isAsWritten ? "as written" : "another" } }
  }

  let lines: [Line]
  /// Files of generated/ that are not what would be written.
  let stale: [OutputChanges.Change]
  /// Those of them that somebody changed since amm wrote them.
  let edited: Set<String>
  /// Installed quadlet files that are not what would be written; nothing where none are installed.
  let outdated: [OutputChanges.Change]
  /// What could not be seen, and why.
  let unseen: [String]
  /// A line for each GPU.
  let gpus: [String]
  /// What Ollama's servers have, a line each, by instance.
  let models: [(instance: String, lines: [String])]

  init(_ workspace: Workspace, in folder: WorkspaceFolder) throws(HostError) {
    let plan = workspace.plan()
    let generated = folder.file("generated")
    stale = try OutputChanges(of: plan.render(), in: generated).changed
    edited = Set(try FolderWriter.edited(in: generated))
    outdated =
      try Files.kind(of: Applier.unitFolder) == .folder
      ? OutputChanges(of: plan.unitFiles, in: Applier.unitFolder).changed : []
    var unseen: [String] = []
    // Says 'degraded' and fails where a unit failed; says nothing where nobody answers.
    let manager = try? Subprocess.capture(["systemctl", "--user", "is-system-running"])
    let hasSystemd = manager.map { !$0.output.isEmpty && !$0.output.hasPrefix("offline") } ?? false
    if !hasSystemd { unseen.append("units: systemd does not answer for this user") }
    let hasPodman = Subprocess.find("podman") != nil
    if !hasPodman { unseen.append("containers: there is no podman") }
    gpus = GPUMemory.lines
    if gpus.isEmpty, plan.instances.contains(where: { !$0.server.devices.isEmpty }) {
      unseen.append("GPU memory: no driver tells it")
    }
    self.unseen = unseen
    lines = plan.instances.map { instance in
      let name = instance.name.text
      let status = instance.server.port.flatMap { port in
        HTTP.status(
          address: port.address.isWildcard ? "127.0.0.1" : port.address.text,
          port: port.host.number, path: workspace.healthPath(of: name) ?? "/")
      }
      return Line(
        instance: instance, service: hasSystemd ? Services.state(of: name) : nil,
        isHealthy: status.map { (200..<300).contains($0) } ?? false,
        container: hasPodman ? RunningContainer(of: instance) : nil)
    }
    models = lines.filter { $0.instance.runtime == Ollama.name && $0.container != nil }
      .compactMap { line in
        let list = ["podman", "exec", line.instance.name.text, "ollama", "list"]
        guard let result = try? Subprocess.capture(list), result.isSuccess else { return nil }
        return (line.instance.name.text, result.output.split(separator: "\n").map(String.init))
      }
  }

  var value: Value {
    .set([
      "instances": .list(
        lines.map { line in
          .set([
            "name": .text(line.instance.name.text), "profile": .text(line.instance.profile),
            "runtime": .text(line.instance.runtime), "model": .text(line.instance.model),
            "port": line.instance.server.port.map { .integer($0.host.number) },
            "endpoint": line.instance.endpoint.map(Value.text),
            "unit": line.service.map { .text($0.name) },
            "state": line.service.map { .text($0.active) },
            "since": line.service.map { .text($0.since) },
            "memory": line.memory.map(Value.integer),
            "restarts": line.service.map { .integer($0.restarts) },
            "health": .text(line.health), "running": line.running.map(Value.text),
          ])
        }),
      "gpus": .texts(gpus),
      "ollama": .set(models.map { .init($0.instance, .texts($0.lines)) }),
      "stale": .texts(stale.map(\.path)), "edited": .texts(edited.sorted()),
      "outdated": .texts(outdated.map(\.path)), "unseen": .texts(unseen),
    ])
  }

  var text: String {
    let style = Style(for: .output)
    var table = Table()
    table.add("INSTANCE", "PROFILE", "RUNTIME", "STATE", "HEALTH", "ENDPOINT")
    for line in lines {
      let state = line.service?.active ?? (unseen.isEmpty ? "no unit" : "?")
      table.add(
        line.instance.name.text, line.instance.profile, line.instance.runtime, state, line.health,
        line.instance.endpoint ?? "")
    }
    let rows = table.lines { column, cell in
      switch (column, cell) {
      case (_, _) where cell.allSatisfy { $0.isUppercase }: style.faint(cell)
      case (0, _): style.bold(cell)
      case (3, "failed"), (4, "down"): style.error(cell)
      case (4, "another program answers"): style.warning(cell)
      case (3, "active"), (4, "healthy"): style.good(cell)
      default: cell
      }
    }
    var out = rows.map { $0 + "\n" }.joined()
    for line in lines { out += style.faint(line.details) + "\n" }
    for gpu in gpus { out += "GPU \(gpu)\n" }
    for (instance, lines) in models {
      out += lines.map { "\(instance): \($0)\n" }.joined()
    }
    out += drift(style)
    for reason in unseen { out += "not seen: \(reason)\n" }
    return out
  }

  /// Where what is written, installed and started differ from what the workspace says.
  private func drift(_ style: Style) -> String {
    var out = ""
    func tell(_ what: String, _ help: String?) {
      out += "\(style.warning("drift:")) \(what)\n"
      if let help { out += "  \(style.good("help:")) \(help)\n" }
    }
    for change in stale {
      let hand =
        edited.contains(change.path) && change.new != nil && change.old != nil
        ? ", edited by hand" : ""
      tell(
        "generated/\(change.path) \(change.explanation)\(hand)",
        change.path == stale.last?.path ? "run 'amm generate'" : nil)
    }
    for change in outdated {
      tell(
        "\(Applier.unitFolder)/\(change.path) \(change.explanation)",
        change.path == outdated.last?.path
          ? "'amm switch INSTANCE PROFILE' or 'home-manager switch' installs it" : nil)
    }
    for line in lines where line.running == "another" {
      let name = line.instance.name.text
      tell(
        "\(name) runs another profile than \(line.instance.profile)",
        outdated.isEmpty ? "'amm restart \(name)' starts it anew" : nil)
    }
    return out
  }
}
