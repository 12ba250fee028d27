package import Diagnostics
package import Host
import Workspaces
import YAML

extension SourceFile {
  /// A file that the user typed; that it cannot be read is said like any other mistake in it.
  package static func read(_ path: String) -> Outcome<SourceFile> {
    read(path) { (limit) throws(HostError) in
      try Files.read(path, limit: limit).map { FileContent(bytes: $0, isQuotable: true) }
    }
  }

  /// A file of a workspace.
  package static func read(_ relative: String, in folder: WorkspaceFolder) -> Outcome<SourceFile> {
    read(folder.file(relative)) { (limit) throws(HostError) in
      try folder.read(relative, limit: limit)
    }
  }

  /// A file with what is to be said where it cannot be read.
  ///
  /// - Parameters:
  ///   - path: As the user sees it.
  ///   - content: Its bytes, of which one more than a number is wanted at most; nil where there is
  ///     no file.
  package static func read(
    _ path: String, content: (Int) throws(HostError) -> FileContent?
  ) -> Outcome<SourceFile> {
    let reason: String
    do throws(HostError) {
      if let content = try content(Composer.Limits.bytes) {
        return Outcome(
          SourceFile(path: path, bytes: content.bytes, isQuotable: content.isQuotable), [])
      }
      reason = "there is no such file"
    } catch {
      reason = error.reason
    }
    return Outcome(
      nil,
      [
        Diagnostic(
          FileRules.unreadable, at: SourceLocation(path: path), "cannot read the file: \(reason)")
      ])
  }
}
