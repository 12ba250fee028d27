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
}
