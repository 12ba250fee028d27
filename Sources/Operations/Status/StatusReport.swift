import Deployments
import Diagnostics
package import Host
import Memory
import Profiles
import Schema
import Targets
package import Workspaces

/// The state of a workspace's instances, at one moment.
package struct StatusReport {
  /// The one-word summary.
  package enum Verdict: String, Sendable {
    /// Every instance that starts by itself is healthy, and nothing differs from the workspace.
    case ok
    /// Every such instance is healthy, and something differs from the workspace.
    case drift
    /// An instance or companion that starts by itself is not healthy.
    case unhealthy
  }

  /// The path of the workspace, without links.
  package let workspace: String
  /// The instances, in the workspace's order.
  package let instances: [InstanceStatus]
  /// The programs that run with the instances, sorted by name.
  package let companions: [CompanionStatus]
  /// The clusters of the workspace, in the order of the file.
  package let clusters: [ClusterStatus]
  /// Differences between the workspace and what was generated, installed or started.
  package let drift: [Drift]
  /// The GPUs whose driver reports their memory.
  package let gpus: [GPUUsage]
  /// The models of servers that have several, a line each, by instance.
  package let models: [(instance: String, lines: [String])]
  /// What could not be checked, and why.
  package let unseen: [String]

  /// The one-word summary.
  package var verdict: Verdict {
    let running = Set(instances.filter { $0.health == .healthy }.compactMap(\.workload.group))
    let isHealthy = instances.allSatisfy { instance in
      let workload = instance.workload
      // Another member of its exclusive group may run instead.
      return [.healthy, .idle].contains(instance.health)
        || !(workload.server.lifecycle.isAutomatic || workload.activation != nil)
        || workload.group.map(running.contains) ?? false
    }
    return !isHealthy || !companions.allSatisfy(\.isFine) || !clusters.allSatisfy(\.isHealthy)
      ? .unhealthy : drift.isEmpty ? .ok : .drift
  }

  /// Bytes that the instances on a device are planned to take together; nil if none is known.
  ///
  /// Of an exclusive group, the largest member counts.
  package func planned(on device: String?) -> Int? {
    var groups: [ResourceName: Int] = [:]
    var bytes: [Int] = []
    for instance in instances
    where instance.workload.server.accelerators.contains(where: { $0.text == device }) {
      guard let planned = instance.plannedGPUMemory else { continue }
      // Of an exclusive group, only one member runs.
      guard let group = instance.workload.group else {
        bytes.append(planned)
        continue
      }
      groups[group] = max(groups[group] ?? 0, planned)
    }
    bytes += groups.values
    return bytes.isEmpty ? nil : bytes.reduce(0) { min($0 + $1, 1 << 53) }
  }

  /// Queries systemd, Podman and the servers.
  ///
  /// - Throws: A ``HostError`` if the workspace or its installed files cannot be read.
  package init(_ workspace: Workspace, in folder: WorkspaceFolder) throws(HostError) {
    let machine = folder.machine
    let deployment = workspace.deployment(on: machine)
    let workloads = deployment.workloads
    let hasUnits = workspace.target(on: machine)?.scope != nil
    let tools = StatusTools(machine, isUsed: hasUnits)
    let units = try UnitFolder(of: folder, makingParents: false)
    // Without units of its own, the workspace does not compete for the folder.
    let foreign = hasUnits ? try units?.foreign : nil
    let (gpus, overrun) = GPUUsage.all(of: machine)
    self.gpus = gpus
    self.workspace = folder.canonicalPath
    var unseen = tools.unseen
    if let overrun {
      unseen.append("GPU memory: nvidia-smi \(overrun.rawValue)")
    } else if gpus.isEmpty, workloads.contains(where: { !$0.server.accelerators.isEmpty }) {
      unseen.append("GPU memory: no driver reports it")
    }
    for workload in workloads {
      let address = workload.exposure.address
      guard !address.isWildcard, !machine.network.isOwn(address.text) else { continue }
      unseen.append(
        "health of \(workload.name.text): \(address.text) is not an address of this machine")
    }
    let clusters = Cluster.all(of: workspace, on: machine).map(ClusterStatus.init)
    unseen += clusters.compactMap { cluster in
      (cluster.silence ?? cluster.gap).map { "\(cluster.target): \($0)" }
    }
    if let elsewhere = workspace.otherMachines(than: machine) { unseen.append(elsewhere) }
    self.clusters = clusters
    self.unseen = unseen
    let instances = workloads.map { workload in
      InstanceStatus(
        workload,
        plannedGPUMemory: MemoryPlan.largest(
          of: workload.name.text, in: workspace, on: machine)?
          .estimate.flatMap { $0.terms.isEmpty ? nil : $0.bytes },
        on: machine, hasSystemd: tools.hasSystemd, hasPodman: tools.hasPodman,
        owner: foreign.flatMap { $0.names.contains(workload.name.text) ? $0.owner : nil })
    }
    self.instances = instances
    companions = deployment.companions.map {
      CompanionStatus($0, on: machine, hasSystemd: tools.hasSystemd)
    }
    drift =
      try Self.drift(of: workspace, in: folder, units, hasUnits) + clusters.flatMap(\.drift)
      + instances.filter { $0.runsAsWritten == false }.map(Drift.running)
    models = instances.compactMap { instance in
      guard instance.container != nil, let command = instance.workload.endpoint.modelList else {
        return nil
      }
      let list = ["podman", "exec", instance.name] + command
      guard let result = machine.capture(list), result.isSuccess else { return nil }
      return (instance.name, result.output.split(separator: "\n").map(String.init))
    }
  }

  /// Differences of generated and installed files.
  private static func drift(
    of workspace: Workspace, in folder: WorkspaceFolder, _ units: UnitFolder?, _ hasUnits: Bool
  ) throws(HostError) -> [Drift] {
    let generated = try OutputFolder(of: folder)
    var drift = Drift.stale(
      try generated.changes(for: workspace).changed, edited: try generated.edited)
    guard let units else { return drift }
    if case .other(let owner) = try units.owner {
      return hasUnits ? drift + [.foreign(owner, in: units.place.path)] : drift
    }
    if let installed = try units.place.folder {
      let changes = try OutputChanges(
        of: workspace.target(on: folder.machine)?.units ?? [], in: installed, followingLinks: true)
      drift += Drift.outdated(changes.changed, in: units.place.path)
    }
    return drift
  }
}

/// The programs that a status report queries.
private struct StatusTools {
  let hasSystemd: Bool
  let hasPodman: Bool
  /// What cannot be checked without them.
  let unseen: [String]

  /// - Parameter isUsed: Whether the machine runs a part of the workspace.
  init(_ machine: Machine, isUsed: Bool) {
    guard isUsed else {
      (hasSystemd, hasPodman, unseen) = (false, false, [])
      return
    }
    var unseen: [String] = []
    hasSystemd = machine.services.answers
    if !hasSystemd { unseen.append("units: \(machine.services.silence)") }
    // The user's own Podman may have a container of the same name.
    guard !machine.asksAsRoot else {
      hasPodman = false
      self.unseen = unseen + ["containers: only root can ask Podman about the system's"]
      return
    }
    // Queried once, so that a hanging Podman does not delay the report for each instance.
    let podman = machine.capture(["podman", "container", "ls", "--quiet"])
    hasPodman = podman?.overrun == nil && machine.has("podman")
    if !hasPodman {
      unseen.append(
        "containers: " + (podman?.overrun.map { "podman \($0.rawValue)" } ?? "podman is missing"))
    }
    self.unseen = unseen
  }
}
