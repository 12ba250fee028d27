#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Creates a new folder with its content, or nothing.
package enum FolderCreator {
  /// A file or link in the new folder.
  package enum Item: Sendable {
    case file([UInt8])
    /// A symbolic link with this destination.
    case link(String)
  }

  /// Creates a folder with some items.
  ///
  /// - Parameters:
  ///   - place: The new folder's place, where nothing or an empty folder may exist.
  ///   - items: Its content, by path below it.
  package static func create(
    _ place: OutputPlace, with items: [(path: String, item: Item)], _ mark: OwnMark
  ) throws(HostError) {
    let staging = mark.staging(of: place.name)
    try place.parent.removeTree(staging)
    do throws(HostError) {
      try place.parent.make(staging)
      guard let folder = try place.parent.folder(staging) else { return }
      for (path, item) in items { try add(item, at: path, in: folder) }
      if let standing = try place.parent.folder(place.name) {
        // Keep the existing folder: it may be the current folder of a shell.
        try move(items.map(\.path), from: folder, into: standing)
        try place.parent.removeTree(staging)
      } else {
        try place.parent.rename(staging, to: place.name)
      }
    } catch {
      try? place.parent.removeTree(staging)
      throw error.naming(place.name, insteadOf: staging)
    }
  }

  /// Moves the items into an empty folder: folders first, so that files that refer to them come
  /// last.
  private static func move(
    _ paths: [String], from made: Folder, into folder: Folder
  ) throws(HostError) {
    var names: [String] = []
    for path in paths.sorted(by: { $0.contains("/") && !$1.contains("/") }) {
      let name = path.split(separator: "/").first.map(String.init) ?? path
      if !names.contains(name) { names.append(name) }
    }
    guard try folder.entries().isEmpty else {
      throw HostError("write into", folder.shown(""), reason: "it is no longer empty")
    }
    var moved: [String] = []
    do throws(HostError) {
      for name in names {
        try made.rename(name, to: name, in: folder)
        moved.append(name)
      }
    } catch {
      for name in moved.reversed() { try? folder.rename(name, to: name, in: made) }
      throw error
    }
  }

  /// Creates a folder that the user or the system names, with its parents, where they are missing.
  package static func makeAll(_ path: String, permissions: UInt32 = 0o777) throws(HostError) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      folder += folder.isEmpty || folder == "/" ? String(part) : "/" + part
      if try Files.kind(of: folder) != nil { continue }
      guard unsafe mkdir(folder, mode_t(permissions)) == 0 || errno == EEXIST else {
        throw .last("create the folder", folder)
      }
    }
  }

  private static func add(
    _ item: Item, at path: String, in root: Folder
  ) throws(HostError) {
    let parts = path.split(separator: "/").map(String.init)
    let folder =
      try parts.count > 1 ? root.makeFolder(parts.dropLast().joined(separator: "/")) : root
    let name = parts.last ?? path
    switch item {
    case .link(let destination): try folder.link(name, to: destination)
    case .file(let bytes): try folder.writeNew(bytes, to: name)
    }
  }
}
