import Host
package import Locks
import Values

/// The entries of a workspace's lock that this user's amm has verified with the hub, in their exact
/// form.
///
/// The list is kept outside the workspace, so that the author of a lock cannot claim this.
package struct VerifiedEntries {
  private let folder: WorkspaceFolder
  private var seals: Set<String> = []
  private var new: [String] = []

  private static let name = "seen-locks"
  /// The maximum size in bytes, enough for about ten thousand entries.
  ///
  /// A larger list is discarded.
  private static let limit = 1 << 20

  /// Reads the list.
  package init(_ folder: WorkspaceFolder) {
    self.folder = folder
    let bytes = (try? StateFolder(folder.machine).read(Self.name, limit: Self.limit)) ?? nil
    seals = Set(
      String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init))
  }

  /// Returns whether an entry was verified in its exact form.
  package func has(_ name: ModelName, _ model: LockedModel) -> Bool {
    var lock = ModelLock()
    lock.models[name] = model
    return seals.contains(SHA256.digest(of: lock.text))
  }

  /// Adds all entries of a lock that the hub answered with.
  mutating func add(_ lock: ModelLock) {
    for (name, model) in lock.models {
      var one = ModelLock()
      one.models[name] = model
      let seal = SHA256.digest(of: one.text)
      if seals.insert(seal).inserted { new.append(seal) }
    }
  }

  /// Saves the list.
  ///
  /// If that is impossible, as in a build, entries remain unverified.
  mutating func keep() {
    guard !new.isEmpty, let state = try? StateFolder(folder.machine) else { return }
    // Start again if the file is too large to be read.
    if (try? state.read(Self.name, limit: Self.limit)) == nil { try? state.remove(Self.name) }
    try? state.append(new.joined(separator: "\n"), to: Self.name)
    new = []
  }
}
