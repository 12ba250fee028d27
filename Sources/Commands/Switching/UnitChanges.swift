import Deployments
import Host
import Rendering

/// What installing a deployment's units means for the servers that run.
struct UnitChanges {
  let files: [RenderedFile]
  /// Files that are written or removed, sorted by path.
  let changed: [OutputChanges.Change]
  /// The services that go, since the deployment has them no longer; sorted.
  let stopped: [String]
  /// The instances of which a unit is written: the server's own, or that of a task that runs with it.
  let instances: [Deployment.Instance]

  /// - Parameter folder: Where they are installed; nil where nothing is yet.
  init(of plan: Deployment, in folder: Folder?) throws(HostError) {
    files = plan.renderAlone(.quadlet)
    changed = try OutputChanges(of: files, in: folder).changed
    let paths = Set(changed.map(\.path))
    instances = plan.instances.filter { instance in
      instance.containers.contains { paths.contains(QuadletFile.name(of: $0)) }
    }
    let kept = Set(plan.instances.flatMap(\.containers).map(QuadletFile.service))
    let gone = changed.filter { $0.new == nil }.compactMap { QuadletFile.service(ofFile: $0.path) }
    stopped = Set(gone).subtracting(kept).sorted()
  }
}
