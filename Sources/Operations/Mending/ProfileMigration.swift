import Diagnostics
import Host
package import Profiles
import Schema
import Text
import Workspaces

/// A profile's move to another runtime, as a new profile of the workspace.
package struct ProfileMigration {
  /// What it becomes.
  package let migrated: MigratedProfile
  /// The new profile's path below `profiles/`, without its ending.
  package let id: String
  /// The new file, as the user sees it.
  package let file: String

  /// - Parameters:
  ///   - path: The new profile's; nil for the old one's with the runtime behind it.
  ///   - model: The repository that it serves instead; nil for the same.
  /// - Throws: An ``OperationError`` for a profile of another runtime, or with errors.
  package init(
    _ profile: ProfileFile, to target: MigrationTarget, as path: String?, model: String?,
    in folder: WorkspaceFolder
  ) throws {
    let outcome = profile.read()
    guard let read = outcome.value, let source = profile.source else {
      folder.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    let runtime = read.runtime.value
    guard runtime.migrates else {
      let names = Runtimes.all.filter { $0.migrates }.map { $0.name }
      throw OperationError(
        .invalid, "the runtime of '\(profile.id)' is '\(runtime.name)', which is not moved",
        help: "profiles of \(Phrase.allOf(names)) are")
    }
    id = path ?? "\(profile.id)-\(target.rawValue)"
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy(Self.isName), parts.count <= 3 else {
      throw OperationError(
        .usage, "'\(id)' is no path of a profile", help: "write '--as category/name'")
    }
    let name = path == nil ? "\(read.name.value)-\(target.rawValue)" : String(parts.last ?? "")
    guard let migrated = MigratedProfile(source, to: target, name: name, model: model) else {
      throw OperationError(
        .invalid, "'\(profile.path)' is written in a way that cannot be changed in places",
        help: "write it as a mapping in UTF-8")
    }
    self.migrated = migrated
    file = folder.file(WorkspaceFolder.path(ofProfile: id))
  }

  private static func isName(_ part: Substring) -> Bool {
    !part.isEmpty && part.first != "." && part.first != "-" && part.utf8.count <= 100
      && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
  }

  /// Writes the new profile; one that is there is not overwritten.
  package func write(in folder: WorkspaceFolder) throws {
    try folder.addProfile(
      migrated.text, as: id, otherwise: "'--as category/name' gives it another path")
  }
}
