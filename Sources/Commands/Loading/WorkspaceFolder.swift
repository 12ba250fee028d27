import Host

/// Where a workspace is, as the user sees it.
struct WorkspaceFolder {
  /// Nil for the current folder, so that paths in messages stay as short as they can be.
  private let prefix: String?

  private init(_ path: String) {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    // What GitHub annotates is 'a/b', never './a/b'.
    while path.hasPrefix("./"), path.count > 2 { path.removeFirst(2) }
    prefix = path == "." ? nil : path
  }

  /// The folder itself.
  var path: String { prefix ?? "." }

  /// A path below it.
  func file(_ relative: String) -> String { prefix.map { $0 + "/" + relative } ?? relative }

  /// The one that is meant: `--workspace`, `$AMM_WORKSPACE`, the nearest folder upwards with an
  /// `instances.yaml`, else the user's.
  static func find(_ option: String?) -> WorkspaceFolder {
    if let option { return WorkspaceFolder(option) }
    if let variable = Terminal.variable("AMM_WORKSPACE"), !variable.isEmpty {
      return WorkspaceFolder(variable)
    }
    var path = "."
    for _ in Files.currentFolder().split(separator: "/") {
      if let kind = try? Files.kind(of: path + "/instances.yaml"), kind != .folder {
        return WorkspaceFolder(path)
      }
      path = path == "." ? ".." : path + "/.."
    }
    return WorkspaceFolder(standard)
  }

  /// The user's workspace.
  static var standard: String {
    if let base = Terminal.variable("XDG_CONFIG_HOME"), base.hasPrefix("/") {
      return base + "/ai-models"
    }
    return (Terminal.variable("HOME") ?? "~") + "/.config/ai-models"
  }

  /// The folder of profiles that come with amm: `$AMM_LIBRARY`, `share/amm/profiles` beside the
  /// program's folder, or the source tree that the program was built in.
  static func library() -> String? {
    if let variable = Terminal.variable("AMM_LIBRARY"), !variable.isEmpty { return variable }
    guard let program = Files.program() else { return nil }
    var folder = program[...]
    while let slash = folder.lastIndex(of: "/") {
      folder = folder[..<slash]
      if let kind = try? Files.kind(of: folder + "/share/amm/profiles"), kind == .folder {
        return folder + "/share/amm/profiles"
      }
      let isSource = (try? Files.kind(of: folder + "/Package.swift")) ?? nil
      if isSource == .file { return folder + "/profiles" }
    }
    return nil
  }
}
