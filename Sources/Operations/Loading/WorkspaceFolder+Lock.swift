package import Diagnostics
import Host
package import Locks

extension WorkspaceFolder {
  /// What `models.lock.json` says; nil where there is none, and where it is damaged, as is said then.
  package var modelLock: Outcome<ModelLock> {
    let name = ModelLock.fileName
    do throws(HostError) {
      guard try kind(of: name) != nil else { return Outcome(nil, []) }
      guard let content = try read(name, limit: ModelLock.limit) else {
        return Outcome(nil, [ModelLock.unreadable(file(name), "it leads to nothing")])
      }
      return ModelLock.read(
        SourceFile(path: file(name), bytes: content.bytes, isQuotable: content.isQuotable))
    } catch {
      return Outcome(nil, [ModelLock.unreadable(file(name), error.reason)])
    }
  }
}
