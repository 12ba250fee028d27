import Deployments
import Host
import Locks
import Profiles
import Targets
import Workspaces

/// Fetches the models that servers need at the commits of the lock, before any server is changed.
///
/// Servers fetch models without a lock, and models that only they can fetch.
struct ModelFetch {
  /// A model that is missing or incomplete.
  struct Job: Equatable {
    /// Its key in the lock.
    let key: String
    /// The place of its server's models.
    let place: Mount.Source
    /// The folder of the hub's cache in that place.
    let hub: String
  }

  let folder: WorkspaceFolder
  private var machine: Machine { folder.machine }

  /// Returns the models that instances will load and that are missing or incomplete.
  func missing(for names: [String], in workspace: Workspace) -> [Job] {
    var jobs: [Job] = []
    for name in names {
      guard let instance = workspace.instance(named: name), let profile = instance.active?.profile,
        let model = profile.locked, case .hub(let id, _, _)? = profile.lockName,
        let (cache, place) = instance.cachePlace, let hub = cache.hub
      else { continue }
      let job = Job(key: profile.lockName?.key ?? "", place: place, hub: hub)
      if let root = root(of: job), Self.isThere(model, id, in: root) { continue }
      if !jobs.contains(job) { jobs.append(job) }
    }
    return jobs
  }

  /// Fetches models, and reports the progress.
  ///
  /// - Throws: If one is not available; nothing else was changed, and fetched files remain.
  func fetch(_ jobs: [Job]) throws {
    let fetcher: Fetcher
    do throws(HostError) {
      fetcher = try Fetcher(machine)
    } catch {
      machine.tell(.warning("servers fetch their models themselves: \(error.message)", help: nil))
      return
    }
    for job in jobs {
      if root(of: job) == nil { try makeVolume(of: job) }
      guard let root = root(of: job) else { continue }
      machine.tell(.note("fetching \(job.key)"))
      do {
        try fetcher.fetch([job.key], by: folder.file(ModelLock.fileName), into: root)
      } catch let failure as Fetcher.Failure where ["gated", "refused"].contains(failure.kind) {
        // Its server may have a token that this user's programs do not have.
        machine.tell(
          .warning("its server fetches it itself: \(failure.message)", help: failure.help))
      } catch let failure as Fetcher.Failure {
        throw OperationError(
          .refused, "\(failure.message); nothing was changed", help: failure.help)
      }
    }
  }

  /// Returns the hub's cache for a job; nil if its volume does not exist yet.
  private func root(of job: Job) -> String? {
    machine.folder(of: job.place).map { job.hub.isEmpty ? $0 : $0 + "/" + job.hub }
  }

  private func makeVolume(of job: Job) throws(HostError) {
    guard case .store(let name) = job.place else { return }
    let result = machine.capture([
      "podman", "volume", "create", "--label", Podman.storeLabel + "=true", name.text,
    ])
    guard result?.isSuccess == true else {
      throw HostError("create the volume", name.text, reason: "'podman volume create' failed")
    }
  }

  /// Returns whether all files exist with the sizes in the lock.
  private static func isThere(_ model: LockedModel, _ id: String, in root: String) -> Bool {
    let snapshot = "\(root)/\(ModelName.cacheFolder(of: id))/snapshots/\(model.commit)/"
    return model.files.allSatisfy { Files.size(of: snapshot + $0.path) == $0.size }
  }
}
