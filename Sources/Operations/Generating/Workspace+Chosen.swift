import Diagnostics
package import Targets
package import Workspaces

/// What a command line chooses of a workspace's targets.
extension Workspace {
  /// Rejects formats that no target of the workspace writes: there would be no files.
  package func requireTargets(of formats: [Format]) throws(OperationError) {
    let known = targets.formats
    guard let missing = formats.first(where: { !known.contains($0) }) else { return }
    throw OperationError(
      .invalid, "no target of the workspace writes '\(missing.name)'",
      help: "its targets write \(Phrase.allOf(known.map(\.name))); add another under 'targets:'")
  }

  /// Returns the target that a name means: a target's name, or a machine's host name.
  ///
  /// - Parameter scope: The manager that runs its units, or nil for any.
  /// - Throws: An ``OperationError`` if it means none or several.
  package func entry(
    named name: String, in scope: Scope?
  ) throws(OperationError) -> TargetEntry {
    do throws(TargetTree.Unclear) {
      return try targets.entry(named: name, in: scope)
    } catch {
      let wanted = scope?.rawValue ?? ""
      switch error {
      case .unknown(let names):
        throw OperationError(
          .invalid, "no target of the workspace is for '\(name)'",
          help: Suggestion.help(
            for: name, among: names,
            otherwise: "its targets and their machines are \(Phrase.allOf(names))"))
      case .otherScope(let names):
        throw OperationError(
          .invalid, "no target for '\(name)' has the scope '\(wanted)'",
          help: names.isEmpty
            ? "add one: 'targets: {NAME: {kind: podman, hostname: \(name), scope: \(wanted)}}'"
            : "write 'scope: \(wanted)' for \(Phrase.oneOf(names))")
      case .several(let names):
        throw OperationError(
          .invalid, "several targets are for '\(name)'",
          help: "name one of them: \(Phrase.oneOf(names))")
      }
    }
  }

  /// Returns the objects of a cluster as one text.
  ///
  /// - Throws: An ``OperationError`` if the target is not a cluster.
  package func objects(of entry: TargetEntry, named name: String) throws(OperationError) -> String {
    guard let target = entry.target as? Kubernetes else {
      throw OperationError(
        .invalid, "'--print' prints the objects of a cluster, and '\(name)' is none",
        help: "'--output DIR' writes the files of other targets")
    }
    return target.manifest(of: entry.deployment)
  }
}
