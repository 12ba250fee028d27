package import Diagnostics
import Host
package import Locks

extension WorkspaceFolder {
  /// The content of `models.lock.json`; nil if it does not exist, or with a diagnostic if damaged.
  package var modelLock: Outcome<ModelLock> {
    let name = ModelLock.fileName
    do throws(HostError) {
      guard try kind(of: name) != nil else { return Outcome(nil, []) }
      guard let content = try read(name, limit: ModelLock.limit) else {
        return Outcome(nil, [ModelLock.unreadable(file(name), "it is a broken link")])
      }
      return ModelLock.read(
        SourceFile(path: file(name), bytes: content.bytes, isQuotable: content.isQuotable))
    } catch {
      return Outcome(nil, [ModelLock.unreadable(file(name), error.reason)])
    }
  }

  /// A function that tells whether a profile's file is in the workspace, also through links.
  ///
  /// A workspace's lock applies only to its own profiles.
  package var ownership: @Sendable (ProfileFile) -> Bool {
    let root = Files.canonical(path).map { $0 + "/" }
    return { file in
      root.map { (Files.canonical(file.path) ?? file.path).hasPrefix($0) } ?? false
    }
  }
}
