package import Diagnostics
package import Host
import Text
import Workspaces
import YAML

extension SourceFile {
  /// Reads a file that the user named; returns a diagnostic if it cannot be read.
  package static func read(_ path: String) -> Outcome<SourceFile> {
    read(path) { (limit) throws(HostError) in
      try Files.read(path, limit: limit).map { FileContent(bytes: $0, isQuotable: true) }
    }
  }

  /// Reads a file of a workspace.
  package static func read(_ relative: String, in folder: WorkspaceFolder) -> Outcome<SourceFile> {
    let limit =
      relative == "instances.yaml" ? Composer.InstanceLimits.bytes : Composer.Limits.bytes
    return read(folder.file(relative), limit: limit) { (limit) throws(HostError) in
      try folder.read(relative, limit: limit)
    }
  }

  /// Reads a file; returns a diagnostic if it cannot be read.
  ///
  /// - Parameters:
  ///   - path: The path as the user sees it.
  ///   - limit: The size of the largest file that is read, in bytes.
  ///   - content: Reads its bytes, at most one more than the given limit; nil if there is no file.
  package static func read(
    _ path: String, limit: Int = Composer.Limits.bytes,
    content: (Int) throws(HostError) -> FileContent?
  ) -> Outcome<SourceFile> {
    let (reason, help): (String, String?)
    do throws(HostError) {
      if let content = try content(limit) {
        return Outcome(
          SourceFile(path: path, bytes: content.bytes, isQuotable: content.isQuotable), [])
      }
      reason = "there is no such file"
      help =
        path == "-"
        ? "for the standard input, use 'amm validate --stdin FILE' with the file's name"
        : "check the path"
    } catch {
      reason = error.reason
      help = Self.help(for: error, path)
    }
    return Outcome(
      nil,
      [
        Diagnostic(
          FileRules.unreadable, at: SourceLocation(path: path), "cannot read the file: \(reason)",
          help: help.map { [$0] } ?? [])
      ])
  }

  /// Returns what to do about a file that exists and cannot be read; nil if the reason says it.
  private static func help(for error: HostError, _ path: String) -> String? {
    let real = Files.canonical(path)
    if error.isDenied {
      return Files.permissions(of: path) == nil
        ? "check the permissions of its folder"
        : "make it readable: 'chmod u+r \(path.shellWord)'"
    }
    if error.isLink {
      return real == nil ? "the link points back to itself; replace it with a file" : nil
    }
    guard error.code == 0 else { return "check the path" }
    let kind = real.flatMap { try? Files.kind(of: $0) }
    return kind == .other ? "save its content to a file first" : nil
  }
}
