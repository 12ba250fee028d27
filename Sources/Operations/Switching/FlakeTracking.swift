import Diagnostics
import Host
import Text

/// What a flake does not see of a workspace: files that git does not track do not exist for it.
package struct FlakeTracking {
  /// The repository's folder; nil where the workspace is in none.
  package let repository: String?
  /// Whether a `flake.nix` stands in the workspace or above it, within the repository.
  let isFlake: Bool
  private let folder: WorkspaceFolder

  init(_ folder: WorkspaceFolder) {
    self.folder = folder
    let result = Self.git(in: folder, ["rev-parse", "--show-toplevel"])
    repository = result.flatMap { result in
      result.isSuccess ? result.output.split(separator: "\n").first.map(String.init) : nil
    }
    isFlake = repository.map { Self.hasFlake(from: folder, upTo: $0) } ?? false
  }

  /// Runs git so that the repository, which anybody may have written, cannot have it run anything.
  ///
  /// No monitor, no hooks, no repository that a folder only looks like, and none that a variable names;
  /// no objects are fetched that are missing, and the index is not written.
  private static func git(
    in folder: WorkspaceFolder, _ words: [String]
  ) -> Subprocess.Result? {
    let safe = [
      "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c",
      "safe.bareRepository=explicit", "-C", folder.path,
    ]
    // The last names protocols that are allowed, whatever the repository's settings allow.
    let variables = ["GIT_NO_LAZY_FETCH=1", "GIT_OPTIONAL_LOCKS=0", "GIT_ALLOW_PROTOCOL=none"]
    return folder.machine.answer(
      Machine.Query(safe + words, withholding: "GIT_", adding: variables))
  }

  private static func hasFlake(from folder: WorkspaceFolder, upTo repository: String) -> Bool {
    guard let root = Files.canonical(repository),
      var path = Files.canonical(folder.path), path == root || path.hasPrefix(root + "/")
    else { return false }
    while path.utf8.count >= root.utf8.count {
      if ((try? Files.kind(of: path + "/flake.nix")) ?? nil) != nil { return true }
      guard let slash = path.lastIndex(of: "/") else { return false }
      path = String(path[..<slash])
    }
    return false
  }

  /// Those of some paths below the workspace that git does not track, ignored ones included.
  func untracked(_ paths: [String]) -> [String] {
    guard repository != nil else { return [] }
    let result = Self.git(in: folder, ["ls-files", "--others", "-z", "--"] + paths)
    return result?.output.split(separator: "\0").map(String.init) ?? []
  }

  /// Some files by name, and how many more there are.
  package static func summary(of files: [String]) -> String {
    files.count <= 3
      ? Phrase.allOf(files)
      : files.prefix(3).joined(separator: ", ") + " and \(files.count - 3) more"
  }

  /// The command that makes git track files.
  ///
  /// - Parameter paths: Folders and files that they are in or are.
  package func command(for files: [String], in paths: [String]) -> String {
    let used = paths.filter { path in files.contains { $0 == path || $0.hasPrefix(path + "/") } }
    return "git -C \(folder.path.shellWord) add \(used.map(\.shellWord).joined(separator: " "))"
  }
}
