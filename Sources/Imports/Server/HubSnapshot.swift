import Text

/// A model's files in the cache of the hub: `FOLDER/models--ORG--NAME/snapshots/COMMIT`.
///
/// They are links to files beside `snapshots`, so that a container needs the folder above, too
/// (huggingface_hub 0.36, docs/source/en/guides/manage-cache.md).
struct HubSnapshot: Equatable {
  /// The folder of all models.
  let folder: String
  /// The repository.
  let repository: String
  let commit: String

  /// Finds out whether a path is that of a snapshot, without a file in it.
  init?(_ path: String) {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    while parts.last == "" { parts.removeLast() }
    guard parts.count > 3, parts[parts.count - 2] == "snapshots", let commit = parts.last,
      commit.isCommit
    else { return nil }
    let names = parts[parts.count - 3].split(separator: "--", omittingEmptySubsequences: false)
    guard names.count == 3, names[0] == "models", !names[1].isEmpty, !names[2].isEmpty else {
      return nil
    }
    folder = parts.dropLast(3).joined(separator: "/")
    repository = "\(names[1])/\(names[2])"
    self.commit = commit
  }

  /// Returns the folder as the setting `cache`; nil if the runtime keeps the models in a folder `hub` of it, and
  /// this one is none.
  func cache(inHub isInHub: Bool) -> String? {
    guard isInHub else { return folder }
    return folder.hasSuffix("/hub") ? String(folder.dropLast(4)) : nil
  }
}
