import Deployments
import Diagnostics
import Host
import Locks
import Profiles
import Workspaces

extension WorkspaceLock {
  /// The result of a comparison with the files on this machine.
  package struct Verification: Sendable, Equatable {
    /// The keys of models whose files match the lock in at least one place.
    package var verified: [String] = []
    /// The keys of models that are not on this machine.
    package var absent: [String] = []
    /// Files on this machine that differ from the lock.
    package var findings: [Fetcher.Finding] = []
  }

  /// Compares the files of all models, in the user's hub cache and in those of the instances.
  package func verified() throws -> Verification {
    var places = [machine.hubCache].compactMap { $0 }
    for instance in try WorkspaceLoader(folder).load().value?.instances ?? [] {
      guard let place = instance.hubCache(on: machine), !places.contains(place) else { continue }
      places.append(place)
    }
    var result = Verification()
    let fetcher = try Fetcher(machine)
    let path = folder.file(ModelLock.fileName)
    for (name, model) in lock.models.sorted(by: { $0.key.key < $1.key.key }) {
      guard case .hub(let id, _, _) = name else {
        result.absent.append(name.key)
        continue
      }
      let part = ModelName.cacheFolder(of: id) + "/snapshots/" + model.commit
      let there = places.filter { machine.exists($0 + "/" + part) }
      if there.isEmpty { result.absent.append(name.key) }
      let findings: [Fetcher.Finding]
      do {
        findings = try there.flatMap { try fetcher.verify([name.key], by: path, in: $0) }
      } catch let failure as Fetcher.Failure {
        throw OperationError(.refused, failure.message, help: failure.help)
      }
      result.findings += findings
      if !there.isEmpty, findings.isEmpty { result.verified.append(name.key) }
    }
    return result
  }
}
