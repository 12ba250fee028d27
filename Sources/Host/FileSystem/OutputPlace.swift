#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A place that is written as a unit: its open parent folder, and its name in it.
package struct OutputPlace: Sendable {
  /// The open parent folder.
  package let parent: Folder
  package let name: String
  /// The path as the user sees it.
  package let path: String

  /// Creates a place in a folder; writing refuses a link there.
  package init(_ name: String, in parent: Folder) {
    self.parent = parent
    self.name = name
    path = parent.shown(name)
  }

  private init(_ name: String, in parent: Folder, path: String) {
    self.parent = parent
    self.name = name
    self.path = path
  }

  /// Creates a place from a path that the user typed; links in it are followed once.
  ///
  /// If the path itself is a link, its target is replaced and the link remains.
  ///
  /// - Parameter isMade: Whether to create missing parent folders.
  /// - Returns: Nil if the parent folder is missing and is not to be created.
  package static func typed(_ typed: String, makingParents isMade: Bool) throws(HostError) -> Self?
  {
    var path = typed
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if try Files.kind(of: path) != nil {
      guard let real = Files.canonical(path) else {
        throw HostError("write", path, reason: "it is a broken link")
      }
      guard let slash = real.lastIndex(of: "/"), real != "/" else {
        throw HostError("write", path, reason: "it is the root folder")
      }
      let above = String(real[..<slash])
      guard let parent = try Folder.open(above.isEmpty ? "/" : above) else { return nil }
      return Self(String(real[real.index(after: slash)...]), in: parent, path: path)
    }
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard !name.isEmpty, name != ".", name != ".." else {
      throw HostError("write", typed, reason: "the path does not name a file or folder")
    }
    var above = slash.map { String(path[..<$0]) } ?? "."
    if above.isEmpty { above = "/" }
    if isMade { try FolderCreator.makeAll(above) }
    guard let parent = try Folder.open(above) else { return nil }
    return Self(name, in: parent, path: path)
  }

  /// The existing folder; nil if there is none.
  package var folder: Folder? {
    get throws(HostError) {
      do throws(HostError) {
        return try parent.folder(name).map { Folder(dup($0.handle), path: path) }
      } catch  where error.isLink {
        throw HostError(
          error.action, error.path, code: error.code,
          reason: "\(error.reason), or name its target with '--output'")
      }
    }
  }

  /// Throws if there is something other than a folder or a link.
  package func requireFolder() throws(HostError) {
    guard let kind = try parent.kind(of: name), kind != .folder, kind != .link else { return }
    throw HostError(
      "write into", path, reason: "it is not a folder; move it away, or choose another place")
  }

  /// Writes a file atomically and waits until it is on disk.
  package func write(_ text: String, _ mark: OwnMark) throws(HostError) {
    try parent.write(text, to: name, mark)
  }
}
