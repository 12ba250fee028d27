import Host
package import Locks
import Values

/// Which entries of a workspace's lock this user's amm saw at the hub, as they stand.
///
/// Kept outside of the workspace: whoever writes a lock cannot say this of it.
package struct VerifiedEntries {
  private let folder: WorkspaceFolder
  private var seals: Set<String> = []
  private var new: [String] = []

  private static let name = "seen-locks"
  /// Bytes that are remembered: some ten thousand entries, forgotten together beyond that.
  private static let limit = 1 << 20

  /// What was seen before.
  package init(_ folder: WorkspaceFolder) {
    self.folder = folder
    let bytes = (try? StateFolder(folder.machine).read(Self.name, limit: Self.limit)) ?? nil
    seals = Set(
      String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init))
  }

  /// Whether an entry was seen as it stands.
  package func has(_ name: ModelName, _ model: LockedModel) -> Bool {
    var lock = ModelLock()
    lock.models[name] = model
    return seals.contains(SHA256.digest(of: lock.text))
  }

  /// Remembers all entries of a lock that the hub answered with.
  mutating func add(_ lock: ModelLock) {
    for (name, model) in lock.models {
      var one = ModelLock()
      one.models[name] = model
      let seal = SHA256.digest(of: one.text)
      if seals.insert(seal).inserted { new.append(seal) }
    }
  }

  /// Writes it down; where that cannot be, as in a build, entries stay unverified.
  mutating func keep() {
    guard !new.isEmpty, let state = try? StateFolder(folder.machine) else { return }
    // A file that is too large to be read is begun anew.
    if (try? state.read(Self.name, limit: Self.limit)) == nil { try? state.remove(Self.name) }
    try? state.append(new.joined(separator: "\n"), to: Self.name)
    new = []
  }
}
