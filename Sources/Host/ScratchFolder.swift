#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that goes when its owner does.
package final class ScratchFolder {
  package let path: String

  package init() throws(HostError) {
    let variable = Terminal.variable("TMPDIR")
    let base = variable.map { $0.isEmpty ? "/tmp" : $0 } ?? "/tmp"
    // Made by the system, so that nobody else's folder is taken for it.
    var template = Array("\(base)/amm-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw .last("make a folder in", base) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FolderCreator.remove(path) }
}
