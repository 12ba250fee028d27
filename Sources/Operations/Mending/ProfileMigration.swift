import Diagnostics
import Host
package import Profiles
import Schema
import Text
import Workspaces

/// The migration of a profile to another runtime, as a new profile of the workspace.
package struct ProfileMigration {
  /// The new profile.
  package let migrated: MigratedProfile
  /// The new profile's path below `profiles/`, without the file extension.
  package let id: String
  /// The path of the new file, as the user sees it.
  package let file: String

  /// Migrates a profile, without writing a file.
  ///
  /// - Parameters:
  ///   - path: The new profile's path; nil for the old path with the runtime appended.
  ///   - model: The repository that it serves instead; nil for the same one.
  /// - Throws: An ``OperationError`` if the profile's runtime cannot be migrated or the profile has
  ///   errors.
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
        .invalid, "amm cannot migrate '\(profile.id)' from the runtime '\(runtime.name)'",
        help: "it can migrate profiles of \(Phrase.allOf(names))")
    }
    id = path ?? "\(profile.id)-\(target.rawValue)"
    let parts = id.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy(Self.isName), parts.count <= 3 else {
      throw OperationError(
        .usage, "'\(id)' is not a valid profile path", help: "write '--as category/name'")
    }
    let name = path == nil ? "\(read.name.value)-\(target.rawValue)" : String(parts.last ?? "")
    guard let migrated = MigratedProfile(source, to: target, name: name, model: model) else {
      throw OperationError(
        .invalid, "'\(profile.path)' cannot be edited in place",
        help: "write it as a mapping in UTF-8")
    }
    self.migrated = migrated
    file = folder.file(WorkspaceFolder.path(ofProfile: id))
  }

  private static func isName(_ part: Substring) -> Bool {
    !part.isEmpty && part.first != "." && part.first != "-" && part.utf8.count <= 100
      && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
  }

  /// Writes the new profile; an existing file is not overwritten.
  package func write(in folder: WorkspaceFolder) throws {
    try folder.addProfile(
      migrated.text, as: id, otherwise: "choose another path with '--as category/name'")
  }
}
