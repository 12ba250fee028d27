package import Deployments
import Host
package import Targets
import Workspaces

/// The effects of installing a deployment's units on running servers.
package struct UnitChanges {
  /// All files of the installed folder after the installation.
  package let files: [RenderedFile]
  /// Files that are written or removed, sorted by path.
  package let changed: [OutputChanges.Change]
  /// The services to remove, because the deployment no longer has them; sorted.
  package let stopped: [String]
  /// The instances with a changed unit: that of the server, of a task that runs with it, or of its
  /// socket.
  package let instances: [Workload]

  /// The companions with a changed file.
  package let companions: [Companion]

  /// - Parameters:
  ///   - machine: The machine that runs the units.
  ///   - folder: The folder of installed units; nil if it does not exist yet.
  init(of workspace: Workspace, on machine: Machine, in folder: Folder?) throws(HostError) {
    let deployment = workspace.deployment(on: machine)
    let workloads = deployment.workloads
    files = workspace.target(on: machine)?.units ?? []
    changed = try OutputChanges(of: files, in: folder).changed
    let paths = Set(changed.map(\.path))
    instances = workloads.filter { instance in
      instance.containers.contains { paths.contains(QuadletFile.name(of: $0)) }
        || QuadletFile.plainUnits(of: instance).contains(where: paths.contains)
    }
    companions = deployment.companions.filter {
      QuadletFile.names(of: $0).contains(where: paths.contains)
    }
    let kept = Set(
      workloads.flatMap(\.containers).map(QuadletFile.service)
        + deployment.companions.map(QuadletFile.service))
    let gone = changed.filter { $0.isRemoved }.compactMap { file in
      QuadletFile.service(ofFile: file.path)
        ?? (QuadletFile.isPlainUnit(file.path) ? file.path : nil)
    }
    stopped = Set(gone).subtracting(kept).sorted()
  }
}
