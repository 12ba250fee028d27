package import Deployments
import Diagnostics
import Locks
package import Profiles
package import Workspaces

/// What a name of a workspace refers to: an instance, or else a profile.
package enum NamedEntry {
  case instance(Workload, of: Workspace)
  case profile(ProfileFile, Profile)

  /// Finds what a name refers to.
  ///
  /// An instance of a workspace with errors is only reported if no profile has the name.
  ///
  /// - Throws: An ``OperationError`` if nothing has the name, several profiles have it, or what has
  ///   it is wrong.
  package static func find(_ name: String, by loader: WorkspaceLoader) throws -> NamedEntry {
    guard try loader.folder.exists else { return try profile(name, loader) }
    let outcome = try loader.load()
    if let found = outcome.value {
      return try found.deployment.workload(named: name).map { .instance($0, of: found) }
        ?? profile(name, loader)
    }
    let named = outcome.diagnostics.filter {
      $0.location.path.hasSuffix("instances.yaml") || $0.location.path.contains("/\(name).yaml")
    }
    if !named.isEmpty, try !hasProfile(name, loader) {
      loader.folder.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    return try profile(name, loader)
  }

  /// Whether a name refers to one profile without errors.
  private static func hasProfile(_ name: String, _ loader: WorkspaceLoader) throws -> Bool {
    let catalog = try ProfileCatalog(loader)
    guard case .one(let file) = catalog.find(name) else { return false }
    return file.read(catalog.lock).value != nil
  }

  private static func profile(_ name: String, _ loader: WorkspaceLoader) throws -> NamedEntry {
    let catalog = try ProfileCatalog(loader)
    let file = try catalog.file(
      named: name, as: "profile or instance",
      help: "'amm list' lists the profiles, 'amm status' the instances")
    let outcome = file.read(catalog.lock)
    guard let profile = outcome.value else {
      loader.folder.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    return .profile(file, profile)
  }
}
