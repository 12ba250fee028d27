import ArgumentParser
import Deployments
import Diagnostics
import Host
import Profiles
import Rendering
import Schema
import Values
import Workspaces

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what every instance serves and how it is.",
    discussion: """
      Says what it could not see where there is no systemd or Podman. 'drift' tells when what \
      was generated, or what runs, is not what the workspace says.

      Examples:
        amm status
        amm status --json
        amm status --watch
      """,
    aliases: ["st"])

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Show it again every two seconds, until interrupted.")
  var watch = false

  @OptionGroup var workspace: WorkspaceOption

  func run() throws {
    try attempt {
      repeat {
        let loader = try WorkspaceLoader(workspace.folder)
        try requireWorkspace(loader)
        let outcome = try loader.load()
        guard let workspace = outcome.value else {
          Console.report(outcome.diagnostics)
          throw ExitStatus.invalid
        }
        let report = try StatusReport(workspace, in: self.workspace.folder)
        if watch { Terminal.write("\u{1B}[H\u{1B}[2J", to: .output) }
        Console.print(
          json ? JSON.text(report.value).dropLastNewline : report.text.dropLastNewline)
        if watch { Clock.sleep(seconds: 2) }
      } while watch
    }
  }
}

/// How a workspace's instances are, at one moment.
private struct StatusReport {
  struct Line {
    let instance: Deployment.Instance
    let service: Services.State?
    /// Whether the health endpoint answers; nil when nobody was asked.
    let isHealthy: Bool?
    /// The profile that the running container was started from; nil when it cannot be seen.
    let running: String?

    var health: String {
      switch isHealthy {
      case true: "healthy"
      case false: service?.active == "active" ? "not ready" : "down"
      case nil: "unknown"
      }
    }
  }

  let lines: [Line]
  /// Files of generated/ that are not what would be written.
  let stale: [OutputChanges.Change]
  /// What could not be seen, and why.
  let unseen: [String]
  /// Memory of NVIDIA GPUs, a line each; empty where nvidia-smi does not tell.
  let gpus: [String]
  /// What Ollama's servers have, a line each, by instance.
  let models: [(instance: String, lines: [String])]

  init(_ workspace: Workspace, in folder: WorkspaceFolder) throws(HostError) {
    let plan = workspace.plan()
    stale = try OutputChanges(of: plan.render(), in: folder.file("generated")).changed
    var unseen: [String] = []
    // Says 'degraded' and fails where a unit failed; says nothing where nobody answers.
    let manager = try? Subprocess.capture(["systemctl", "--user", "is-system-running"])
    let hasSystemd = manager.map { !$0.output.isEmpty && !$0.output.hasPrefix("offline") } ?? false
    if !hasSystemd { unseen.append("units: systemd does not answer for this user") }
    let hasPodman = Subprocess.find("podman") != nil
    if !hasPodman { unseen.append("containers: there is no podman") }
    self.unseen = unseen
    let query = [
      "nvidia-smi", "--query-gpu=index,name,memory.used,memory.total", "--format=csv,noheader",
    ]
    gpus =
      (try? Subprocess.capture(query)).map { $0.output.split(separator: "\n").map(String.init) }
      ?? []
    models = plan.instances.filter { $0.runtime == Ollama.name && hasPodman }.compactMap {
      instance in
      let list = ["podman", "exec", instance.name.text, "ollama", "list"]
      guard let result = try? Subprocess.capture(list), result.isSuccess else { return nil }
      return (instance.name.text, result.output.split(separator: "\n").map(String.init))
    }
    lines = plan.instances.map { instance in
      let active = workspace.instances.first { $0.name.value == instance.name }?.active?.profile
      let path = active.flatMap { $0.runtime.value.service(of: $0).health } ?? "/"
      let status = instance.server.port.flatMap { port in
        HTTP.status(
          address: port.address.isWildcard ? "127.0.0.1" : port.address.text,
          port: port.host.number, path: path)
      }
      return Line(
        instance: instance, service: hasSystemd ? Services.state(of: instance.name.text) : nil,
        isHealthy: status.map { (200..<300).contains($0) } ?? false,
        running: hasPodman ? Self.runningArguments(of: instance) : nil)
    }
  }

  /// Whether a container runs with the command line and model that the workspace says.
  private static func runningArguments(of instance: Deployment.Instance) -> String? {
    let words = [
      "podman", "inspect", "--format",
      "{{range .Config.Env}}{{println .}}{{end}}{{range .Config.Cmd}}{{println .}}{{end}}",
      instance.name.text,
    ]
    guard let result = try? Subprocess.capture(words), result.isSuccess else { return nil }
    let lines = Set(result.output.split(separator: "\n").map(String.init))
    let wanted =
      instance.server.environment.map { "\($0.name.text)=\($0.value)" }
      + instance.server.arguments.map(\.text)
    return wanted.filter { !$0.contains("\n") }.allSatisfy(lines.contains)
      ? "as written" : "another"
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
            "memory": line.service?.memory.map(Value.integer) ?? nil,
            "restarts": line.service.map { .integer($0.restarts) },
            "health": .text(line.health), "running": line.running.map(Value.text),
          ])
        }),
      "gpus": .texts(gpus),
      "ollama": .set(models.map { .init($0.instance, .texts($0.lines)) }),
      "stale": .texts(stale.map(\.path)), "unseen": .texts(unseen),
    ])
  }

  var text: String {
    let style = Style(for: .output)
    var table = Table()
    for line in lines {
      let state = line.service.map { "\($0.active)" } ?? (unseen.isEmpty ? "no unit" : "?")
      let drift = line.running == "another" ? "runs another profile" : ""
      table.add(
        line.instance.name.text, line.instance.profile, line.instance.runtime, state, line.health,
        line.instance.endpoint ?? "", drift)
    }
    var out = table.lines { column, cell in
      switch (column, cell.trimmingBlanks) {
      case (0, _): style.bold(cell)
      case (3, "failed"), (4, "down"): style.error(cell)
      case (3, "active"), (4, "healthy"): style.good(cell)
      case (6, _): style.warning(cell)
      default: cell
      }
    }.map { $0 + "\n" }.joined()
    for line in lines {
      guard let service = line.service, service.active == "active" else { continue }
      let memory = service.memory.map { ", " + ByteCount(bytes: max(0, $0)).text } ?? ""
      out += style.faint("\(service.name) since \(service.since)\(memory)") + "\n"
    }
    for gpu in gpus { out += "GPU \(gpu)\n" }
    for (instance, lines) in models {
      out += lines.map { "\(instance): \($0)\n" }.joined()
    }
    for change in stale {
      out += "\(style.warning("drift:")) generated/\(change.path) \(change.explanation)\n"
    }
    if !stale.isEmpty { out += "  \(style.good("help:")) run 'amm generate'\n" }
    for reason in unseen { out += "not seen: \(reason)\n" }
    return out
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
