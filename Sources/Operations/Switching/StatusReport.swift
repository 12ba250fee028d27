package import Deployments
import Diagnostics
package import Host
import Profiles
import Schema
import Targets
package import Values
package import Workspaces

/// How a workspace's instances are, at one moment.
package struct StatusReport {
  /// What is known of one instance.
  package struct Line {
    /// The instance as it would be deployed.
    package let instance: Workload
    /// What systemd says of its unit; nil where it was not asked or has none.
    package let service: Services.State?
    /// Whether the health endpoint answers.
    let isHealthy: Bool
    /// Which model the server says that it serves; nil where it is not asked.
    package let model: ReportedModel?
    /// What runs under the instance's name; nil when nothing does, or nobody could be asked.
    package let container: RunningContainer?

    /// The word for its health, as the table and `--json` have it.
    package var health: String {
      switch (isHealthy, service?.active) {
      case (true, "inactive"), (true, "failed"): "another program answers"
      case (true, _) where model?.objection != nil:
        makesModel
          ? "no model yet"
          : model?.isStranger == true ? "another program answers" : "another model answers"
      case (true, _): "healthy"
      case (false, "active"), (false, "activating"): "not ready"
      case (false, _): "down"
      }
    }

    /// Whether the model is made once the server runs, so that it has others until then.
    private var makesModel: Bool { !instance.preparation.isEmpty && service?.active == "active" }

    /// Bytes, as systemd counts them for the whole unit, else those of the container's first process.
    package var memory: Int? { service?.memory ?? container?.memory }

    /// `tgi-primary: the model, its unit, since when it runs, its memory`.
    package var details: String {
      var parts = ["model \(instance.provenance.model)"]
      if let service {
        let isSince = service.active == "active" && !service.since.isEmpty
        parts.append(service.name + (isSince ? " since \(service.since)" : ""))
        if service.restarts > 0 { parts.append("restarted \(service.restarts) times") }
      }
      if let objection = model?.objection {
        parts.append("what answers on its port \(objection)")
      }
      if model == .locked {
        parts.append("which model is served was not seen, since the server wants a key")
      }
      if let memory { parts.append("\(max(0, memory) >> 20) MiB of memory") }
      return "\(instance.name.text): \(parts.joined(separator: ", "))"
    }

    /// Whether the running container is the one that is written; nil where none runs.
    package var running: String? { container.map { $0.isAsWritten ? "as written" : "another" } }
  }

  /// The instances, in the workspace's order.
  package let lines: [Line]
  /// Files of generated/ that are not what would be written.
  package let stale: [OutputChanges.Change]
  /// Those of them that somebody changed since amm wrote them.
  package let edited: Set<String>
  /// Installed quadlet files that are not what would be written; nothing where none are installed.
  package let outdated: [OutputChanges.Change]
  /// Where those are.
  package let unitFolder: String
  /// The other workspace that the installed units belong to; nil where they are this one's.
  package let unitOwner: String?
  /// What could not be seen, and why.
  package let unseen: [String]
  /// A line for each GPU.
  package let gpus: [String]
  /// What servers with several models have, a line each, by instance.
  package let models: [(instance: String, lines: [String])]

  /// Asks systemd, Podman and the servers; throws where the workspace cannot be read.
  package init(_ workspace: Workspace, in folder: WorkspaceFolder) throws(HostError) {
    let machine = folder.machine
    let workloads = workspace.deployment.workloads
    let generated = try OutputFolder(of: folder)
    stale = try generated.changes(for: workspace).changed
    edited = try generated.edited
    let units = try UnitFolder(of: folder, makingParents: false)
    let owner = try units?.owner
    if case .other(let path)? = owner { unitOwner = path } else { unitOwner = nil }
    let installed = unitOwner == nil ? try units?.place.folder : nil
    unitFolder = units?.place.path ?? ""
    outdated =
      try installed.map { (installed) throws(HostError) in
        try OutputChanges(
          of: workspace.targets.units(of: workspace.deployment), in: installed, followingLinks: true
        ).changed
      } ?? []
    var unseen: [String] = []
    // Says 'degraded' and fails where a unit failed; says nothing where nobody answers.
    let manager = machine.capture(["systemctl", "--user", "is-system-running"])
    let hasSystemd = manager.map { !$0.output.isEmpty && !$0.output.hasPrefix("offline") } ?? false
    if !hasSystemd { unseen.append("units: systemd does not answer for this user") }
    // Asked once, so that one that hangs is not waited for at each instance.
    let podman = machine.capture(["podman", "container", "ls", "--quiet"])
    let hasPodman = podman?.overrun == nil && machine.has("podman")
    if !hasPodman {
      unseen.append(
        "containers: " + (podman?.overrun.map { "podman \($0.rawValue)" } ?? "there is no podman"))
    }
    let (gpus, overrun) = GPUMemory(machine: machine).lines
    self.gpus = gpus
    if let overrun {
      unseen.append("GPU memory: nvidia-smi \(overrun.rawValue)")
    } else if gpus.isEmpty, workloads.contains(where: { !$0.server.accelerators.isEmpty }) {
      unseen.append("GPU memory: no driver tells it")
    }
    for instance in workloads {
      let address = instance.exposure.address
      guard !address.isWildcard, !machine.network.isOwn(address.text) else { continue }
      unseen.append(
        "health of \(instance.name.text): \(address.text) is no address of this machine, and not asked"
      )
    }
    self.unseen = unseen
    lines = workloads.map { Line($0, on: machine, hasSystemd: hasSystemd, hasPodman: hasPodman) }
    models = lines.filter { $0.container != nil }
      .compactMap { line in
        guard let command = line.instance.endpoint.modelList else { return nil }
        let list = ["podman", "exec", line.instance.name.text] + command
        guard let result = machine.capture(list), result.isSuccess else { return nil }
        return (line.instance.name.text, result.output.split(separator: "\n").map(String.init))
      }
  }

  /// What `--json` prints.
  package var value: Value {
    .set([
      "instances": .list(
        lines.map { line in
          .set([
            "name": .text(line.instance.name.text),
            "profile": .text(line.instance.provenance.profile),
            "runtime": .text(line.instance.provenance.runtime),
            "model": .text(line.instance.provenance.model),
            "port": .integer(line.instance.exposure.host.number),
            "endpoint": .text(line.instance.url),
            "unit": line.service.map { .text($0.name) },
            "state": line.service.map { .text($0.active) },
            "since": line.service.map { .text($0.since) },
            "memory": line.memory.map(Value.integer),
            "restarts": line.service.map { .integer($0.restarts) },
            "health": .text(line.health), "served": line.servedNames.map(Value.texts),
            "running": line.running.map(Value.text),
          ])
        }),
      "gpus": .texts(gpus),
      "models": .set(models.map { .init($0.instance, .texts($0.lines)) }),
      "stale": .texts(stale.map(\.path)), "edited": .texts(edited.sorted()),
      "outdated": .texts(outdated.map(\.path)), "unitOwner": unitOwner.map(Value.text),
      "unseen": .texts(unseen),
    ])
  }
}

extension StatusReport.Line {
  /// Asks systemd, the server and Podman.
  fileprivate init(_ instance: Workload, on machine: Machine, hasSystemd: Bool, hasPodman: Bool) {
    let name = instance.name.text
    let port = instance.exposure.reachable
    let status = machine.network.status(
      port.address, port.port, instance.endpoint.health ?? "/")
    let isHealthy = status.map { (200..<300).contains($0) } ?? false
    var model: ReportedModel?
    if isHealthy, let identity = instance.endpoint.identity {
      model = ReportedModel(
        identity, address: port.address, port: port.port, key: { machine.key(of: instance) },
        on: machine)
    }
    self.init(
      instance: instance, service: hasSystemd ? machine.services.state(of: name) : nil,
      isHealthy: isHealthy, model: model,
      container: hasPodman ? RunningContainer(of: instance, on: machine) : nil)
  }

  /// The models that the server names where they are not the one that is meant.
  fileprivate var servedNames: [String]? {
    if case .other(let names) = model { names } else { nil }
  }
}
