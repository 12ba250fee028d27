import Diagnostics
package import Workspaces

extension WorkspaceFolder {
  /// Ends the operation if the folder is no workspace.
  ///
  /// - Throws: An ``OperationError`` with the way to a workspace.
  package func requireWorkspace() throws {
    guard try exists else { throw absence }
  }

  /// Reads the workspace with its active profiles.
  ///
  /// - Throws: If the folder is no workspace, or has errors, which an event reports.
  package func loaded() throws -> Workspace {
    try requireWorkspace()
    return try WorkspaceLoader(self).loaded()
  }

  /// Returns the profile that a word names, of the workspace or of the library.
  ///
  /// - Throws: If the word does not name one profile, or it has errors, which an event reports.
  package func profile(named word: String) throws -> ProfileFile {
    let file = try ProfileCatalog(self).file(named: word)
    let outcome = file.read()
    guard outcome.value != nil else {
      machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    return file
  }
}

extension WorkspaceLoader {
  /// Reads the workspace with its active profiles.
  ///
  /// - Throws: If it has errors, which an event reports.
  package func loaded() throws -> Workspace {
    let outcome = try load()
    guard let workspace = outcome.value else {
      folder.machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.invalid)
    }
    return workspace
  }
}
