#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A place that is written as a whole: the folder it is in, held open, and its name there.
package struct OutputPlace: Sendable {
  /// The open folder that it lies in.
  package let parent: Folder
  package let name: String
  /// Its path as the user sees it.
  package let path: String

  /// A place in a folder; a link there is refused when it is written.
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

  /// A place that the user typed: links on the way, and one that stands there, are followed once.
  ///
  /// What a link leads to is replaced then, and the link stays.
  ///
  /// - Parameter isMade: Whether the folders above it are made where they are missing.
  /// - Returns: Nil where the folder above it is missing and not to be made.
  package static func typed(_ typed: String, makingParents isMade: Bool) throws(HostError) -> Self?
  {
    var path = typed
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if try Files.kind(of: path) != nil {
      guard let real = Files.canonical(path) else {
        throw HostError("write", path, reason: "it is a link that leads nowhere")
      }
      guard let slash = real.lastIndex(of: "/"), real != "/" else {
        throw HostError("write", path, reason: "it is the root of all files")
      }
      let above = String(real[..<slash])
      guard let parent = try Folder.open(above.isEmpty ? "/" : above) else { return nil }
      return Self(String(real[real.index(after: slash)...]), in: parent, path: path)
    }
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    guard !name.isEmpty, name != ".", name != ".." else {
      throw HostError("write", typed, reason: "the path names no file or folder")
    }
    var above = slash.map { String(path[..<$0]) } ?? "."
    if above.isEmpty { above = "/" }
    if isMade { try FolderCreator.makeAll(above) }
    guard let parent = try Folder.open(above) else { return nil }
    return Self(name, in: parent, path: path)
  }

  /// The folder that stands there; nil where none does.
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

  /// Writes a file there that is on the disk when this returns, or was not written at all.
  package func write(_ text: String, _ mark: OwnMark) throws(HostError) {
    try parent.write(text, to: name, mark)
  }
}
