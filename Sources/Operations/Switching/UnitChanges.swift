package import Deployments
import Host
package import Targets
import Workspaces

/// What installing a deployment's units means for the servers that run.
package struct UnitChanges {
  /// Every file of the installed folder as it will be.
  package let files: [RenderedFile]
  /// Files that are written or removed, sorted by path.
  package let changed: [OutputChanges.Change]
  /// The services that go, since the deployment has them no longer; sorted.
  package let stopped: [String]
  /// The instances of which a unit is written: the server's own, or that of a task that runs with it.
  package let instances: [Workload]

  /// - Parameter folder: Where they are installed; nil where nothing is yet.
  init(of workspace: Workspace, in folder: Folder?) throws(HostError) {
    let workloads = workspace.deployment.workloads
    files = workspace.targets.units(of: workspace.deployment)
    changed = try OutputChanges(of: files, in: folder).changed
    let paths = Set(changed.map(\.path))
    instances = workloads.filter { instance in
      instance.containers.contains { paths.contains(QuadletFile.name(of: $0)) }
    }
    let kept = Set(workloads.flatMap(\.containers).map(QuadletFile.service))
    let gone = changed.filter { $0.new == nil }.compactMap { QuadletFile.service(ofFile: $0.path) }
    stopped = Set(gone).subtracting(kept).sorted()
  }
}
