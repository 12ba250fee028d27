import Diagnostics
import Host
import Text

/// The files of a workspace that a flake does not see, because git does not track them.
package struct FlakeTracking {
  /// The repository's folder; nil if the workspace is not in one.
  package let repository: String?
  /// Whether there is a `flake.nix` in the workspace or above it, within the repository.
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

  /// Runs git so that an untrusted repository cannot make it run programs.
  ///
  /// This disables the file system monitor, hooks, embedded bare repositories and git's variables.
  /// git does not fetch missing objects, and does not write the index.
  private static func git(
    in folder: WorkspaceFolder, _ words: [String]
  ) -> Subprocess.Result? {
    let safe = [
      "git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c",
      "safe.bareRepository=explicit", "-C", folder.path,
    ]
    // The last variable allows no protocols, regardless of the repository's settings.
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

  /// Returns the files at some paths below the workspace that git does not track, including ignored
  /// files.
  func untracked(_ paths: [String]) -> [String] {
    guard repository != nil else { return [] }
    let result = Self.git(in: folder, ["ls-files", "--others", "-z", "--"] + paths)
    return result?.output.split(separator: "\0").map(String.init) ?? []
  }

  /// Returns the names of up to three files, and the number of further files.
  package static func summary(of files: [String]) -> String {
    files.count <= 3
      ? Phrase.allOf(files)
      : files.prefix(3).joined(separator: ", ") + " and \(files.count - 3) more"
  }

  /// Returns the command that makes git track files.
  ///
  /// - Parameter paths: The files themselves, or folders that contain them.
  package func command(for files: [String], in paths: [String]) -> String {
    let used = paths.filter { path in files.contains { $0 == path || $0.hasPrefix(path + "/") } }
    return "git -C \(folder.path.shellWord) add \(used.map(\.shellWord).joined(separator: " "))"
  }
}
