package import Operations
package import Values

extension AddedProfile {
  /// The profile for programs.
  ///
  /// - Parameter isWritten: Whether its file was written.
  package func value(written isWritten: Bool) -> Value {
    .document([
      "id": .text(id), "path": .text(path), "text": .text(text), "written": .boolean(isWritten),
      "origin": origin.map(Value.text), "warning": warning.map(Value.text),
    ])
  }
}

extension NewWorkspace {
  /// The workspace for programs.
  package var value: Value {
    .document([
      "workspace": .text(path), "profiles": .integer(profiles),
      "instances": .list(
        instances.map { .set(["name": .text($0.name), "profile": .text($0.profile)]) }),
    ])
  }
}
