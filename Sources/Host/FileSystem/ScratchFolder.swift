#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A temporary folder that is removed when its owner is released.
package final class ScratchFolder {
  /// The path of the folder.
  package let path: String
  private let parent: Folder
  private let name: String
  /// The open folder.
  package let folder: Folder

  package init() throws(HostError) {
    let variable = Terminal.variable("TMPDIR")
    let base = variable.map { $0.isEmpty ? "/tmp" : $0 } ?? "/tmp"
    // Created by the system, so that it cannot be a folder of someone else.
    var template = Array("\(base)/amm-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw .last("create a folder in", base) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    name = String(path.suffix("amm-XXXXXX".utf8.count))
    guard let parent = try Folder.open(base), let folder = try parent.folder(name) else {
      throw HostError("open the folder", path, code: ENOENT)
    }
    self.parent = parent
    self.folder = folder
  }

  deinit { try? parent.removeTree(name) }
}
