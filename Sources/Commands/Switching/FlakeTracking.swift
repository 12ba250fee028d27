import Diagnostics
import Host

/// What a flake does not see of a workspace: files that git does not track do not exist for it.
struct FlakeTracking {
  /// The repository's folder; nil where the workspace is in none.
  let repository: String?
  /// Whether a `flake.nix` stands in the workspace or above it, within the repository.
  let isFlake: Bool
  private let folder: WorkspaceFolder

  init(_ folder: WorkspaceFolder) {
    self.folder = folder
    let words = ["git", "-C", folder.path, "rev-parse", "--show-toplevel"]
    let result = try? Subprocess.capture(words)
    repository = result.flatMap { result in
      result.isSuccess ? result.output.split(separator: "\n").first.map(String.init) : nil
    }
    isFlake = repository.map { Self.hasFlake(from: folder, upTo: $0) } ?? false
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
    let words = ["git", "-C", folder.path, "ls-files", "--others", "-z", "--"] + paths
    return (try? Subprocess.capture(words))?.output.split(separator: "\0").map(String.init) ?? []
  }

  /// Some files by name, and how many more there are.
  static func summary(of files: [String]) -> String {
    files.count <= 3
      ? Phrase.allOf(files)
      : files.prefix(3).joined(separator: ", ") + " and \(files.count - 3) more"
  }

  /// The command that makes git track files.
  ///
  /// - Parameter paths: Folders and files that they are in or are.
  func command(for files: [String], in paths: [String]) -> String {
    let used = paths.filter { path in files.contains { $0 == path || $0.hasPrefix(path + "/") } }
    return "git -C \(folder.path) add \(used.joined(separator: " "))"
  }
}
