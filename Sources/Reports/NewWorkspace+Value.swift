package import Operations
package import Values

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
