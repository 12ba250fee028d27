/// Adding profiles to a workspace.
extension WorkspaceFolder {
  /// Returns the file of a profile, given its path below `profiles/` without the file extension.
  static func path(ofProfile id: String) -> String { "profiles/\(id).yaml" }

  /// Checks that a profile does not exist yet.
  ///
  /// - Parameter help: The help of the error, if any.
  /// - Throws: An ``OperationError`` if the profile exists.
  func requireNoProfile(_ id: String, otherwise help: String? = nil) throws {
    let relative = Self.path(ofProfile: id)
    let isThere =
      try kind(of: relative) != nil || WorkspaceLoader(self).files.contains { $0.id == id }
    guard !isThere else {
      throw OperationError(
        .invalid, "'\(file(relative))' already exists, and amm does not overwrite it", help: help)
    }
  }

  /// Writes a new profile; an existing file is not overwritten.
  func addProfile(_ text: String, as id: String, otherwise help: String? = nil) throws {
    try requireNoProfile(id, otherwise: help)
    try write(text, to: Self.path(ofProfile: id))
  }
}
