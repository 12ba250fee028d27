import Diagnostics
import Imports
package import Operations

extension ImportedWorkspace {
  /// What makes an import fail besides its diagnostics; nil if nothing does.
  ///
  /// - Parameter path: The path of the source, as the user typed it.
  package func failure(of path: String) -> Event? {
    if isEmpty {
      return .failure(
        "'\(path)' has no server that amm can import",
        help: "it imports servers of \(Phrase.allOf(Import.runtimes)), each with a model")
    }
    guard !conflicts.isEmpty else { return nil }
    return .failure(
      "the workspace would have errors with the imported servers; nothing was written",
      help: "change '\(path)' or the workspace, and import again")
  }

  /// Returns what was written, or would be, in parts that are shown in order.
  ///
  /// - Parameters:
  ///   - folder: The workspace.
  ///   - isDry: Whether nothing was written; differences are shown then.
  package func written(to folder: WorkspaceFolder, isDry: Bool) -> [Shown] {
    var parts: [Shown] = changes.map { change in
      isDry
        ? change.diff
        : "\(change.old == nil ? "created" : "changed") \(folder.file(change.path))\n"
    }
    if !isDry, !added.isEmpty || !addedCompanions.isEmpty { parts.append(sum + "\n") }
    for change in kept {
      parts.append(
        """
        kept \(folder.file(change.path)), which differs from what the import makes; to replace it, \
        remove it and import again

        """)
      parts.append(change.diff)
    }
    for link in otherLinks {
      parts.append("kept \(folder.file(link.path)), which points to \(link.target)\n")
    }
    parts.append(end(in: folder, isDry: isDry))
    return parts
  }

  private func end(in folder: WorkspaceFolder, isDry: Bool) -> Shown {
    guard changes.isEmpty, links.isEmpty else {
      return isDry ? "nothing written: '--dry-run'\n" : "run 'amm validate', then 'amm generate'\n"
    }
    return kept.isEmpty
      ? "\(folder.path) has all of it already; nothing written\n" : "nothing written\n"
  }
}
