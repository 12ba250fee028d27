import Diagnostics
import Host
import Workspaces
import YAML

extension SourceFile {
  /// A file of a workspace; that it cannot be read is said like any other mistake in it.
  static func read(_ path: String) -> Outcome<SourceFile> {
    let reason: String
    do throws(HostError) {
      if let bytes = try Files.read(path, limit: Composer.Limits.bytes) {
        return Outcome(SourceFile(path: path, bytes: bytes), [])
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
