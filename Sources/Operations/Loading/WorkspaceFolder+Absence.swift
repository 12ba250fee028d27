import Host
import Text

extension WorkspaceFolder {
  /// The error for a path that is not the folder of a workspace, with the way to one.
  package var absence: OperationError {
    let missing = "there is no workspace in '\(path)' (no instances.yaml)"
    guard let real = Files.canonical(path) else {
      return OperationError(
        .invalid, missing,
        help: "run 'amm init \(path.shellWord)', or choose another folder with '--workspace DIR'")
    }
    if let workspace = Self.workspace(above: real) {
      return OperationError(
        .invalid, "'\(path)' is inside a workspace, and is not a workspace itself",
        help: "use '--workspace \(workspace.shellWord)'")
    }
    guard (try? Files.kind(of: real)) == .folder else {
      return OperationError(
        .invalid, "'\(path)' is not a folder", help: "choose a folder with '--workspace DIR'")
    }
    if let help = Self.completion(of: path) {
      return OperationError(.invalid, missing, help: help)
    }
    // 'amm init' refuses a folder with other files.
    let isEmpty = (try? Files.names(in: real))?.isEmpty ?? true
    let new = isEmpty ? path : path + "/ai-models"
    return OperationError(
      .invalid, missing,
      help: "run 'amm init \(new.shellWord)', or choose another folder with '--workspace DIR'")
  }

  /// Returns what to write to make a folder a workspace; nil if it is one, or has none of the
  /// folders of a workspace.
  static func completion(of path: String) -> String? {
    guard let names = try? Files.names(in: path), !names.contains("instances.yaml"),
      names.contains("profiles") || names.contains("active")
    else { return nil }
    return "to make it a workspace, write two lines to '\(path)/instances.yaml': 'version: 1' and "
      + "'instances: {main: {port: 8080}}'"
  }

  /// Returns the nearest folder above a canonical path that contains an `instances.yaml`.
  private static func workspace(above path: String) -> String? {
    var folder = path[...]
    while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
      folder = folder[..<slash]
      let kind = try? Files.kind(of: folder + "/instances.yaml")
      if kind != nil, kind != .folder { return String(folder) }
    }
    return nil
  }
}
