/// New profiles of a workspace.
extension WorkspaceFolder {
  /// The file of a profile by its path below `profiles/`, without its ending.
  static func path(ofProfile id: String) -> String { "profiles/\(id).yaml" }

  /// Ends what would overwrite a profile.
  ///
  /// - Parameter help: The way out; nil where the message says it.
  /// - Throws: An ``OperationError`` where there is one.
  func requireNoProfile(_ id: String, otherwise help: String? = nil) throws {
    let relative = Self.path(ofProfile: id)
    let isThere =
      try kind(of: relative) != nil || WorkspaceLoader(self).files.contains { $0.id == id }
    guard !isThere else {
      throw OperationError(
        .invalid, "'\(file(relative))' is there already, and is not overwritten", help: help)
    }
  }

  /// Writes a new profile; one that is there is not overwritten.
  func addProfile(_ text: String, as id: String, otherwise help: String? = nil) throws {
    try requireNoProfile(id, otherwise: help)
    try write(text, to: Self.path(ofProfile: id))
  }
}
