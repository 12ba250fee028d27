extension SwitchHistory {
  /// Finds what an instance served before its last switches.
  ///
  /// - Parameters:
  ///   - count: The number of switches to go back.
  ///   - instance: The instance; nil for the one that was switched last.
  /// - Throws: An ``OperationError`` if there are fewer switches, or the profile no longer exists.
  package func undoing(
    _ count: Int, of instance: String?, in folder: WorkspaceFolder
  ) throws -> (instance: String, profile: ProfileFile) {
    if let instance { try folder.requireInstance(instance) }
    let name = try instance ?? undoable(of: nil).last?.instance
    let done = try name.map { try undoable(of: $0) } ?? []
    guard let name, done.count >= count, let profile = done[done.count - count].from else {
      throw OperationError(
        .invalid, "the history has no such switch", help: "'amm history' lists the switches")
    }
    guard let file = try WorkspaceLoader(folder).files.first(where: { $0.id == profile }) else {
      throw OperationError(
        .invalid, "'\(profile)', which '\(name)' served before, no longer exists",
        help: "'amm history \(name)' lists its other profiles")
    }
    return (name, file)
  }
}
